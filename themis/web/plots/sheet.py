"""A chart: the table that is true, and what a script needs to draw it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass

from themis.domain.jsontypes import Json
from themis.pipeline.figures.counted import Share
from themis.rewards.judges import Judge

OUTCOMES = ("passed", "failed", "undecided")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would work out


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What stands under a heading: text, count, share, number or price."""

    title: str
    kind: str = "count"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One value, and the address of the runs behind it; None where nothing can be said."""

    value: str | int | float | None
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One chart. Without rows, `missing` says what it takes."""

    name: str
    title: str
    says: str  # how to read it
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    plot: dict[str, Json]
    notes: tuple[str, ...] = ()
    missing: str = ""
    is_wide: bool = False

    @property
    def drawing(self) -> str:
        """What is drawn, for an attribute: htmx takes scripts out of what it swaps in."""
        return json.dumps(self.plot)

    @property
    def lines(self) -> list[list[tuple[Column, Cell]]]:
        """Its rows with their headings."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]

    def as_csv(self) -> str:
        """The table for a spreadsheet, values as they are."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(column.title for column in self.columns)
        writer.writerows([_plain(cell.value) for cell in row] for row in self.rows)
        return out.getvalue()


def labels(judges: Iterable[Judge]) -> dict[Judge, str]:
    """The shortest names that tell judges apart."""
    known = list(judges)
    found = {}
    for judge in known:
        same = [each for each in known if each.critic == judge.critic]
        name = f"{judge.critic} {judge.critic_version}"
        if len({each.model for each in same}) > 1 and judge.model:
            name = f"{name}, {judge.model}"
        twins = [each for each in same if each.columns[1:4:2] == judge.columns[1:4:2]]
        found[judge] = f"{name} ({judge.settings_hash[:6]})" if len(twins) > 1 else name
    return found


def point(share: Share, axis: str = "y") -> dict[str, Json]:
    """A share on an axis, with its interval."""
    low, high = share.interval
    return {axis: share.value, f"{axis}low": low, f"{axis}high": high}


def percent(value: float | None) -> str:
    """For a sentence."""
    return "–" if value is None else f"{value * 100:.0f} %"


def ranged(share: Share) -> str:
    """A share with its interval and its count, for a sentence."""
    low, high = share.interval
    return f"{percent(share.value)} ({percent(low)} to {percent(high)}), {share.part}/{share.whole}"


def _plain(value: str | float | None) -> str | float:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"  # names come from recordings: nobody's spreadsheet runs them
    return "" if value is None else value
