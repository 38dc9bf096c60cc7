"""Android in the Wild's actions: numbers and touch points of data sets, words of its agents.

Data sets (AITW, AITZ) and agents trained on them (Auto-UI, DigiRL) mean the same eight things.
Touch and lift are (y, x), from 0 to 1 of the screen; -1 where they are not used.
"""

from __future__ import annotations

import math
from dataclasses import replace

from themis.domain.action import Action, ActionType, Direction, Point
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.formats.actions.vocabulary import Vocabulary
from themis.formats.bounds import MAX_CODE
from themis.formats.fields import items, number, record, text
from themis.formats.frame import NORM1, Frame
from themis.formats.jsonfile import parse

TAP_DISTANCE = 0.04  # of the screen: farther apart, touch and lift are a swipe
_MAX_PAIR = 100  # letters of two numbers
_CODES = {
    "3": "TYPE",
    "4": "DUAL_POINT",
    "5": "PRESS_BACK",
    "6": "PRESS_HOME",
    "7": "PRESS_ENTER",
    "10": "STATUS_TASK_COMPLETE",
    "11": "STATUS_TASK_IMPOSSIBLE",
}
_DIGIRL = {
    "Idle": "IDLE",
    "DualPoint": "DUAL_POINT",
    "Type": "TYPE",
    "GoBack": "PRESS_BACK",
    "GoHome": "PRESS_HOME",
    "Enter": "PRESS_ENTER",
    "TaskComplete": "STATUS_TASK_COMPLETE",
    "TaskImpossible": "STATUS_TASK_IMPOSSIBLE",
}
_FIXED = {
    "IDLE": Action(type=ActionType.WAIT),
    "PRESS_BACK": Action(type=ActionType.SYSTEM_BUTTON, button="back"),
    "PRESS_HOME": Action(type=ActionType.SYSTEM_BUTTON, button="home"),
    "PRESS_ENTER": Action(type=ActionType.KEY, keys=("enter",)),
    "STATUS_TASK_COMPLETE": Action(type=ActionType.TERMINATE, status="success"),
    "STATUS_TASK_IMPOSSIBLE": Action(type=ActionType.TERMINATE, status="infeasible"),
}
_TYPE_KEYS = ("result_action_type", "results/action_type", "action_type")
_TEXT_KEYS = ("result_action_text", "results/type_action", "typed_text")
_TOUCH_KEYS = ("result_touch_yx", "results/yx_touch", "touch_point")
_LIFT_KEYS = ("result_lift_yx", "results/yx_lift", "lift_point")


def read_action(payload: Json, frame: Frame) -> Action:
    """One step of a data set, or one action of an agent, as an object or as it was replied."""
    given = record(payload) or _replied(text(payload))
    written = _held(given, _TYPE_KEYS)
    code = number(written)
    name = text(written) if code is None else f"{code:g}"
    word = _CODES.get(name) or _DIGIRL.get(name, name)
    if word == "TYPE":
        typed = text(_held(given, _TEXT_KEYS))
        return Action(type=ActionType.TYPE, name=name, text=typed, raw=payload)
    if word == "DUAL_POINT":
        # DigiRL's objects say (x, y); data sets, and what its models reply, say (y, x).
        touched = _touched(given, frame, turned=name == "DualPoint")
        return replace(touched, name=name, raw=payload)
    known = _FIXED.get(word, Action(type=ActionType.TOOL_CALL))
    return replace(known, name=name, raw=payload)


def touch_of(payload: Json) -> tuple[float, float] | None:
    """Where a data set's step was touched: (y, x) from 0 to 1; None where it was not."""
    return _pair(_held(record(payload), _TOUCH_KEYS))


def _replied(said: str) -> dict[str, Json]:
    """A reply ends in `Action Decision: "action_type": ..., "touch_point": ...`: bare members."""
    _, found, members = said.rpartition("Action Decision:")
    if not found or len(members) > MAX_CODE:
        return {}
    try:
        return record(parse("{" + members.strip() + "}", at="Action Decision"))
    except UnreadableTrajectory:
        return {}


def _held(given: dict[str, Json], keys: tuple[str, ...]) -> Json:
    return next((given[key] for key in keys if key in given), None)


def _touched(given: dict[str, Json], frame: Frame, *, turned: bool) -> Action:
    touch, lift = _pair(_held(given, _TOUCH_KEYS)), _pair(_held(given, _LIFT_KEYS))
    if turned:
        touch, lift = touch and (touch[1], touch[0]), lift and (lift[1], lift[0])
    begin, end = _place(touch, frame), _place(lift, frame)
    if touch is None or lift is None or math.dist(touch, lift) <= TAP_DISTANCE:
        return Action(type=ActionType.CLICK, point=begin, space=NORM1)
    return Action(
        type=ActionType.SWIPE,
        path=(begin, end) if begin is not None and end is not None else (),
        direction=_way(lift[0] - touch[0], lift[1] - touch[1]),
        space=NORM1,
    )


def _pair(value: Json) -> tuple[float, float] | None:
    """Two numbers, in a list or in the text of one; None where they are -1, that is unused."""
    written = text(value)
    parts: list[Json] = [*written.strip().strip("[]()").split(",")]
    numbers = [number(each) for each in (parts if 0 < len(written) < _MAX_PAIR else items(value))]
    if len(numbers) != 2 or numbers[0] is None or numbers[1] is None:
        return None
    return (numbers[0], numbers[1]) if min(numbers[0], numbers[1]) >= 0 else None


def _place(yx: tuple[float, float] | None, frame: Frame) -> Point | None:
    return None if yx is None else frame.place(yx[1], yx[0], NORM1)


def _way(down: float, right: float) -> Direction:
    """The finger's way: along the longer side, both in parts of the screen."""
    if abs(down) > abs(right):
        return Direction.DOWN if down > 0 else Direction.UP
    return Direction.RIGHT if right > 0 else Direction.LEFT


def _read(payload: Json, frame: Frame) -> tuple[Action, ...]:
    return (read_action(payload, frame),)


VOCABULARY = Vocabulary(
    name="aitw",
    title="AITW, AITZ, DigiRL",
    words=frozenset((*_CODES, *_DIGIRL, *_CODES.values())),
    read=_read,
)
