"""What BrowserGym's calls are read against, and how they name a target: by id or by place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from themis.domain.action import Action, ActionType, Box
from themis.formats.actions.pycalls import Call
from themis.formats.frame import Frame


@dataclass(frozen=True, slots=True)
class Page:
    """What a call's targets are looked up in: the screen, and where each element stood on it."""

    frame: Frame = field(default_factory=Frame)
    boxes: Mapping[str, Box] = field(default_factory=dict)  # by bid


def bid_of(call: Call, position: int, keyword: str) -> str | None:
    """An element's id, written as text or as a number."""
    value = call.value(position, keyword)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None


def on_element(kind: ActionType, call: Call, page: Page) -> Action | None:
    """The action on the element its first argument names."""
    bid = bid_of(call, 0, "bid")
    if bid is None:
        return None
    return Action(type=kind, element=f"bid={bid}", box=page.boxes.get(bid))


def at_place(kind: ActionType, call: Call, page: Page) -> Action | None:
    """The action at the place its first two arguments name."""
    x, y = call.number(0, "x"), call.number(1, "y")
    if x is None or y is None:
        return None
    return Action(type=kind, point=page.frame.at(x, y))
