"""Which errors say that the database is away for the moment, so that trying again will do."""

from __future__ import annotations

import sqlite3

from django.db import InterfaceError, OperationalError

ERRORS = (OperationalError, InterfaceError)
BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
# Classes of PostgreSQL's codes: connections, deadlocks and the like, too many, shutting down.
PASSING = ("08", "40", "53", "57P")


def is_away(error: BaseException) -> bool:
    """Whether an error will be over once the database answers again, or is less busy."""
    if not isinstance(error, ERRORS):
        return False
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in BUSY
    state = getattr(cause, "sqlstate", None)
    return state is None or str(state).startswith(PASSING)
