"""Making an empty THEMIS_HOME ready: schema and first team. Safe to call at every start."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from themis.accounts import services as accounts
from themis.accounts.models import Team

FIRST_TEAM = "home"
ADVISORY_LOCK = 0x7E315


def make_ready(tell: Callable[[str], None]) -> Team:
    """The team commands work for, with the schema up to date; tells of what takes long."""
    with _alone():
        if not is_migrated():
            tell(f"setting up the database of {settings.HOME} ...")
            call_command("migrate", verbosity=0, interactive=False)
        return accounts.found_team(slug=FIRST_TEAM, name="Home")


def is_migrated() -> bool:
    """Whether every migration has been applied."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


@contextmanager
def _alone() -> Iterator[None]:
    """Two first commands at once must not both create the tables, on this machine or another."""
    with (settings.HOME / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])
