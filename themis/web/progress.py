"""How far a run came, step by step, as a picture: a line that rises where a milestone is met."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from themis.domain.feedback import Feedback
from themis.web.chain import ACHIEVED, MISSED, STATES, UNCLEAR
from themis.web.places import AFTER, Place, Places

WORST_FIRST = (MISSED, UNCLEAR, ACHIEVED)
WIDTH, HEIGHT, EDGE = 400, 56, 8  # of the viewBox; the edge keeps marks within it


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The milestones of one step, on the line."""

    x: int
    y: int
    state: str  # achieved, missed, unclear: the worst of them
    told: tuple[str, ...]  # each with its state, in words
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The picture and its words."""

    line: str  # an SVG path
    marks: tuple[Mark, ...]
    reached: int
    total: int
    failing: Place | None
    error_class: str  # in words; empty: nobody said


def progress(told: Feedback, places: Places) -> Progress | None:
    """The picture of one verdict; None where there is no milestone and nothing else to tell."""
    failing = told.first_failing_step
    if not told.steps and told.error_class is None:
        return None
    heights = [_height(each.progress) for each in told.steps]
    return Progress(
        line=_line(heights),
        marks=tuple(_marks(told, heights, places)),
        reached=sum(each.achieved is True for each in told.milestones),
        total=len(told.milestones),
        failing=None if failing is None else places.of_step(failing, AFTER),
        error_class=(told.error_class or "").replace("_", " "),
    )


def _line(heights: list[int]) -> str:
    """Level during a step, and up at its end."""
    drawn, level = [f"M{EDGE} {_height(0)}"], _height(0)
    for step, height in enumerate(heights):
        drawn.append(f"H{_across(step, len(heights))}")
        if height != level:
            drawn.append(f"V{height}")
            level = height
    return " ".join(drawn)


def _marks(told: Feedback, heights: list[int], places: Places) -> Iterator[Mark]:
    for step, height in enumerate(heights):
        here = [each for each in told.milestones if each.step == step]
        place = places.of_step(step, AFTER) if here else None
        if place is None:
            continue
        states = [STATES[each.achieved] for each in here]
        yield Mark(
            x=_across(step, len(heights)),
            y=height,
            state=next(state for state in WORST_FIRST if state in states),
            told=tuple(f"{state}: {each.goal}" for state, each in zip(states, here, strict=True)),
            place=place,
        )


def _across(step: int, n_steps: int) -> int:
    return EDGE + round((WIDTH - 2 * EDGE) * (step + 1) / n_steps)


def _height(share: float) -> int:
    return round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * share)
