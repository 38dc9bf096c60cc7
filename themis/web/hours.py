"""A job's last hours as a picture: two bars an hour, what came and what was settled."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from themis.rewards.job_figures import Hour

WIDTH, HEIGHT = 720, 190
LEFT, RIGHT, TOP, BOTTOM = 48, 712, 10, 156
LEVELS = 3  # lines of the scale above zero
GAP = 0.18  # of an hour's place, on either side
LABEL_EVERY = 4  # hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """One hour."""

    hour: Hour
    x: float
    asked_y: float
    asked_height: float
    settled_x: float
    settled_y: float
    settled_height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A line of the scale, or an hour's name under it."""

    at: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """All of it, in units of its viewBox."""

    bars: Sequence[Bars]
    levels: Sequence[Tick]
    labels: Sequence[Tick]
    bar: float  # width of one
    n_asked: int
    n_settled: int
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    bottom: int = BOTTOM


def picture(hours: Sequence[Hour]) -> Picture | None:
    """The hours from left to right; None where nothing came and nothing went."""
    most = max((max(each.asked, each.settled) for each in hours), default=0)
    if not most:
        return None
    step = _step(most)
    top = step * math.ceil(most / step)
    place = (RIGHT - LEFT) / len(hours)
    bar = place * (1 - 2 * GAP) / 2
    return Picture(
        bars=[_bars(each, LEFT + place * (at + GAP), bar, top) for at, each in enumerate(hours)],
        levels=[Tick(at=_y(n, top), text=f"{n:,}") for n in range(0, top + 1, step)],
        labels=[
            Tick(at=round(LEFT + place * (at + 0.5), 1), text=f"{each.at:%H:%M}")
            for at, each in enumerate(hours)
            if each.at.hour % LABEL_EVERY == 0
        ],
        bar=round(bar, 1),
        n_asked=sum(each.asked for each in hours),
        n_settled=sum(each.settled for each in hours),
    )


def _bars(hour: Hour, x: float, bar: float, top: int) -> Bars:
    asked, settled = _y(hour.asked, top), _y(hour.settled, top)
    return Bars(
        hour=hour,
        x=round(x, 1),
        asked_y=asked,
        asked_height=round(BOTTOM - asked, 1),
        settled_x=round(x + bar, 1),
        settled_y=settled,
        settled_height=round(BOTTOM - settled, 1),
    )


def _y(n: int, top: int) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * n / top, 1)


def _step(most: int) -> int:
    """The smallest of 1, 2, 5, 10, 20, … that needs few lines."""
    for power in range(20):
        for digit in (1, 2, 5):
            if digit * 10**power * LEVELS >= most:
                return int(digit * 10**power)
    raise ValueError(f"{most} requests in an hour")
