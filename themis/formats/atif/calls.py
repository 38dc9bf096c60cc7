"""Tool calls of an ATIF step as actions: by the vocabulary a call plainly speaks, else as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from themis.domain.action import Action, ActionType
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.wire import decode
from themis.formats.actions import harbor
from themis.formats.actions.vocabularies import VOCABULARIES
from themis.formats.bounds import MAX_CODE
from themis.formats.fields import number, record, text
from themis.formats.frame import Frame
from themis.formats.sound import wrong_with

MARK = "themis"  # in `extra`: what ATIF has no field for, in Themis' own form
_KNOWN = {each.name: each for each in VOCABULARIES}
_COMPUTERS = ("computer", "computer_use", "computer_use_preview", "computer-use")
_SHELLS = ("bash", "Bash", "execute_bash", "shell", "run_shell_command", "run_terminal_cmd")
_PYTHONS = ("pyautogui", "python", "execute_python", "run_python", "computer_code")
# What these take is beyond doubt, whoever's tool it is.
_POINTED = ("click", "double_click", "triple_click", "right_click", "middle_click", "mouse_move")

_Spoken = tuple[str, Json]


def own_mark(held: dict[str, Json]) -> dict[str, Json] | None:
    """What Themis wrote into `extra`; None where it was not Themis that wrote this."""
    mark = record(held.get("extra")).get(MARK)
    return mark if isinstance(mark, dict) else None


def read_call(call: Json, frame: Frame, at: str) -> tuple[Action, ...]:
    """One tool call as actions; `raw` of the first is the call whole.

    Raises UnreadableTrajectory only where Themis' own mark in it does not hold.
    """
    given = record(call)
    mark = own_mark(given)
    if mark is not None:
        held: Json = {**record(given.get("arguments")), **mark}
        action = decode(Action, held, at=at)
        if wrong := wrong_with(action):
            raise UnreadableTrajectory(f"{at}.{wrong}")
        return (action,)
    name, arguments = text(given.get("function_name")), record(given.get("arguments"))
    for vocabulary, payload in _spoken(name, arguments):
        if vocabulary in _KNOWN:
            actions = _KNOWN[vocabulary].read(payload, frame)
            if actions and all(each.type is not ActionType.TOOL_CALL for each in actions):
                return (replace(actions[0], raw=call), *actions[1:])
    told = json.dumps(arguments, ensure_ascii=False)[:MAX_CODE] if arguments else None
    return (Action(type=ActionType.TOOL_CALL, name=name, text=told, raw=call),)


def _spoken(name: str, arguments: dict[str, Json]) -> Iterator[_Spoken]:
    """Vocabularies a call may be of, and the payload as each writes it."""
    named: Json = {**arguments, "type": name}
    if name == "computer_action":
        yield harbor.VOCABULARY.name, arguments
    elif name in ("bash_command", "mark_task_complete") or _is_plain(name, arguments):
        yield harbor.VOCABULARY.name, named
    elif name in _SHELLS and isinstance(arguments.get("command"), str):
        yield harbor.VOCABULARY.name, {**arguments, "type": "bash"}
    elif name in _COMPUTERS:
        yield ("claude" if "action" in arguments else "openai"), arguments
    elif name in _PYTHONS and "pyautogui." in text(arguments.get("code")):
        yield "pyautogui", arguments["code"]
    elif name.isupper():
        yield "computer_13", {**arguments, "action_type": name}
    elif "_" in name:  # "click_at" is Gemini's; "click" is anybody's
        yield "gemini", {"name": name, "args": arguments}


def _is_plain(name: str, arguments: dict[str, Json]) -> bool:
    if name in _POINTED:
        return all(number(arguments.get(each)) is not None for each in ("x", "y"))
    if name == "type":
        return isinstance(arguments.get("text"), str)
    if name == "navigate":
        return isinstance(arguments.get("url"), str)
    return name in ("go_back", "go_forward", "screenshot") and not arguments
