"""BrowserGym's high-level actions: calls such as `click('12')` and `mouse_click(640, 360)`."""

from __future__ import annotations

from dataclasses import replace

from themis.domain.action import Action, ActionType
from themis.domain.jsontypes import Json
from themis.formats.actions import browsergym_elements, browsergym_inputs
from themis.formats.actions.barecalls import Written, calls_in
from themis.formats.actions.browsergym_page import Page
from themis.formats.actions.pycalls import Call, Value
from themis.formats.actions.vocabulary import Vocabulary
from themis.formats.bounds import MAX_ACTIONS, MAX_CODE
from themis.formats.fields import record, text
from themis.formats.frame import Frame

_CALLS = {**browsergym_elements.CALLS, **browsergym_inputs.CALLS}


def read_actions(source: str, page: Page) -> tuple[Action, ...]:
    """The actions of one turn, in order; `raw` of the first keeps the turn whole."""
    if len(source) > MAX_CODE:
        return (Action(type=ActionType.TOOL_CALL, text=source, raw=source),)
    actions: list[Action] = []
    for written in calls_in(source):
        actions.append(_action(written, page))
        if len(actions) >= MAX_ACTIONS:
            break
    if not actions:
        return (Action(type=ActionType.TOOL_CALL, text=source, raw=source),) if source else ()
    return (replace(actions[0], raw=source), *actions[1:])


def _action(written: Written, page: Page) -> Action:
    action = read_call(written.call, page) if written.call is not None else None
    if action is None:
        action = Action(type=ActionType.TOOL_CALL, name=written.name, text=written.text)
    return replace(action, raw=written.text)


def read_call(call: Call, page: Page) -> Action | None:
    """The action of a call with all its arguments; None where the name is none of BrowserGym's."""
    known = _CALLS.get(call.name)
    action = known(call, page) if known else None
    return None if action is None else replace(action, name=call.name)


def read_payload(payload: Json, page: Page) -> tuple[Action, ...]:
    """A turn as text, or as a tool call, `{"name": "click", "arguments": {"bid": "12"}}`."""
    if isinstance(payload, str):
        return read_actions(payload, page)
    name, given = text(record(payload).get("name")), record(record(payload).get("arguments"))
    keywords: dict[str, Value] = {
        key: value for key, value in given.items() if isinstance(value, str | int | float)
    }
    whole = len(keywords) == len(given)
    action = read_call(Call(name, (), keywords), page) if whole else None
    return (replace(action or Action(type=ActionType.TOOL_CALL, name=name), raw=payload),)


def _read(payload: Json, frame: Frame) -> tuple[Action, ...]:
    return read_payload(payload, Page(frame=frame))


VOCABULARY = Vocabulary(name="browsergym", title="BrowserGym", words=frozenset(_CALLS), read=_read)
