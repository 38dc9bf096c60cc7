"""pyautogui source code, read and never run, as canonical actions.

What is no plain call with literal arguments is kept as CODE with its text.
"""

from __future__ import annotations

import ast
import warnings
from dataclasses import replace

from themis.domain.action import Action, ActionType
from themis.domain.jsontypes import Json
from themis.formats.actions.gestures import GESTURES
from themis.formats.actions.keystrokes import KEYSTROKES
from themis.formats.actions.mouse import Mouse
from themis.formats.actions.pycalls import Call, Names, Segments, call_in, learn
from themis.formats.actions.vocabulary import Vocabulary
from themis.formats.bounds import MAX_ACTIONS, MAX_CODE
from themis.formats.frame import Frame

_CALLS = {**GESTURES, **KEYSTROKES}


def read_code(source: str, mouse: Mouse) -> tuple[Action, ...]:
    """The actions of one piece of source, in order; moves `mouse` along.

    `raw` of each is the statement it came from.
    """
    tree = _parsed(source)
    if tree is None:
        return (_code(source),)
    names: Names = {}
    actions: list[Action] = []
    segments = Segments(source)
    for statement in tree.body:
        actions += _statement(statement, segments, names, mouse)
        if len(actions) >= MAX_ACTIONS:
            break
    return tuple(actions[:MAX_ACTIONS]) if actions or not source.strip() else (_code(source),)


def _parsed(source: str) -> ast.Module | None:
    if len(source) > MAX_CODE:
        return None
    try:
        with warnings.catch_warnings():  # "\d" in an agent's string is not our warning
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _statement(
    statement: ast.stmt, segments: Segments, names: Names, mouse: Mouse
) -> tuple[Action, ...] | list[Action]:
    if isinstance(statement, ast.Import | ast.ImportFrom | ast.Pass) or learn(statement, names):
        return ()
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return ()  # a docstring, or a lone "..."
    text = segments.of(statement)
    call = call_in(statement, names)
    actions = _call(call, mouse) if call is not None else None
    if actions is None:
        mouse.spot = None  # whatever it did may have moved it
        return (_code(text),)
    return [replace(action, name=call.name if call else "", raw=text) for action in actions]


def _code(text: str) -> Action:
    return Action(type=ActionType.CODE, mode="python", name="python", text=text, raw=text)


def _call(call: Call, mouse: Mouse) -> list[Action] | None:
    known = _CALLS.get(call.name)
    return known(call, mouse) if known else None


def _read(payload: Json, frame: Frame) -> tuple[Action, ...]:
    return read_code(payload if isinstance(payload, str) else "", Mouse(frame=frame))


VOCABULARY = Vocabulary(
    name="pyautogui", title="pyautogui source", words=frozenset(_CALLS), read=_read
)
