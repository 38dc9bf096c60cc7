"""The database as the loop itself reads it, for what is asked thousands of times a second.

A thread's turn costs more than the look: SQLite is read where the loop is, for as long as one row
takes; PostgreSQL over a connection of the loop's own.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import LiteralString, Protocol, TypeAlias, cast

import psycopg
from django.conf import settings
from psycopg import sql
from psycopg.conninfo import make_conninfo

Value: TypeAlias = "str | int | None"
Row: TypeAlias = "tuple[Value, ...]"
SERVER = ("host", "port", "user", "password", "dbname")


class Till(Protocol):
    """One statement at a time; `?` stands for each value."""

    mark: str

    async def rows(self, statement: str, values: Sequence[object]) -> Sequence[Row]:
        """What a statement finds."""


class SqliteTill:
    """Reads a file of SQLite's; writers do not hold up readers there."""

    mark = "?"

    def __init__(self) -> None:
        name = Path(str(settings.DATABASES["default"]["NAME"]))
        self._connection = sqlite3.connect(f"{name.absolute().as_uri()}?mode=ro", uri=True)

    async def rows(self, statement: str, values: Sequence[object]) -> Sequence[Row]:
        """As the protocol's."""
        found: list[Row] = self._connection.execute(statement, values).fetchall()
        return found


class PostgresTill:
    """Reads PostgreSQL; a server that was started again gets a new connection."""

    mark = "%s"

    def __init__(self) -> None:
        self._connection: psycopg.AsyncConnection[Row] | None = None

    async def rows(self, statement: str, values: Sequence[object]) -> Sequence[Row]:
        """As the protocol's."""
        try:
            return await self._asked(statement, values)
        except psycopg.OperationalError:
            await self._let_go()
            return await self._asked(statement, values)

    async def _asked(self, statement: str, values: Sequence[object]) -> Sequence[Row]:
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(
                make_conninfo(**_server()), autocommit=True, prepare_threshold=1
            )
        # Written here, of names and marks alone; what comes from outside stands in `values`.
        asked = sql.SQL(cast(LiteralString, statement))
        async with self._connection.cursor() as cursor:
            await cursor.execute(asked, values)
            return await cursor.fetchall()

    async def _let_go(self) -> None:
        held, self._connection = self._connection, None
        if held is not None:
            with contextlib.suppress(psycopg.Error, OSError):
                await held.close()


def till() -> Till:
    """That of the running loop."""
    loop = asyncio.get_running_loop()
    for gone in [each for each in _tills if each.is_closed()]:
        del _tills[gone]
    if loop not in _tills:
        _tills[loop] = PostgresTill() if settings.DATABASE_URL else SqliteTill()
    return _tills[loop]


_tills: dict[asyncio.AbstractEventLoop, Till] = {}


def _server() -> dict[str, str]:
    """Where Django's connections lead, without its pool of them."""
    given = settings.DATABASES["default"]
    named = {name: given.get(name.upper().replace("DBNAME", "NAME")) for name in SERVER}
    options = {name: held for name, held in given.get("OPTIONS", {}).items() if name != "pool"}
    return {name: str(held) for name, held in (named | options).items() if held}
