"""Verdict tables from files nobody vouches for: CSV or JSON, strict, bounded."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from themis.critic.trust import words
from themis.critic.trust.plainfile import json_of, text_of
from themis.critic.trust.table import Row, Said, Table
from themis.domain.errors import UnreadableTable
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Platform
from themis.domain.verdict import Outcome

MAX_ROWS = 200_000
MAX_JUDGES = 32
MAX_TEXT = 400  # characters of an id, a task or a judge's name
VERSION = "themis/verdicts/1"

_OWN = ("id", "task", "label", "platform")


@dataclass(frozen=True, slots=True)
class _Entry:
    at: str
    own: dict[str, Json]
    said: dict[str, Json]


def read(path: Path) -> Table:
    """The table in a file; UnreadableTable names the line and what to do about it.

    CSV has a header: id, task, label, perhaps platform; every other column is a judge. JSON is
    {"version": "themis/verdicts/1", "rows": [{"id", "task", "label", "judges": {name: said}}]}.
    """
    return parse(text_of(path), at=str(path))


def parse(text: str, *, at: str) -> Table:
    """The table in a text that came from `at`; as `read`."""
    if text.lstrip()[:1] not in ("{", "["):
        return _table(at, list(_csv_entries(at, text)), 0.0)
    document = json_of(at, text)
    if not isinstance(document, dict) or document.get("version") != VERSION:
        raise UnreadableTable(f'{at}: version: expected "{VERSION}"; add it at the top')
    return _table(at, list(_json_entries(at, document)), _least(at, document))


def _least(at: str, document: dict[str, Json]) -> float:
    least = document.get("least", 0.0)
    if isinstance(least, bool) or not isinstance(least, int | float) or not 0.0 <= least <= 1.0:
        raise UnreadableTable(f"{at}: least: expected a score from 0 to 1; leave it out")
    return float(least)


def _csv_entries(at: str, text: str) -> Iterable[_Entry]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(at, header)
        for cells in reader:
            if not cells:
                continue
            line = f"{at}: line {reader.line_num}"
            if len(cells) != len(header):
                raise UnreadableTable(
                    f"{line}: {len(cells)} cells under {len(header)} headings; even them out"
                )
            record: dict[str, Json] = dict(zip(header, cells, strict=True))
            said = {name: cell for name, cell in record.items() if name not in _OWN}
            yield _Entry(line, record, said)
    except csv.Error as error:
        raise UnreadableTable(
            f"{at}: line {reader.line_num}: not valid CSV ({error}); export it again"
        ) from error


def _check_header(at: str, header: list[str]) -> None:
    missing = [name for name in _OWN[:3] if name not in header]
    if missing:
        raise UnreadableTable(f"{at}: line 1: no column {', '.join(missing)}; add it")
    if len(set(header)) != len(header) or "" in header:
        raise UnreadableTable(f"{at}: line 1: a heading is empty or stands twice; rename it")


def _json_entries(at: str, document: dict[str, Json]) -> Iterable[_Entry]:
    rows = document.get("rows")
    if not isinstance(rows, list):
        raise UnreadableTable(f"{at}: rows: expected a list; add it")
    for number, row in enumerate(rows, 1):
        line = f"{at}: row {number}"
        judges = row.get("judges") if isinstance(row, dict) else None
        if not isinstance(row, dict) or not isinstance(judges, dict):
            raise UnreadableTable(f"{line}: expected an object with judges; write one")
        yield _Entry(line, row, judges)


def _table(at: str, entries: list[_Entry], least: float) -> Table:
    if not 0 < len(entries) <= MAX_ROWS:
        raise UnreadableTable(
            f"{at}: {len(entries)} rows; a table has 1 to {MAX_ROWS}, split or fill it"
        )
    judges = tuple(dict.fromkeys(name for entry in entries for name in entry.said))
    if not 0 < len(judges) <= MAX_JUDGES or any(not 0 < len(j) <= MAX_TEXT for j in judges):
        raise UnreadableTable(
            f"{at}: {len(judges)} judges; a table has 1 to {MAX_JUDGES}, each with a name"
        )
    if odd := [name for name in judges if not name.isprintable()]:
        raise UnreadableTable(f"{at}: {odd[0]!r:.60} is no name a page can show; rename it")
    rows: list[Row] = []
    seen: set[str] = set()
    for entry in entries:
        row = _row(entry)
        name = _text(entry, "id")
        if name in seen:
            raise UnreadableTable(f"{entry.at}: id {name!r:.60} stands twice; keep one")
        seen.add(name)
        if row is not None:
            rows.append(row)
    settled = settle(rows, judges, at=at)
    left_out = len(entries) - len(settled)
    return Table(judges=judges, rows=settled, left_out=left_out, least=least)


def _row(entry: _Entry) -> Row | None:
    """The row, or None where people said neither passed nor failed."""
    identity, task = _text(entry, "id"), _text(entry, "task")
    try:
        known = words.label(entry.own.get("label"))
    except words.Meaningless as error:
        raise UnreadableTable(f"{entry.at}: label: {error}") from error
    said: dict[str, Said] = {}
    for judge, cell in entry.said.items():
        try:
            value = words.said(cell)
        except words.Meaningless as error:
            raise UnreadableTable(f"{entry.at}: {judge:.60}: {error}") from error
        if value is not None:
            said[judge] = value
    platform = _platform(entry)
    if known is None:
        return None
    return Row(id=identity, task=task, label=known, said=said, platform=platform)


def _text(entry: _Entry, name: str) -> str:
    cell = entry.own.get(name)
    text = str(cell).strip() if isinstance(cell, str | int) else ""
    if not 0 < len(text) <= MAX_TEXT:
        raise UnreadableTable(f"{entry.at}: {name}: expected 1 to {MAX_TEXT} characters")
    return text


def _platform(entry: _Entry) -> Platform:
    word = str(entry.own.get("platform") or Platform.UNKNOWN).strip().lower()
    try:
        return Platform(word)
    except ValueError as error:
        known = ", ".join(each.value for each in Platform)
        raise UnreadableTable(
            f"{entry.at}: platform: {word!r:.60} is unknown; write one of {known}"
        ) from error


def settle(rows: Iterable[Row], judges: Iterable[str], *, at: str) -> tuple[Row, ...]:
    """Columns that hold nothing but 0 and 1 are outcomes; a column never mixes both kinds.

    Undecided may stand among scores: it is neither a pass nor a failure.
    """
    held = list(rows)
    for judge in judges:
        values = {row.said[judge] for row in held if judge in row.said}
        numbers = {value for value in values if not isinstance(value, Outcome)}
        if numbers and values & {Outcome.PASSED, Outcome.FAILED}:
            raise UnreadableTable(
                f"{at}: {judge:.60}: outcomes and scores in one column; write one kind"
            )
        if numbers and numbers <= {0.0, 1.0}:
            held = [_as_outcome(row, judge) for row in held]
    return tuple(held)


def _as_outcome(row: Row, judge: str) -> Row:
    if judge not in row.said or row.said[judge] is Outcome.UNDECIDED:
        return row
    outcome = Outcome.PASSED if row.said[judge] == 1.0 else Outcome.FAILED
    return replace(row, said={**row.said, judge: outcome})
