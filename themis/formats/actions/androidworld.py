"""AndroidWorld's JSONAction: what its agents write after "Action:"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from themis.domain.action import Action, ActionType, Direction, Point
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.formats.actions.keys import spelt
from themis.formats.actions.vocabulary import Vocabulary
from themis.formats.bounds import MAX_CODE
from themis.formats.fields import items, number, record, text
from themis.formats.frame import PX, Frame
from themis.formats.jsonfile import parse

_WAIT = 1.0  # seconds that AndroidWorld waits
_STATUS = {
    **dict.fromkeys(("complete", "completed", "success", "successful"), "success"),
    **dict.fromkeys(("infeasible", "impossible"), "infeasible"),
    **dict.fromkeys(("failure", "failed", "fail"), "failure"),
}
_Given = dict[str, Json]
_Fill = Callable[[_Given, Frame], Action]


def read_action(payload: Json, frame: Frame) -> Action:
    """One action, as an object or as the text of one; `raw` keeps it."""
    given = record(payload) or _written(text(payload))
    name = text(given.get("action_type"))
    known = _KINDS.get(name)
    if known is None:
        return Action(type=ActionType.TOOL_CALL, name=name, raw=payload)
    return replace(known(given, frame), name=name, element=element_of(given), raw=payload)


def element_of(given: dict[str, Json]) -> str | None:
    """The element an action names: its place in the list of elements the agent was shown."""
    index = index_of(given)
    return None if index is None else f"index={index}"


def index_of(given: dict[str, Json]) -> int | None:
    """The number of the element an action names."""
    index = number(given.get("index"))
    return int(index) if index is not None and 0 <= index < 1e6 else None


def _written(said: str) -> _Given:
    begin, end = said.find("{"), said.rfind("}")
    if begin < 0 or end < begin or len(said) > MAX_CODE:
        return {}
    try:
        return record(parse(said[begin : end + 1], at="action"))
    except UnreadableTrajectory:
        return {}


def _point(given: _Given, frame: Frame) -> Point | None:
    return frame.place(number(given.get("x")), number(given.get("y")), PX)


def _way(given: _Given) -> Direction | None:
    word = text(given.get("direction")).lower()
    return Direction(word) if word in list(Direction) else None


def _pointing(kind: ActionType, *, count: int = 1) -> _Fill:
    return lambda given, frame: Action(type=kind, point=_point(given, frame), count=count)


def _scroll(given: _Given, frame: Frame) -> Action:
    return Action(type=ActionType.SCROLL, direction=_way(given), point=_point(given, frame))


def _swipe(given: _Given, frame: Frame) -> Action:
    return Action(type=ActionType.SWIPE, direction=_way(given), point=_point(given, frame))


def _type(given: _Given, frame: Frame) -> Action:
    return Action(
        type=ActionType.TYPE,
        text=text(given.get("text")),
        point=_point(given, frame),
        clear_first=given.get("clear_text") is True,
        submit=True,  # Enter is pressed after every text
    )


def _pair(value: Json, frame: Frame) -> Point | None:
    numbers = [number(each) for each in items(value)]
    return frame.place(numbers[0], numbers[1], PX) if len(numbers) == 2 else None


def _drag(given: _Given, frame: Frame) -> Action:
    ends = [_pair(given.get(key), frame) for key in ("touch_xy", "lift_xy")]
    path = tuple(end for end in ends if end is not None)
    return Action(type=ActionType.DRAG, path=path if len(path) == len(ends) else (), seconds=4.0)


def _status(given: _Given, _frame: Frame) -> Action:
    said = text(given.get("goal_status")).strip().lower()
    return Action(
        type=ActionType.TERMINATE, status=_STATUS.get(said), text=text(given.get("text")) or None
    )


def _key(given: _Given, _frame: Frame) -> Action:
    code = text(given.get("keycode"))
    return Action(type=ActionType.KEY, keys=(spelt(code),) if code else ())


def _always(action: Action) -> _Fill:
    return lambda _given, _frame: action


_KINDS: dict[str, _Fill] = {
    "click": _pointing(ActionType.CLICK),
    "double_tap": _pointing(ActionType.CLICK, count=2),
    "long_press": _pointing(ActionType.LONG_PRESS),
    "scroll": _scroll,
    "swipe": _swipe,
    "drag_and_drop": _drag,
    "input_text": _type,
    "keyboard_enter": _always(Action(type=ActionType.KEY, keys=("enter",))),
    "press_keyboard": _key,
    "navigate_home": _always(Action(type=ActionType.SYSTEM_BUTTON, button="home")),
    "navigate_back": _always(Action(type=ActionType.SYSTEM_BUTTON, button="back")),
    "open_app": lambda given, _: Action(
        type=ActionType.OPEN_APP, text=text(given.get("app_name")) or None
    ),
    "wait": _always(Action(type=ActionType.WAIT, seconds=_WAIT)),
    "answer": lambda given, _: Action(
        type=ActionType.MESSAGE, mode="inform", text=text(given.get("text")) or None
    ),
    "status": _status,
    "unknown": _always(Action(type=ActionType.TOOL_CALL)),
}


def _read(payload: Json, frame: Frame) -> tuple[Action, ...]:
    return (read_action(payload, frame),)


VOCABULARY = Vocabulary(
    name="androidworld",
    title="AndroidWorld",
    words=frozenset(_KINDS),
    read=_read,
)
