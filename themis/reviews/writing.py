"""Decisions of a queue as files to take along: CSV for spreadsheets, JSON lines with everything.

In pieces, so that a queue of any size takes no more memory than a small one.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator

from themis.domain.jsontypes import Json
from themis.reviews.models import Decision, Queue

BATCH = 500  # decisions
COLUMNS = (
    "decision",
    "item",
    "trajectory",
    "instruction",
    "reviewer",
    "is_final",
    "is_current",
    "ruling",
    "outcome",
    "confidence",
    "error_class",
    "failing_step",
    "text",
    "seconds",
    "at",
    "gold",
    "item_state",
    "final_ruling",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run

Batches = Iterable[list[Decision]]


def batches(queue: Queue) -> Iterator[list[Decision]]:
    """Every decision of a queue, in the order they came."""
    rows = (
        Decision.objects.filter(queue=queue)
        .order_by("pk")
        .select_related("user", "item__trajectory")
    )
    rows = rows.defer("item__trajectory__payload", "item__trajectory__warnings")
    after = 0
    while batch := list(rows.filter(pk__gt=after)[:BATCH]):
        yield batch
        after = batch[-1].pk


def as_csv(batches: Batches) -> Iterator[str]:
    """The lines of a CSV file, those of a batch together. Steps count from 1."""
    yield _cells(COLUMNS)
    for batch in batches:
        yield "".join(_cells(_plain(row[name]) for name in COLUMNS) for row in map(_told, batch))


def as_lines(batches: Batches) -> Iterator[str]:
    """A JSON object a line, with the whole opinion under "opinion"."""
    for batch in batches:
        yield "".join(
            json.dumps(_told(each) | {"opinion": each.payload}, ensure_ascii=False) + "\n"
            for each in batch
        )


KINDS: dict[str, tuple[Callable[[Batches], Iterator[str]], str]] = {
    "csv": (as_csv, "text/csv"),
    "jsonl": (as_lines, "application/jsonl"),
}


def _told(row: Decision) -> dict[str, Json]:
    item = row.item
    opinion: dict[str, Json] = row.payload
    return {
        "decision": row.pk,
        "item": item.pk,
        "trajectory": item.trajectory_id,
        "instruction": item.trajectory.instruction,
        "reviewer": row.user.username if row.user else None,
        "is_final": row.is_final,
        "is_current": row.is_current,
        "ruling": row.ruling,
        "outcome": row.outcome,
        "confidence": row.confidence,
        "error_class": row.own_class or row.error_class or None,
        "failing_step": None if row.failing_step is None else row.failing_step + 1,
        "text": opinion.get("text") or "",
        "seconds": round(row.seconds, 1),
        "at": row.at.isoformat(),
        "gold": item.gold or None,
        "item_state": item.state,
        "final_ruling": item.ruling or None,
    }


def _plain(value: Json) -> object:
    """A cell; text that would be run as a formula is marked as text."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return "" if value is None else value


def _cells(cells: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()
