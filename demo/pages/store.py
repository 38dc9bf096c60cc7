"""What a site keeps: JSON records by kind, in one SQLite file."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from themis.domain.jsontypes import Json

Record = dict[str, Json]

SCHEMA = "CREATE TABLE records (kind TEXT, id INTEGER, body TEXT, PRIMARY KEY (kind, id))"


def create(database: Path, seed: dict[str, list[Record]]) -> None:
    """A new database that holds the seed."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(SCHEMA)
        for kind, bodies in seed.items():
            for body in bodies:
                insert(connection, kind, body)


def insert(connection: sqlite3.Connection, kind: str, body: Record) -> Record:
    """Add a record; its id is the next free one of its kind."""
    (last,) = connection.execute(
        "SELECT coalesce(max(id), 0) FROM records WHERE kind = ?", (kind,)
    ).fetchone()
    row: Record = {**body, "id": last + 1}
    connection.execute("INSERT INTO records VALUES (?, ?, ?)", (kind, last + 1, json.dumps(row)))
    return row


def update(connection: sqlite3.Connection, kind: str, id_: int, changes: Record) -> Record | None:
    """Change some fields of a record; the record as it is then, None where there is none."""
    found = [row for row in of_kind(connection, kind) if row["id"] == id_]
    if not found:
        return None
    row: Record = {**found[0], **changes, "id": id_}
    connection.execute(
        "UPDATE records SET body = ? WHERE kind = ? AND id = ?", (json.dumps(row), kind, id_)
    )
    return row


def delete(connection: sqlite3.Connection, kind: str, id_: int) -> bool:
    """Remove a record; False where it does not exist."""
    gone = connection.execute("DELETE FROM records WHERE kind = ? AND id = ?", (kind, id_))
    return gone.rowcount == 1


def of_kind(connection: sqlite3.Connection, kind: str) -> list[Record]:
    """All records of one kind, oldest first."""
    rows = connection.execute("SELECT body FROM records WHERE kind = ? ORDER BY id", (kind,))
    return [json.loads(body) for (body,) in rows]


def everything(connection: sqlite3.Connection) -> dict[str, list[Record]]:
    """All records by kind."""
    kinds = [kind for (kind,) in connection.execute("SELECT DISTINCT kind FROM records")]
    return {kind: of_kind(connection, kind) for kind in kinds}
