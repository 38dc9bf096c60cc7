"""What was observed and done, step by step, as steps with their screens before and after."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from themis.domain.action import Action, ActionType, Box
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Claim, Ending, Step
from themis.formats.actions.browsergym import read_payload
from themis.formats.actions.browsergym_page import Page
from themis.formats.fields import items, number, record
from themis.formats.frame import Frame
from themis.formats.jsonfile import parse
from themis.formats.pictures import Size


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """One turn: what the agent saw, then what it did. A last one may only have seen."""

    number: int
    actions: tuple[Action, ...] = ()
    thought: str = ""
    picture: int | None = None
    ui: str | None = None
    error: str | None = None  # of the action before
    started_at: str | None = None
    ended_at: str | None = None  # of the action before
    raw: Json = None

    @property
    def has_turn(self) -> bool:
        """Whether the agent's turn is in it."""
        return bool(self.actions or self.thought)


def steps_of(observed: list[Observed]) -> tuple[Step, ...]:
    """A step for each turn of the agent; what was seen next is what came after."""
    following: list[Observed | None] = [*observed[1:], None] if observed else []
    return tuple(
        _step(at, each, after)
        for at, (each, after) in enumerate(zip(observed, following, strict=True))
        if each.has_turn
    )


def _step(at: int, each: Observed, after: Observed | None) -> Step:
    return Step(
        thought=each.thought,
        actions=each.actions,
        before=each.picture,
        after=after.picture if after else None,
        before_ui=each.ui,
        after_ui=after.ui if after else None,
        error=after.error if after else None,
        number=each.number if each.number != at else None,
        started_at=each.started_at,
        ended_at=after.ended_at if after else None,
        raw=each.raw,
    )


def acted(action: str | None, elements: Json, size: Size | None) -> tuple[Action, ...]:
    """The actions of one turn; `elements`: extra_element_properties, `size`: of the screen."""
    if action is None:
        return ()
    page = Page(frame=Frame(device=size, picture=size), boxes=boxes(elements, size))
    return read_payload(_payload(action), page)


def _payload(action: str) -> Json:
    """A tool call where the agent's action is one, written as JSON; otherwise its text."""
    if not action.lstrip().startswith("{"):
        return action
    try:
        call = parse(action, at="action")
    except UnreadableTrajectory:
        return action
    return call if "name" in record(call) else action


def boxes(elements: Json, size: Size | None) -> Mapping[str, Box]:
    """Where each element stands on the screen, as far as it is on it; pixels of the screen."""
    found = {bid: _box(record(each).get("bbox"), size) for bid, each in record(elements).items()}
    return {bid: box for bid, box in found.items() if box is not None}


def _box(bounds: Json, size: Size | None) -> Box | None:
    numbers = [found for each in items(bounds) if (found := number(each)) is not None]
    if len(numbers) != 4:
        return None
    left, top, width, height = numbers
    right, bottom = left + width, top + height
    if size is not None:
        left, top = max(left, 0.0), max(top, 0.0)
        right, bottom = min(right, size.width), min(bottom, size.height)
    if not (left < right < math.inf and top < bottom < math.inf):
        return None
    return Box(
        x=round(left, 2),
        y=round(top, 2),
        width=round(right - left, 2),
        height=round(bottom - top, 2),
    )


def ending_of(steps: tuple[Step, ...]) -> Ending:
    """The last words to the user; giving up is a claim of failure."""
    last = next((step.actions[-1] for step in reversed(steps) if step.actions), None)
    if last is not None and last.type is ActionType.TERMINATE:
        return Ending(claim=Claim.FAILURE, answer=last.text)
    if last is not None and last.type is ActionType.MESSAGE:
        return Ending(answer=last.text)
    return Ending()
