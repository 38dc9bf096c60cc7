"""Actions of Online-Mind2Web submissions: sentences, verbs, calls, and `<element> -> CLICK`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from themis.domain.action import Action, ActionType, Direction
from themis.domain.jsontypes import Json
from themis.formats.actions import abp, mind2web_verbs
from themis.formats.actions.barecalls import calls_in
from themis.formats.actions.keys import chord
from themis.formats.actions.pycalls import Call
from themis.formats.actions.vocabulary import Vocabulary
from themis.formats.bounds import MAX_CODE
from themis.formats.frame import Frame

# SeeAct's, with the element before the arrow; those that need none may stand alone.
_ELEMENTS: dict[str, Action] = {
    "CLICK": Action(type=ActionType.CLICK, button="left"),
    "HOVER": Action(type=ActionType.MOVE),
    "TYPE": Action(type=ActionType.TYPE),
    "SELECT": Action(type=ActionType.SELECT_OPTION),
    "PRESS ENTER": Action(type=ActionType.KEY, mode="press", keys=("enter",)),
    "PRESS HOME": Action(type=ActionType.KEY, mode="press", keys=("home",)),
    "PRESS END": Action(type=ActionType.KEY, mode="press", keys=("end",)),
    "PRESS PAGEUP": Action(type=ActionType.KEY, mode="press", keys=("pageup",)),
    "PRESS PAGEDOWN": Action(type=ActionType.KEY, mode="press", keys=("pagedown",)),
    "SCROLL UP": Action(type=ActionType.SCROLL, direction=Direction.UP),
    "SCROLL DOWN": Action(type=ActionType.SCROLL, direction=Direction.DOWN),
    "NEW TAB": Action(type=ActionType.TAB, mode="new"),
    "CLOSE TAB": Action(type=ActionType.TAB, mode="close"),
    "GO BACK": Action(type=ActionType.NAVIGATE, mode="back"),
    "GO FORWARD": Action(type=ActionType.NAVIGATE, mode="forward"),
    "GOTO": Action(type=ActionType.NAVIGATE, mode="goto"),
    "SAY": Action(type=ActionType.MESSAGE, mode="inform"),
    "MEMORIZE": Action(type=ActionType.TOOL_CALL),
    "NONE": Action(type=ActionType.WAIT),
    "TERMINATE": Action(type=ActionType.TERMINATE, status="success"),
}
_OPERATION = re.compile(
    rf"(?:(.*?) -> )?({'|'.join(sorted(_ELEMENTS, key=len, reverse=True))})(?:: (.*))?", re.DOTALL
)


def read_written(written: str, frame: Frame) -> Action:
    """One entry of an action history. What is in none of the grammars is a TOOL_CALL."""
    stripped = written.strip()
    if len(stripped) > MAX_CODE:
        return Action(type=ActionType.TOOL_CALL, text=written, raw=written)
    action = (
        abp.read_sentence(stripped, frame)
        or mind2web_verbs.read_verb(stripped, frame)
        or _operation(stripped)
        or _call(stripped, frame)
        or Action(type=ActionType.TOOL_CALL, text=written)
    )
    return replace(action, raw=written)


def _operation(written: str) -> Action | None:
    found = _OPERATION.fullmatch(written)
    if found is None:
        return None
    element = found[1].strip() if found[1] else None
    return replace(_ELEMENTS[found[2]], name=found[2], element=element, text=found[3])


def _call(written: str, frame: Frame) -> Action | None:
    found = next(calls_in(written), None)
    if found is None or found.text != written or found.call is None:
        return None
    fill = _CALLS.get(found.name)
    action = fill(found.call, frame) if fill else None
    return None if action is None else replace(action, name=found.name)


def _at(kind: ActionType) -> Callable[[Call, Frame], Action | None]:
    def fill(call: Call, frame: Frame) -> Action | None:
        x, y = call.number(0, "x"), call.number(1, "y")
        if x is None or y is None:
            return None
        button = "left" if kind is ActionType.CLICK else None
        text = call.text(2, "text") if kind is ActionType.TYPE else None
        return Action(type=kind, point=frame.at(x, y), button=button, text=text)

    return fill


def _scroll(call: Call, _frame: Frame) -> Action | None:
    way = (call.text(0, "direction") or "").lower()
    known = way in tuple(Direction)
    return Action(type=ActionType.SCROLL, direction=Direction(way)) if known else None


def _wait(call: Call, _frame: Frame) -> Action | None:
    milliseconds = call.number(0, "ms")
    seconds = None if milliseconds is None else milliseconds / 1000
    return Action(type=ActionType.WAIT, seconds=seconds)


def _press(call: Call, _frame: Frame) -> Action | None:
    key = call.text(0, "key")
    return Action(type=ActionType.KEY, mode="press", keys=chord(key)) if key else None


def _select(call: Call, _frame: Frame) -> Action | None:
    element, value = call.text(0, "selector"), call.text(1, "value")
    return Action(type=ActionType.SELECT_OPTION, element=element, text=value)


def _navigate(call: Call, _frame: Frame) -> Action | None:
    if call.name != "navigate":
        return Action(type=ActionType.NAVIGATE, mode=call.name.removeprefix("go_"))
    return Action(type=ActionType.NAVIGATE, mode="goto", text=call.text(0, "url"))


_CALLS: dict[str, Callable[[Call, Frame], Action | None]] = {
    "click_at": _at(ActionType.CLICK),
    "type_at": _at(ActionType.TYPE),
    "hover": _at(ActionType.MOVE),
    "scroll": _scroll,
    "wait": _wait,
    "press_key": _press,
    "select_option": _select,
    **dict.fromkeys(("navigate", "go_back", "go_forward"), _navigate),
}


def read_payload(payload: Json, frame: Frame) -> Action:
    """One entry, as text or as an agent's own object, which keeps its only key as its name."""
    if isinstance(payload, str):
        return read_written(payload, frame)
    keys = tuple(payload) if isinstance(payload, dict) else ()
    return Action(type=ActionType.TOOL_CALL, name=keys[0] if len(keys) == 1 else "", raw=payload)


def _read(payload: Json, frame: Frame) -> tuple[Action, ...]:
    return (read_payload(payload, frame),)


VOCABULARY = Vocabulary(
    name="online_mind2web",
    title="Online-Mind2Web",
    words=abp.WORDS | mind2web_verbs.WORDS | frozenset(_ELEMENTS) | frozenset(_CALLS),
    read=_read,
)
