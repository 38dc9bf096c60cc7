"""The database as the loop itself reads it, for what is asked thousands of times a second.

A thread's turn costs more than the look: SQLite is read where the loop is, for as long as one row
takes; PostgreSQL over a connection of the loop's own.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import sqlite3
from collections.abc import Hashable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeAlias

import psycopg
from django.conf import settings
from psycopg.conninfo import make_conninfo

Value: TypeAlias = "str | int | datetime | None"
Row: TypeAlias = "tuple[Value, ...]"
SERVER = ("host", "port", "user", "password", "dbname")


class Till(Protocol):
    """Asks statements; `mark` stands for each value in them."""

    mark: str

    async def rows(self, statement: str, values: Sequence[object]) -> Sequence[Row]:
        """What a statement finds."""

    def version(self) -> Hashable:
        """What is another one after any write of anybody's; None where that cannot be told.

        What is read after it was asked for is at least as new.
        """

    async def aclose(self) -> None:
        """Let go of the connection; the next look opens another."""


class SqliteTill:
    """Reads a file of SQLite's; writers do not hold up readers there."""

    mark = "?"

    def __init__(self) -> None:
        self._connection: sqlite3.Connection | None = None
        self._number = 0  # of the connection, among all there ever were

    async def rows(self, statement: str, values: Sequence[object]) -> Sequence[Row]:
        """As the protocol's."""
        found: list[Row] = self._opened().execute(statement, values).fetchall()
        return found

    def version(self) -> Hashable:
        """As the protocol's: SQLite counts what others commit, for each connection anew."""
        return self._opened().execute("PRAGMA data_version").fetchone()[0], self._number

    async def aclose(self) -> None:
        """As the protocol's."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            name = Path(str(settings.DATABASES["default"]["NAME"]))
            self._connection = sqlite3.connect(f"{name.absolute().as_uri()}?mode=ro", uri=True)
            self._number = next(_numbers)
        return self._connection


class PostgresTill:
    """Reads PostgreSQL; a server that was started again gets a new connection."""

    mark = "%s"

    def __init__(self) -> None:
        self._idle: list[psycopg.AsyncConnection[Row]] = []

    async def rows(self, statement: str, values: Sequence[object]) -> Sequence[Row]:
        """As the protocol's."""
        try:
            return await self._asked(statement, values)
        except psycopg.OperationalError:
            await self.aclose()
            return await self._asked(statement, values)

    def version(self) -> Hashable:
        """As the protocol's: PostgreSQL would have to be asked, which takes as long as the look."""
        return None

    async def _asked(self, statement: str, values: Sequence[object]) -> Sequence[Row]:
        held = self._idle.pop() if self._idle else await self._another()
        try:
            # Written here, of names and marks alone; what comes from outside stands in `values`.
            cursor = await held.execute(statement.encode(), values)
            found = await cursor.fetchall()
        except BaseException:
            await _let_go(held)
            raise
        self._idle.append(held)
        return found

    async def _another(self) -> psycopg.AsyncConnection[Row]:
        return await psycopg.AsyncConnection.connect(
            make_conninfo(**_server()), autocommit=True, prepare_threshold=1
        )

    async def aclose(self) -> None:
        """As the protocol's."""
        idle, self._idle = self._idle, []
        for held in idle:
            await _let_go(held)


async def _let_go(held: psycopg.AsyncConnection[Row]) -> None:
    with contextlib.suppress(psycopg.Error, OSError):
        await held.close()


def till() -> Till:
    """That of the running loop."""
    loop = asyncio.get_running_loop()
    if (found := _tills.get(loop)) is not None:
        return found
    for gone in [each for each in _tills if each.is_closed()]:
        del _tills[gone]
    return _tills.setdefault(loop, PostgresTill() if settings.DATABASE_URL else SqliteTill())


_numbers = itertools.count(1)
_tills: dict[asyncio.AbstractEventLoop, Till] = {}


def _server() -> dict[str, str]:
    """Where Django's connections lead, without its pool of them."""
    given = settings.DATABASES["default"]
    named = {name: given.get(name.upper().replace("DBNAME", "NAME")) for name in SERVER}
    options = {name: held for name, held in given.get("OPTIONS", {}).items() if name != "pool"}
    return {name: str(held) for name, held in (named | options).items() if held}
