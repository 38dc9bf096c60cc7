"""The two other action vocabularies of OSWorld: computer_13 objects and the special words."""

from __future__ import annotations

from collections.abc import Callable

from themis.domain.action import Action, ActionType, Direction, Point
from themis.domain.jsontypes import Json
from themis.formats.actions.pyautogui import Mouse
from themis.formats.actions.vocabulary import Vocabulary
from themis.formats.bounds import MAX_ACTIONS
from themis.formats.fields import items, number, record, text, whole
from themis.formats.frame import Frame

SPECIAL = {
    "WAIT": Action(type=ActionType.WAIT, name="WAIT"),
    "DONE": Action(type=ActionType.TERMINATE, name="DONE", status="success"),
    "FAIL": Action(type=ActionType.TERMINATE, name="FAIL", status="infeasible"),
    "CALL_USER": Action(type=ActionType.MESSAGE, name="CALL_USER"),
}


def read_object(action: dict[str, Json], mouse: Mouse) -> Action:
    """One computer_13 action, `{"action_type": "CLICK", "x": 5, "y": 6}`; moves `mouse` along."""
    name = text(action.get("action_type"))
    if name in SPECIAL:
        return SPECIAL[name]
    known = _KINDS.get(name)
    if known is None:
        return Action(type=ActionType.TOOL_CALL, name=name)
    kind, fill = known
    # Stock OSWorld puts the arguments beside the type, older agents under "parameters".
    return fill(kind, name, {**action, **record(action.get("parameters"))}, mouse)


_Given = dict[str, Json]


def _place(given: _Given, mouse: Mouse) -> Point | None:
    x, y = number(given.get("x")), number(given.get("y"))
    if x is not None and y is not None:
        mouse.point = Point(x=x, y=y)
    return mouse.point


def _pointing(kind: ActionType, name: str, given: _Given, mouse: Mouse) -> Action:
    fallback = "right" if name == "RIGHT_CLICK" else "left"
    return Action(
        type=kind,
        name=name,
        point=_place(given, mouse),
        button=None if kind is ActionType.MOVE else text(given.get("button")) or fallback,
        count=2
        if name == "DOUBLE_CLICK"
        else whole(given.get("num_clicks"), default=1, most=MAX_ACTIONS),
        modifiers=mouse.held,
    )


def _dragging(kind: ActionType, name: str, given: _Given, mouse: Mouse) -> Action:
    start = mouse.point
    end = _place(given, mouse)
    path = (start, end) if start is not None and end is not None else ()
    return Action(type=kind, name=name, path=path, point=None if path else end, button="left")


def _scrolling(kind: ActionType, name: str, given: _Given, mouse: Mouse) -> Action:
    across, along = number(given.get("dx")) or 0, number(given.get("dy")) or 0
    if along:
        direction: Direction | None = Direction.UP if along > 0 else Direction.DOWN
    elif across:
        direction = Direction.RIGHT if across > 0 else Direction.LEFT
    else:
        direction = None
    return Action(type=kind, name=name, direction=direction, point=mouse.point)


def _typing(kind: ActionType, name: str, given: _Given, _mouse: Mouse) -> Action:
    typed = text(given.get("text"))
    submit = typed.endswith("\n")
    return Action(type=kind, name=name, text=typed[:-1] if submit else typed, submit=submit)


def _pressing(kind: ActionType, name: str, given: _Given, mouse: Mouse) -> Action:
    held = [text(key) for key in items(given.get("keys"))] or [text(given.get("key"))]
    keys = tuple(key for key in held if key)
    if name == "KEY_DOWN":
        mouse.held = tuple(dict.fromkeys((*mouse.held, *keys)))
    if name == "KEY_UP":
        mouse.held = tuple(key for key in mouse.held if key not in keys)
    return Action(type=kind, name=name, keys=keys)


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


def _read(payload: Json, _frame: Frame) -> tuple[Action, ...]:
    if isinstance(payload, str) and payload in SPECIAL:
        return (SPECIAL[payload],)
    return (read_object(record(payload), Mouse()),)


VOCABULARY = Vocabulary(
    name="computer_13",
    title="OSWorld computer_13",
    words=frozenset((*_KINDS, *SPECIAL)),
    read=_read,
)
