"""Where Claude's calls point: at a place, at an element, or where the mouse was left."""

from __future__ import annotations

from dataclasses import dataclass

from themis.domain.action import Action, ActionType, Box, Point
from themis.domain.jsontypes import Json
from themis.formats.actions.arguments import declared, pixel
from themis.formats.actions.keys import chord
from themis.formats.fields import items, number, record, text
from themis.formats.frame import Frame

Given = dict[str, Json]


@dataclass(slots=True)
class Cursor:
    """Where the mouse was left, in the source's own pixels: a click without a place is there."""

    x: float | None = None
    y: float | None = None


def move_to(given: Given, cursor: Cursor, key: str = "coordinate") -> None:
    """Moves the cursor to the place that is named, if one is."""
    pair = items(given.get(key))
    target = record(given.get("target" if key == "coordinate" else "from"))
    x, y = pair[:2] if len(pair) >= 2 else (target.get("x"), target.get("y"))
    across, along = number(x), number(y)
    if across is not None and along is not None:
        cursor.x, cursor.y = across, along


def here(cursor: Cursor, frame: Frame) -> Point | None:
    """Where the mouse is, on the picture."""
    return pixel(cursor.x, cursor.y, frame)


def element_of(given: Given) -> str | None:
    """The element that is named by the reference of an earlier result."""
    ref = text(record(given.get("target")).get("ref")) or text(given.get("ref"))
    return f"ref={ref}" if ref else None


def modifiers_of(given: Given) -> tuple[str, ...]:
    """The keys held down: `text` of the computer's tools, `modifiers` of the browser's."""
    return chord(text(given.get("text")) or text(given.get("modifiers")))


def aimed(kind: ActionType, given: Given, frame: Frame, cursor: Cursor) -> Action:
    """An action at the place or element that is named, else where the cursor is."""
    element = element_of(given)
    if element is None:
        move_to(given, cursor)
    else:
        cursor.x = cursor.y = None
    point = here(cursor, frame)
    space = declared(frame) if point is not None else None
    return Action(type=kind, point=point, element=element, space=space)


def box_of(region: Json, frame: Frame) -> Box | None:
    """A region by two of its corners, on the picture."""
    corners = items(region)
    if len(corners) != 4:
        return None
    first, last = pixel(corners[0], corners[1], frame), pixel(corners[2], corners[3], frame)
    if first is None or last is None or last.x < first.x or last.y < first.y:
        return None
    return Box(x=first.x, y=first.y, width=last.x - first.x, height=last.y - first.y)
