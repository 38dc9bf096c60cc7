"""Actions of Harbor's own agents: `computer_action` objects, shell commands, the word for done."""

from __future__ import annotations

from collections.abc import Callable

from themis.domain.action import (
    Action,
    ActionType,
    Box,
    Delta,
    Direction,
    Point,
    Unit,
)
from themis.domain.jsontypes import Json
from themis.formats.actions.keys import chord, spelt
from themis.formats.actions.vocabulary import Vocabulary
from themis.formats.bounds import MAX_ACTIONS
from themis.formats.fields import items, number, record, text
from themis.formats.frame import PX, Frame

_Given = dict[str, Json]
_SCROLL = 500.0  # pixels that its runtime scrolls down where nothing is said
_PAUSE = 1.0  # seconds that it waits where nothing is said
_COUNTS = {"double_click": 2, "triple_click": 3}
_BUTTONS = {"right_click": "right", "middle_click": "middle"}
_WAYS = {"key_down": "down", "key_up": "up", "hold_key": "hold"}
_LOOKS = {"screenshot": "screenshot", "cursor_position": "cursor", "zoom": "zoom"}
_MOVES = {"navigate": "goto", "go_back": "back", "go_forward": "forward"}


def read_object(given: _Given, frame: Frame) -> Action:
    """One action, `{"type": "click", "x": 5, "y": 6}`; places are pixels of the screenshot."""
    name = text(given.get("type"))
    fill = _KINDS.get(name)
    if fill is None:
        return Action(type=ActionType.TOOL_CALL, name=name, raw=given)
    return fill(name, given, frame)


def _place(given: _Given, frame: Frame, x: str = "x", y: str = "y") -> Point | None:
    return frame.place(number(given.get(x)), number(given.get(y)), PX)


def _modifiers(given: _Given) -> tuple[str, ...]:
    held = text(given.get("modifier"))
    return (spelt(held),) if held else ()


def _clicking(name: str, given: _Given, frame: Frame) -> Action:
    return Action(
        type=ActionType.CLICK,
        name=name,
        point=_place(given, frame),
        button=_BUTTONS.get(name) or text(given.get("button")) or "left",
        count=_COUNTS.get(name, 1),
        modifiers=_modifiers(given),
        raw=given,
    )


def _moving(name: str, given: _Given, frame: Frame) -> Action:
    kinds = {"mouse_down": ActionType.MOUSE_DOWN, "mouse_up": ActionType.MOUSE_UP}
    kind = kinds.get(name, ActionType.MOVE)
    button = None if kind is ActionType.MOVE else "left"
    return Action(type=kind, name=name, point=_place(given, frame), button=button, raw=given)


def _dragging(name: str, given: _Given, frame: Frame) -> Action:
    start, end = _place(given, frame), _place(given, frame, "end_x", "end_y")
    path = (start, end) if start is not None and end is not None else ()
    return Action(type=ActionType.DRAG, name=name, path=path, button="left", raw=given)


def _scrolling(name: str, given: _Given, frame: Frame) -> Action:
    across, along = number(given.get("scroll_x")) or 0.0, number(given.get("scroll_y"))
    along = _SCROLL if along is None else along
    if along:
        way: Direction | None = Direction.DOWN if along > 0 else Direction.UP
    else:
        way = (Direction.RIGHT if across > 0 else Direction.LEFT) if across else None
    return Action(
        type=ActionType.SCROLL,
        name=name,
        point=_place(given, frame),
        direction=way,
        delta=Delta(dx=across, dy=along, unit=Unit.PX),
        modifiers=_modifiers(given),
        raw=given,
    )


def _typing(name: str, given: _Given, frame: Frame) -> Action:
    at_place = name == "type_text_at"  # it clicks, empties the field and presses Enter by itself
    return Action(
        type=ActionType.TYPE,
        name=name,
        point=_place(given, frame) if at_place else None,
        text=text(given.get("text")),
        submit=_said(given.get("press_enter"), default=at_place),
        clear_first=at_place and _said(given.get("clear_before_typing"), default=True),
        raw=given,
    )


def _said(value: Json, *, default: bool) -> bool:
    return value if isinstance(value, bool) else default


def _pressing(name: str, given: _Given, _frame: Frame) -> Action:
    pressed = [text(key) for key in items(given.get("keys"))[:MAX_ACTIONS]]
    keys = tuple(part for key in pressed if key for part in chord(key))
    held = number(given.get("duration"))
    return Action(
        type=ActionType.KEY,
        name=name,
        mode=_WAYS.get(name, "press"),
        keys=keys,
        seconds=max(0.0, _PAUSE if held is None else held) if name == "hold_key" else None,
        raw=given,
    )


def _waiting(name: str, given: _Given, _frame: Frame) -> Action:
    said = number(given.get("duration_seconds")) or number(given.get("duration"))
    seconds = max(0.0, said) if said and name == "sleep" else _PAUSE
    return Action(type=ActionType.WAIT, name=name, seconds=seconds, raw=given)


def _looking(name: str, given: _Given, _frame: Frame) -> Action:
    corners = [number(each) for each in items(given.get("zoom_region"))[:4]]
    left, top, right, bottom = (*corners, None, None, None, None)[:4]
    box = None
    if left is not None and top is not None and right is not None and bottom is not None:
        box = Box(x=left, y=top, width=max(0.0, right - left), height=max(0.0, bottom - top))
    return Action(type=ActionType.OBSERVE, name=name, mode=_LOOKS[name], box=box, raw=given)


def _navigating(name: str, given: _Given, _frame: Frame) -> Action:
    to = text(given.get("url")) or None
    return Action(type=ActionType.NAVIGATE, name=name, mode=_MOVES[name], text=to, raw=given)


def _running(name: str, given: _Given, _frame: Frame) -> Action:
    source = text(given.get("command")) or text(given.get("keystrokes"))
    return Action(type=ActionType.CODE, name=name, mode="shell", text=source, raw=given)


def _ending(name: str, given: _Given, _frame: Frame) -> Action:
    answer = text(given.get("result")) or text(given.get("text")) or None
    return Action(type=ActionType.TERMINATE, name=name, status="success", text=answer, raw=given)


_KINDS: dict[str, Callable[[str, _Given, Frame], Action]] = {
    **dict.fromkeys(("click", *_COUNTS, *_BUTTONS), _clicking),
    **dict.fromkeys(("mouse_down", "mouse_up", "mouse_move"), _moving),
    "drag": _dragging,
    "scroll": _scrolling,
    **dict.fromkeys(("type", "type_text_at"), _typing),
    **dict.fromkeys(("key", "keypress", *_WAYS), _pressing),
    **dict.fromkeys(("wait", "sleep"), _waiting),
    **dict.fromkeys(_LOOKS, _looking),
    **dict.fromkeys(_MOVES, _navigating),
    **dict.fromkeys(("bash", "bash_command"), _running),
    **dict.fromkeys(("terminate", "done", "answer", "mark_task_complete"), _ending),
}


def _read(payload: Json, frame: Frame) -> tuple[Action, ...]:
    return (read_object(record(payload), frame),)


VOCABULARY = Vocabulary(
    name="harbor",
    title="Harbor",
    words=frozenset(_KINDS),
    read=_read,
)
