"""AndroidLab's calls, do(action="Tap", element=[...]) and finish(...): parsed and never run."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import replace

from themis.domain.action import Action, ActionType, Box, Direction, Point
from themis.domain.jsontypes import Json
from themis.formats.actions.vocabulary import Vocabulary
from themis.formats.bounds import MAX_CODE
from themis.formats.fields import items, number, record, text
from themis.formats.frame import PX, Frame

_SECONDS = re.compile(r"\s*(\d{1,6}(?:\.\d{1,3})?)")
_Given = dict[str, Json]
_Fill = Callable[[_Given, Frame], Action]


def read_action(payload: Json, frame: Frame) -> Action:
    """One call as text, or as the object that AndroidLab makes of it; `raw` keeps it."""
    given = _object(record(payload)) if isinstance(payload, dict) else _call(text(payload))
    if given is None:
        return Action(type=ActionType.CODE, mode="python", text=text(payload) or None, raw=payload)
    name = text(given.get("action"))
    known = _KINDS.get(name)
    if known is None:
        return Action(type=ActionType.TOOL_CALL, name=name, raw=payload)
    return replace(known(given, frame), name=name, raw=payload)


def _object(given: _Given) -> _Given:
    """{"operation": "do", "action": "Tap", "kwargs": {...}}"""
    name = "finish" if given.get("operation") == "finish" else given.get("action")
    return {**record(given.get("kwargs")), "action": name}


def _call(source: str) -> _Given | None:
    if len(source) > MAX_CODE:
        return None
    try:
        tree = ast.parse(source.strip(), mode="eval").body
        if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Name):
            return None
        given = {each.arg or "": _literal(each.value) for each in tree.keywords}
        given |= {str(at): _literal(each) for at, each in enumerate(tree.args)}
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return None
    if tree.func.id == "finish":
        return {"message": given.get("message", given.get("0")), "action": "finish"}
    return {"action": given.get("0"), **given} if tree.func.id == "do" else None


def _literal(node: ast.expr) -> Json:
    """Text, a number, or a list of them; ValueError for all else."""
    if isinstance(node, ast.List | ast.Tuple):
        return [_literal(each) for each in node.elts]
    value = ast.literal_eval(node)
    if value is None or isinstance(value, str | int | float):
        return value
    raise ValueError(type(value).__name__)


def _aim(given: _Given, frame: Frame) -> tuple[Point | None, Box | None]:
    """Where an element is: [x, y], or [left, top, right, bottom], whose middle is touched."""
    numbers = [found for each in items(given.get("element")) if (found := number(each)) is not None]
    if len(numbers) == 2:
        return frame.place(numbers[0], numbers[1], PX), None
    if len(numbers) != 4:
        return None, None
    left, top, right, bottom = numbers
    begin, end = frame.place(left, top, PX), frame.place(right, bottom, PX)
    if begin is None or end is None or end.x < begin.x or end.y < begin.y:
        return None, None
    box = Box(x=begin.x, y=begin.y, width=end.x - begin.x, height=end.y - begin.y)
    return Point(x=box.x + box.width / 2, y=box.y + box.height / 2), box


def _pointing(kind: ActionType, *, count: int = 1) -> _Fill:
    def fill(given: _Given, frame: Frame) -> Action:
        point, box = _aim(given, frame)
        return Action(type=kind, point=point, box=box, count=count)

    return fill


def _swipe(given: _Given, frame: Frame) -> Action:
    word = text(given.get("direction")).lower()
    point, box = _aim(given, frame)
    ends = [_aim({"element": given.get(key)}, frame)[0] for key in ("start", "end")]
    return Action(
        type=ActionType.SWIPE,
        direction=Direction(word) if word in list(Direction) else None,
        point=point,
        box=box,
        path=tuple(end for end in ends if end is not None) if None not in ends else (),
    )


def _type(given: _Given, _frame: Frame) -> Action:
    return Action(type=ActionType.TYPE, text=text(given.get("text")), submit=True)


def _wait(given: _Given, _frame: Frame) -> Action:
    said = given.get("interval", given.get("duration"))
    match = _SECONDS.match(text(said))
    return Action(type=ActionType.WAIT, seconds=float(match[1]) if match else number(said))


def _words(kind: ActionType, key: str, *, mode: str | None = None) -> _Fill:
    return lambda given, _: Action(type=kind, mode=mode, text=text(given.get(key)) or None)


def _button(button: str) -> _Fill:
    return lambda _given, _frame: Action(type=ActionType.SYSTEM_BUTTON, button=button)


_KINDS: dict[str, _Fill] = {
    "Tap": _pointing(ActionType.CLICK),
    "Double Tap": _pointing(ActionType.CLICK, count=2),
    "Long Press": _pointing(ActionType.LONG_PRESS),
    "Swipe": _swipe,
    "Type": _type,
    "Enter": lambda _given, _frame: Action(type=ActionType.KEY, keys=("enter",)),
    "Home": _button("home"),
    "Back": _button("back"),
    "Wait": _wait,
    "Launch": _words(ActionType.OPEN_APP, "app"),
    "Call_API": _words(ActionType.TOOL_CALL, "instruction"),
    "Take_over": _words(ActionType.MESSAGE, "message", mode="ask"),
    "finish": lambda given, _: Action(
        type=ActionType.TERMINATE, status="success", text=text(given.get("message")) or None
    ),
}


def _read(payload: Json, frame: Frame) -> tuple[Action, ...]:
    return (read_action(payload, frame),)


VOCABULARY = Vocabulary(
    name="androidlab",
    title="AndroidLab",
    words=frozenset(_KINDS),
    read=_read,
)
