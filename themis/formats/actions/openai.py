"""The computer tool of OpenAI's Responses API, as canonical actions.

Places and scroll distances are pixels of the declared display, or of the screenshot where none
is. The last three words are not OpenAI's: other programs write them in the same notation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from themis.domain.action import Action, ActionType, Delta, Direction, Point, Unit
from themis.domain.jsontypes import Json
from themis.formats.actions.arguments import declared, duration, pixel, typing
from themis.formats.actions.keys import spelt
from themis.formats.actions.vocabulary import Vocabulary
from themis.formats.bounds import MAX_ACTIONS
from themis.formats.fields import items, number, record, text
from themis.formats.frame import Frame

_STATUSES = ("success", "failure", "infeasible")
_Given = dict[str, Json]


def read_action(given: _Given, frame: Frame) -> Action:
    """One action, `{"type": "click", "x": 5, "y": 6, "button": "left"}`."""
    word = text(given.get("type"))
    known = _KINDS.get(word)
    if known is None:
        return Action(type=ActionType.TOOL_CALL, name=word)
    return replace(known(given, frame), name=word)


def _held(given: _Given) -> tuple[str, ...]:
    """Keys by name: the tool writes them in capitals, which are not shifted letters."""
    return tuple(spelt(key.lower()) for key in map(text, items(given.get("keys"))) if key)


def _aimed(kind: ActionType, given: _Given, frame: Frame) -> Action:
    point = pixel(given.get("x"), given.get("y"), frame)
    space = declared(frame) if point is not None else None
    return Action(type=kind, point=point, modifiers=_held(given), space=space)


def _click(given: _Given, frame: Frame) -> Action:
    button = text(given.get("button")) or "left"
    button = "middle" if button == "wheel" else button
    return replace(_aimed(ActionType.CLICK, given, frame), button=button)


def _double(given: _Given, frame: Frame) -> Action:
    return replace(_aimed(ActionType.CLICK, given, frame), button="left", count=2)


def _move(given: _Given, frame: Frame) -> Action:
    return _aimed(ActionType.MOVE, given, frame)


def _down(given: _Given, frame: Frame) -> Action:
    return replace(_aimed(ActionType.MOUSE_DOWN, given, frame), button="left")


def _up(given: _Given, frame: Frame) -> Action:
    return replace(_aimed(ActionType.MOUSE_UP, given, frame), button="left")


def _drag(given: _Given, frame: Frame) -> Action:
    stops = [_stop(each, frame) for each in items(given.get("path"))[:MAX_ACTIONS]]
    path = tuple(stop for stop in stops if stop is not None)
    whole = len(path) == len(stops) and len(path) > 1  # half a path would point elsewhere
    return Action(
        type=ActionType.DRAG,
        path=path if whole else (),
        button="left",
        modifiers=_held(given),
        space=declared(frame) if whole else None,
    )


def _stop(value: Json, frame: Frame) -> Point | None:
    pair = items(value)
    if len(pair) == 2:
        return pixel(pair[0], pair[1], frame)
    return pixel(record(value).get("x"), record(value).get("y"), frame)


def _scroll(given: _Given, frame: Frame) -> Action:
    dx, dy = number(given.get("scroll_x")) or 0.0, number(given.get("scroll_y")) or 0.0
    direction = None
    if abs(dy) >= abs(dx) and dy:
        direction = Direction.DOWN if dy > 0 else Direction.UP
    elif dx:
        direction = Direction.RIGHT if dx > 0 else Direction.LEFT
    return replace(
        _aimed(ActionType.SCROLL, given, frame),
        direction=direction,
        delta=Delta(dx=dx, dy=dy, unit=Unit.PX) if dx or dy else None,
    )


def _press(given: _Given, _frame: Frame) -> Action:
    return Action(type=ActionType.KEY, mode="press", keys=_held(given))


def _type(given: _Given, _frame: Frame) -> Action:
    return typing("type", text(given.get("text")))


def _wait(given: _Given, _frame: Frame) -> Action:
    return Action(type=ActionType.WAIT, seconds=duration(given.get("seconds")))


def _look(_given: _Given, _frame: Frame) -> Action:
    return Action(type=ActionType.OBSERVE, mode="screenshot")


def _end(given: _Given, _frame: Frame) -> Action:
    status = text(given.get("status")).lower()
    status = status if status in _STATUSES else "success"
    return Action(type=ActionType.TERMINATE, status=status, text=text(given.get("output")) or None)


_KINDS: dict[str, Callable[[_Given, Frame], Action]] = {
    "click": _click,
    "double_click": _double,
    "drag": _drag,
    "keypress": _press,
    "move": _move,
    "screenshot": _look,
    "scroll": _scroll,
    "type": _type,
    "wait": _wait,
    "left_mouse_down": _down,
    "left_mouse_up": _up,
    "terminate": _end,
}
WORDS = frozenset(_KINDS)


def _read(payload: Json, frame: Frame) -> tuple[Action, ...]:
    return (read_action(record(payload), frame),)


VOCABULARY = Vocabulary(name="openai", title="OpenAI computer use", words=WORDS, read=_read)
