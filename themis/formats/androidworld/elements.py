"""The UI elements of AndroidWorld: as text in their own notation, and where each one is."""

from __future__ import annotations

import json
from dataclasses import replace

from themis.domain.action import Action, ActionType, Box, Point
from themis.domain.jsontypes import Json
from themis.formats.actions.androidworld import index_of, read_action
from themis.formats.fields import items, number, record
from themis.formats.frame import PX, Frame
from themis.formats.pickles import CLASS

_TOUCHED = (ActionType.CLICK, ActionType.LONG_PRESS, ActionType.TYPE)


def as_text(elements: Json) -> str | None:
    """The list the agent was shown, numbered; what an element does not say is left out."""
    found = [
        {"index": at, **_told(record(each))}
        for at, each in enumerate(items(elements))
        if isinstance(each, dict)
    ]
    return json.dumps(found, ensure_ascii=False) if found else None


def _told(element: dict[str, Json]) -> dict[str, Json]:
    held = {name: value for name, value in element.items() if value is not None and name != CLASS}
    return {
        name: {key: side for key, side in value.items() if key != CLASS}
        if isinstance(value, dict)
        else value
        for name, value in held.items()
    }


def act(payload: Json, elements: Json, frame: Frame) -> Action:
    """An action on the element it names: its box, and its middle, which is what is touched."""
    action = read_action(payload, frame)
    index = index_of(record(payload)) if isinstance(payload, dict) else _index(action)
    listed = items(elements)
    if index is None or index >= len(listed):
        return action
    box = _box(record(listed[index]), frame)
    if box is None:
        return action
    middle = Point(x=box.x + box.width / 2, y=box.y + box.height / 2)
    touched = action.type in _TOUCHED and action.point is None
    return replace(action, box=box, point=middle if touched else action.point)


def _index(action: Action) -> int | None:
    """The number in "index=7"."""
    named = (action.element or "").removeprefix("index=")
    return int(named) if named.isdecimal() else None


def _box(element: dict[str, Json], frame: Frame) -> Box | None:
    sides = record(element.get("bbox_pixels"))
    left, top = number(sides.get("x_min")), number(sides.get("y_min"))
    right, bottom = number(sides.get("x_max")), number(sides.get("y_max"))
    begin, end = frame.place(left, top, PX), frame.place(right, bottom, PX)
    if begin is None or end is None or end.x < begin.x or end.y < begin.y:
        return None
    return Box(x=begin.x, y=begin.y, width=end.x - begin.x, height=end.y - begin.y)
