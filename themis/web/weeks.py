"""Agreement week by week as a picture: a line, a band for its interval, a dot to follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from themis.web.agreement import Row

WIDTH, HEIGHT = 680, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 668, 12, 190
STEP = 0.25  # between the lines of the scale
MOST_LABELS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One week."""

    row: Row
    x: float
    y: float
    top: float | None  # of its interval
    bottom: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A line of the scale, or a week's name under it."""

    at: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Weeks:
    """All of the picture, in units of its viewBox."""

    dots: Sequence[Dot]
    line: str  # points of a polyline
    bands: Sequence[str]  # points of polygons
    levels: Sequence[Tick]
    labels: Sequence[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    bottom: int = BOTTOM


def picture(rows: Sequence[Row]) -> Weeks | None:
    """Krippendorff's alpha of each week; None with fewer than two weeks that have one."""
    known = [row for row in rows if row.figures["alpha"].value is not None]
    if len(known) < 2:
        return None
    mondays = [_monday(row.key) for row in known]
    least = _least(known)
    dots = [
        _dot(row, _across(monday, mondays[0], mondays[-1]), least)
        for row, monday in zip(known, mondays, strict=True)
    ]
    return Weeks(
        dots=dots,
        line=" ".join(f"{dot.x},{dot.y}" for dot in dots),
        bands=[
            _band(one, two)
            for one, two in pairwise(dots)
            if one.top is not None and two.top is not None
        ],
        levels=_levels(least),
        labels=_labels(dots),
    )


def _monday(week: str) -> date:
    return date.fromisocalendar(int(week[:4]), int(week[-2:]), 1)


def _least(rows: Sequence[Row]) -> float:
    """The lower end of the scale: 0, or a step below what is told."""
    told = [
        value
        for row in rows
        for value in (row.figures["alpha"].value, row.figures["alpha"].low)
        if value is not None
    ]
    lowest = min(told)
    return 0.0 if lowest >= 0 else max(-1.0, -STEP * (int(-lowest / STEP) + 1))


def _across(monday: date, first: date, last: date) -> float:
    share = (monday - first) / max(last - first, timedelta(days=7))
    return round(LEFT + 14 + share * (RIGHT - LEFT - 28), 1)


def _dot(row: Row, x: float, least: float) -> Dot:
    alpha = row.figures["alpha"]
    return Dot(
        row=row,
        x=x,
        y=_up(alpha.value or 0.0, least),
        top=None if alpha.high is None else _up(alpha.high, least),
        bottom=None if alpha.low is None else _up(alpha.low, least),
    )


def _up(value: float, least: float) -> float:
    share = (max(value, least) - least) / (1 - least)
    return round(BOTTOM - share * (BOTTOM - TOP), 1)


def _band(one: Dot, two: Dot) -> str:
    corners = [(one.x, one.top), (two.x, two.top), (two.x, two.bottom), (one.x, one.bottom)]
    return " ".join(f"{x},{y}" for x, y in corners)


def _levels(least: float) -> list[Tick]:
    n = round((1 - least) / STEP)
    values = [least + STEP * each for each in range(n + 1)]
    return [Tick(at=_up(value, least), text=f"{value:.2f}".replace("-", "−")) for value in values]


def _labels(dots: Sequence[Dot]) -> list[Tick]:
    """So many weeks' names that they do not touch."""
    every = -(-len(dots) // MOST_LABELS)
    return [Tick(at=dot.x, text=f"week {int(dot.row.key[-2:])}") for dot in dots[::every]]
