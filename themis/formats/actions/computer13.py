"""The two other action vocabularies of OSWorld: computer_13 objects and the special words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from themis.domain.action import Action, ActionType
from themis.domain.jsontypes import Json
from themis.formats.actions.gestures import scrolled
from themis.formats.actions.keystrokes import pressed, typed
from themis.formats.actions.mouse import Mouse
from themis.formats.actions.vocabulary import Vocabulary
from themis.formats.bounds import MAX_ACTIONS
from themis.formats.fields import items, number, record, text, whole
from themis.formats.frame import Frame

SPECIAL = {
    "WAIT": Action(type=ActionType.WAIT, name="WAIT"),
    "DONE": Action(type=ActionType.TERMINATE, name="DONE", status="success"),
    "FAIL": Action(type=ActionType.TERMINATE, name="FAIL", status="infeasible"),
    "CALL_USER": Action(type=ActionType.MESSAGE, mode="ask", name="CALL_USER"),
}
_Given = dict[str, Json]


def read_object(action: dict[str, Json], mouse: Mouse) -> Action:
    """One computer_13 action, `{"action_type": "CLICK", "x": 5, "y": 6}`; moves `mouse` along.

    `raw` is the object.
    """
    name = text(action.get("action_type"))
    if name in SPECIAL:
        return replace(SPECIAL[name], raw=action)
    known = _KINDS.get(name)
    if known is None:
        return Action(type=ActionType.TOOL_CALL, name=name, raw=action)
    # Stock OSWorld puts the arguments beside the type, older agents under "parameters".
    given = {**action, **record(action.get("parameters"))}
    kind, fill = known
    return replace(fill(kind, name, given, mouse), name=name, raw=action)


def _go(given: _Given, mouse: Mouse) -> None:
    pair = [given.get(axis) for axis in ("x", "y")]
    numbers = [each if isinstance(each, int | float) else number(each) for each in pair]
    if None not in [number(each) for each in pair]:
        mouse.go(*numbers)


def _pointing(kind: ActionType, name: str, given: _Given, mouse: Mouse) -> Action:
    _go(given, mouse)
    fallback = "right" if name == "RIGHT_CLICK" else "left"
    clicks = whole(given.get("num_clicks"), default=1, most=MAX_ACTIONS)
    action = Action(
        type=kind,
        button=None if kind is ActionType.MOVE else text(given.get("button")) or fallback,
        count=2 if name == "DOUBLE_CLICK" else clicks,
    )
    return mouse.here(action)


def _dragging(kind: ActionType, _name: str, given: _Given, mouse: Mouse) -> Action:
    start = mouse.place()
    _go(given, mouse)
    end = mouse.place()
    path = (start, end) if start is not None and end is not None else ()
    point = None if path else end
    return Action(type=kind, path=path, point=point, button="left", space=mouse.written())


def _scrolling(_kind: ActionType, _name: str, given: _Given, mouse: Mouse) -> Action:
    across, along = number(given.get("dx")) or 0, number(given.get("dy")) or 0
    return mouse.here(scrolled(0 if along else across, along))


def _typing(_kind: ActionType, _name: str, given: _Given, _mouse: Mouse) -> Action:
    return typed(text(given.get("text")))


def _pressing(_kind: ActionType, name: str, given: _Given, mouse: Mouse) -> Action:
    held = [text(key) for key in items(given.get("keys"))] or [text(given.get("key"))]
    mode = {"KEY_DOWN": "down", "KEY_UP": "up"}.get(name)
    action = pressed(*held, mode=mode)
    for key in action.keys if mode else ():
        mouse.press(key, down=mode == "down")
    return action


_KINDS: dict[str, tuple[ActionType, Callable[[ActionType, str, _Given, Mouse], Action]]] = {
    "MOVE_TO": (ActionType.MOVE, _pointing),
    "CLICK": (ActionType.CLICK, _pointing),
    "RIGHT_CLICK": (ActionType.CLICK, _pointing),
    "DOUBLE_CLICK": (ActionType.CLICK, _pointing),
    "MOUSE_DOWN": (ActionType.MOUSE_DOWN, _pointing),
    "MOUSE_UP": (ActionType.MOUSE_UP, _pointing),
    "DRAG_TO": (ActionType.DRAG, _dragging),
    "SCROLL": (ActionType.SCROLL, _scrolling),
    "TYPING": (ActionType.TYPE, _typing),
    "PRESS": (ActionType.KEY, _pressing),
    "KEY_DOWN": (ActionType.KEY, _pressing),
    "KEY_UP": (ActionType.KEY, _pressing),
    "HOTKEY": (ActionType.KEY, _pressing),
}


def _read(payload: Json, frame: Frame) -> tuple[Action, ...]:
    if isinstance(payload, str) and payload in SPECIAL:
        return (replace(SPECIAL[payload], raw=payload),)
    return (read_object(record(payload), Mouse(frame=frame)),)


VOCABULARY = Vocabulary(
    name="computer_13",
    title="OSWorld computer_13",
    words=frozenset((*_KINDS, *SPECIAL)),
    read=_read,
)
