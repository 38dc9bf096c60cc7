"""One step of an AndroidWorld agent, whichever agent it is: thought, action, elements, claim."""

from __future__ import annotations

import re
from dataclasses import dataclass

from themis.domain.action import Action, ActionType
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Claim, Ending, Step
from themis.formats.androidworld.elements import act, as_text
from themis.formats.fields import items, record, text
from themis.formats.frame import Frame

_BEFORE_UI = ("before_ui_elements", "before_element_list", "ui_elements")
_AFTER_UI = ("after_ui_elements", "after_element_list", "elements")
_ACTION = ("action_output_json", "action", "converted_action", "action_output", "response")
_THOUGHT = ("action_reason", "action_output", "agent_output", "action_gen_response", "response")
_ACTED = re.compile(r"Action:\s*(?=\{)")
_REASON = "Reason:"


@dataclass(frozen=True, slots=True)
class Screens:
    """Where a step's screens stand among the pictures, and the size an action counts in."""

    before: int | None
    after: int | None
    frame: Frame


def read_turn(fields: dict[str, Json], screens: Screens) -> Step:
    """The step; what is neither thought, action, elements nor claim stays in `raw`."""
    shown, then = _first(fields, _BEFORE_UI), _first(fields, _AFTER_UI)
    action = _action(fields, shown, screens.frame)
    thought, claim = _thought(fields), text(fields.get("summary"))
    listed = (*_BEFORE_UI, *_AFTER_UI)
    kept = {
        name: held
        for name, held in fields.items()
        if held != thought and held != claim and (name not in listed or not items(held))
    }
    return Step(
        thought=thought,
        actions=() if action is None else (action,),
        before=screens.before,
        after=screens.after,
        before_ui=as_text(shown),
        after_ui=as_text(then),
        claim=claim or None,
        error=_error(fields.get("error")),
        raw=kept or None,
    )


def ending(steps: tuple[Step, ...]) -> Ending:
    """What the agent said when it stopped; empty where it ran out of steps."""
    last = next((action for action in steps[-1].actions[-1:]), None) if steps else None
    said = [a.text for s in steps for a in s.actions if a.type is ActionType.MESSAGE and a.text]
    answer = said[-1] if said else None
    if last is None or last.type is not ActionType.TERMINATE:
        return Ending(answer=answer)
    claim = Claim.SUCCESS if last.status == "success" else Claim.FAILURE
    return Ending(claim=claim if last.status else None, answer=answer or last.text)


def _first(fields: dict[str, Json], names: tuple[str, ...]) -> Json:
    return next((fields[name] for name in names if fields.get(name)), None)


def _action(fields: dict[str, Json], shown: Json, frame: Frame) -> Action | None:
    """The action; None where the agent wrote none that could be read, so that nothing was done."""
    for name in _ACTION:
        held = fields.get(name)
        written = _split(held)[1] if isinstance(held, str) else record(held)
        if not written:
            continue
        action = act(written, shown, frame)
        if action.name:
            return action
    return None


def _thought(fields: dict[str, Json]) -> str:
    return _split(text(_first(fields, _THOUGHT)))[0]


def _split(said: str) -> tuple[str, str]:
    """Reason and action of a reply; all of it is reason where it holds no action."""
    found = _ACTED.search(said)
    reason, action = (said[: found.start()], said[found.end() :]) if found else (said, "")
    return reason.strip().removeprefix(_REASON).strip(), action


def _error(held: Json) -> str | None:
    if held is True:
        return "the recording marks this step as an error and does not say which"
    return text(held) or None
