"""Numbers as lengths: shares of a bar, for SVG attributes."""

from __future__ import annotations

from dataclasses import dataclass

from themis.pipeline.queries import Tally

WIDTH = 1000  # of every bar, in units of its viewBox


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One stretch of a bar."""

    outcome: str
    count: int
    x: int
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """How one platform's trajectories came out."""

    tally: Tally
    segments: tuple[Segment, ...]
    percent: int | None  # passed among decided


def bars(tallies: list[Tally]) -> list[Bar]:
    """One bar a platform, in the order given."""
    return [
        Bar(tally=tally, segments=_segments(tally), percent=_percent(tally.pass_rate))
        for tally in tallies
    ]


def _segments(tally: Tally) -> tuple[Segment, ...]:
    counts = {
        "passed": tally.passed,
        "failed": tally.failed,
        "undecided": tally.undecided,
        "unjudged": tally.total - tally.passed - tally.failed - tally.undecided,
    }
    segments, seen = [], 0
    for outcome, count in counts.items():
        x = seen * WIDTH // tally.total
        seen += count
        width = seen * WIDTH // tally.total - x
        if count:
            segments.append(Segment(outcome=outcome, count=count, x=x, width=width))
    return tuple(segments)


def _percent(rate: float | None) -> int | None:
    return None if rate is None else round(rate * 100)
