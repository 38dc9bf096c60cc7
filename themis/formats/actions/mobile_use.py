"""The mobile_use tool of Qwen's models, and the words that agents built on it add."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from themis.domain.action import Action, ActionType, Direction, Point, Space
from themis.domain.jsontypes import Json
from themis.formats.actions.keys import spelt
from themis.formats.actions.vocabulary import Vocabulary
from themis.formats.fields import items, number, record, text
from themis.formats.frame import NORM1000, PX, Frame

_Given = dict[str, Json]
_Fill = Callable[[_Given, Frame, Space], Action]
_SYSTEM_KEYS = frozenset(("volume_up", "volume_down", "power", "home", "back", "menu", "camera"))


def read_action(payload: Json, frame: Frame, space: Space) -> Action:
    """One call, whole or its arguments alone; `raw` keeps it.

    `space` is what the prompt told the model: NORM1000, or the size of a resized screen.
    """
    outer = record(payload)
    given = record(outer.get("arguments")) or outer
    name = text(given.get("action"))
    known = _KINDS.get(name)
    if known is None:
        return Action(type=ActionType.TOOL_CALL, name=name, raw=payload)
    return replace(known(given, frame, space), name=name, raw=payload)


def _point(given: _Given, key: str, frame: Frame, space: Space) -> Point | None:
    numbers = [number(each) for each in items(given.get(key))]
    return frame.place(numbers[0], numbers[1], space) if len(numbers) == 2 else None


def _space(point: Point | None, space: Space) -> Space | None:
    return space if point is not None and space != PX else None


def _click(given: _Given, frame: Frame, space: Space) -> Action:
    point = _point(given, "coordinate", frame, space)
    return Action(type=ActionType.CLICK, point=point, space=_space(point, space))


def _double(given: _Given, frame: Frame, space: Space) -> Action:
    return replace(_click(given, frame, space), count=2)


def _long(given: _Given, frame: Frame, space: Space) -> Action:
    held = replace(_click(given, frame, space), type=ActionType.LONG_PRESS)
    return replace(held, seconds=_seconds(given))


def _seconds(given: _Given) -> float | None:
    found = number(given.get("time"))
    return found if found is not None and found >= 0 else None


def _along(kind: ActionType, first: str, last: str) -> _Fill:
    def fill(given: _Given, frame: Frame, space: Space) -> Action:
        begin = _point(given, first, frame, space)
        end = _point(given, last, frame, space)
        word = text(given.get("direction")).lower()
        return Action(
            type=kind,
            path=(begin, end) if begin is not None and end is not None else (),
            point=begin if end is None else None,
            direction=Direction(word) if word in list(Direction) else None,
            space=_space(begin, space),
        )

    return fill


def _key(given: _Given, _frame: Frame, _space: Space) -> Action:
    key = text(given.get("text"))
    if key.lower() in _SYSTEM_KEYS:
        return Action(type=ActionType.SYSTEM_BUTTON, button=key.lower())
    return Action(type=ActionType.KEY, keys=(spelt(key),) if key else ())


def _button(given: _Given, _frame: Frame, _space: Space) -> Action:
    return Action(type=ActionType.SYSTEM_BUTTON, button=text(given.get("button")).lower() or None)


def _words(kind: ActionType, *, mode: str | None = None) -> _Fill:
    return lambda given, _frame, _space: Action(
        type=kind, mode=mode, text=text(given.get("text")) or None
    )


def _wait(given: _Given, _frame: Frame, _space: Space) -> Action:
    return Action(type=ActionType.WAIT, seconds=_seconds(given))


def _terminate(given: _Given, _frame: Frame, _space: Space) -> Action:
    status = {"success": "success", "failure": "failure", "fail": "failure"}
    return Action(
        type=ActionType.TERMINATE,
        status=status.get(text(given.get("status"))),
        text=text(given.get("text")) or None,
    )


_KINDS: dict[str, _Fill] = {
    "click": _click,
    "double_click": _double,
    "long_press": _long,
    "swipe": _along(ActionType.SWIPE, "coordinate", "coordinate2"),
    "drag": _along(ActionType.DRAG, "start_coordinate", "end_coordinate"),
    "type": _words(ActionType.TYPE),
    "key": _key,
    "system_button": _button,
    "open": _words(ActionType.OPEN_APP),
    "wait": _wait,
    "answer": _words(ActionType.MESSAGE, mode="inform"),
    "ask_user": _words(ActionType.MESSAGE, mode="ask"),
    "terminate": _terminate,
}


def _read(payload: Json, frame: Frame) -> tuple[Action, ...]:
    """A frame that knows the device's size counts in its pixels; any other in thousandths."""
    return (read_action(payload, frame, PX if frame.device is not None else NORM1000),)


VOCABULARY = Vocabulary(
    name="mobile_use",
    title="Qwen mobile_use",
    words=frozenset(_KINDS),
    read=_read,
)
