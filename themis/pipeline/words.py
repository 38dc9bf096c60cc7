"""The index that finds words in instructions and sources: PostgreSQL's trigrams, if it may."""

from __future__ import annotations

from django.db import DatabaseError, connection, transaction

EXTENSION = "CREATE EXTENSION IF NOT EXISTS pg_trgm"
INDEX = """
CREATE INDEX IF NOT EXISTS words_of_trajectories ON trajectories_trajectory
USING gin (upper(instruction) gin_trgm_ops, upper(source) gin_trgm_ops)
"""


def make_index() -> bool:
    """Make it unless it is there; False where the database has no trigrams or does not let us.

    Without it rare words take longer to find, by a look at every trajectory of the team.
    """
    if connection.vendor != "postgresql":
        return False
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(EXTENSION)
            cursor.execute(INDEX)
    except DatabaseError:
        return False
    return True
