"""Verdict tables as files that `reading` takes back: JSON with everything, CSV for spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator

from themis.critic.trust.reading import VERSION
from themis.critic.trust.table import Row, Table
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Platform


def as_json(table: Table) -> Iterator[str]:
    """The pieces of a `themis/verdicts/1` document, a row a line."""
    head = f'{{"version": "{VERSION}", "least": {table.least}, "rows": ['
    for row in table.rows:
        yield f"{head}\n{json.dumps(row_json(row), ensure_ascii=False)}"
        head = ","
    yield f"{'' if table.rows else head}\n]}}\n"


def line(value: dict[str, Json]) -> str:
    """A JSON object on a line of its own."""
    return f"{json.dumps(value)}\n"


def row_json(row: Row) -> dict[str, Json]:
    """One run."""
    judges: dict[str, Json] = {judge: _plain(said) for judge, said in row.said.items()}
    told: dict[str, Json] = {"id": row.id, "task": row.task, "label": row.label.value}
    if row.platform is not Platform.UNKNOWN:
        told["platform"] = row.platform.value
    return told | {"judges": judges}


def as_csv(table: Table) -> Iterator[str]:
    """The lines of a CSV file with a column a judge."""
    yield _cells(["id", "task", "label", "platform", *table.judges])
    for row in table.rows:
        said = ["" if judge not in row.said else _plain(row.said[judge]) for judge in table.judges]
        yield _cells([row.id, row.task, row.label.value, row.platform.value, *said])


def _plain(said: float | str) -> float | str:
    return said if isinstance(said, float) else str(said)


def _cells(cells: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()
