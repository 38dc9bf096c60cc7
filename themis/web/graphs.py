"""Two pictures of a judge in SVG, as places and lengths: the confusion matrix and reliability."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

SIDE = 300  # of the square that scores and shares lie in
LEFT, TOP = 34, 10  # room for the axis beside it
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
CELL_WIDTH, CELL_HEIGHT, GAP = 128, 84, 6
RADIUS = (3.0, 9.0)  # of a bin's dot, by the root of its runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Runs with one label of which one thing was said."""

    label: str
    said: str
    count: int
    share: float  # of the runs with that label
    x: int
    y: int
    opacity: float
    href: str

    @property
    def is_right(self) -> bool | None:
        """Whether the judge was right; None where it did not say."""
        if self.said in {"undecided", "not-passed"}:
            return None
        return self.said == self.label

    @property
    def name(self) -> str:
        """What the cell is called, where it has a name of its own."""
        if self.said == "passed" and self.label == "failed":
            return "too lenient"
        return "too strict" if self.said == "failed" and self.label == "passed" else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Labels down, what was said across."""

    cells: tuple[Cell, ...]
    columns: tuple[tuple[str, int], ...]  # what was said, and the middle of its column
    rows: tuple[tuple[str, int, int], ...]  # a label, its middle, its runs
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One bin as it was measured."""

    low: float
    high: float
    count: int
    score: float
    share: float
    least: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One bin as it is drawn."""

    mark: Mark
    x: float
    y: float
    top: float
    bottom: float
    radius: float
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A line of the grid with its figure."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One row of dots, before or after calibration."""

    name: str
    title: str
    dots: tuple[Dot, ...]
    brier: float | None
    ece: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagram:
    """Score across, share that truly passed upwards; on the diagonal a score means what it says."""

    series: tuple[Series, ...]
    ticks: tuple[Tick, ...]
    left: int = LEFT
    top: int = TOP
    side: int = SIDE
    width: int = LEFT + SIDE + 12
    height: int = TOP + SIDE + 40

    @property
    def right(self) -> int:
        """The far edge."""
        return self.left + self.side

    @property
    def bottom(self) -> int:
        """The lower edge."""
        return self.top + self.side


Pair = tuple[float | None, float | None]


def matrix(counts: Mapping[str, Mapping[str, int]], address: str) -> Matrix:
    """The matrix of counts by label, then by what was said."""
    columns = list(next(iter(counts.values())))
    left, top = 76, 26
    cells = []
    for at, (label, said) in enumerate(counts.items()):
        total = sum(said.values())
        for column, name in enumerate(columns):
            share = said[name] / total if total else 0.0
            cells.append(
                Cell(
                    label=label,
                    said=name,
                    count=said[name],
                    share=share,
                    x=left + column * (CELL_WIDTH + GAP),
                    y=top + at * (CELL_HEIGHT + GAP),
                    opacity=round(0.06 + 0.5 * share, 3),
                    href=f"{address}{urlencode({'cell': f'{name}:{label}'})}#runs",
                )
            )
    return Matrix(
        cells=tuple(cells),
        columns=tuple(
            (name, left + column * (CELL_WIDTH + GAP) + CELL_WIDTH // 2)
            for column, name in enumerate(columns)
        ),
        rows=tuple(
            (label, top + at * (CELL_HEIGHT + GAP) + CELL_HEIGHT // 2, sum(said.values()))
            for at, (label, said) in enumerate(counts.items())
        ),
        width=left + len(columns) * (CELL_WIDTH + GAP),
        height=top + len(counts) * (CELL_HEIGHT + GAP),
    )


def diagram(
    *, before: Sequence[Mark], after: Sequence[Mark], address: str, brier: Pair, ece: Pair
) -> Diagram:
    """Reliability before calibration, and after where there is one."""
    most = max((mark.count for mark in (*before, *after)), default=1)
    told = [("before", "As the judge says", before, brier[0], ece[0])]
    if after:
        told.append(("after", "Calibrated, on unseen tasks", after, brier[1], ece[1]))
    return Diagram(
        series=tuple(
            Series(
                name=name,
                title=title,
                dots=tuple(_dot(mark, most, address if name == "before" else "") for mark in marks),
                brier=error,
                ece=gap,
            )
            for name, title, marks, error, gap in told
        ),
        ticks=tuple(Tick(text=f"{at:g}", x=_x(at), y=_y(at)) for at in TICKS),
    )


def _dot(mark: Mark, most: int, address: str) -> Dot:
    small, large = RADIUS
    query = urlencode({"from": repr(mark.low), "to": repr(mark.high)})
    return Dot(
        mark=mark,
        x=_x(mark.score),
        y=_y(mark.share),
        top=_y(mark.most),
        bottom=_y(mark.least),
        radius=round(small + (large - small) * math.sqrt(mark.count / most), 1),
        href=f"{address}{query}#runs" if address else "",
    )


def _x(score: float) -> float:
    return round(LEFT + SIDE * score, 1)


def _y(share: float) -> float:
    return round(TOP + SIDE * (1 - share), 1)
