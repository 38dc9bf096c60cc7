"""What a line of OSWorld did: pyautogui source, a computer_13 object, a special word, a shell."""

from __future__ import annotations

from dataclasses import replace

from themis.domain.action import Action, ActionType
from themis.domain.jsontypes import Json
from themis.formats.actions.computer13 import SPECIAL, read_object
from themis.formats.actions.mouse import Mouse
from themis.formats.actions.pyautogui import read_code
from themis.formats.bounds import MAX_ACTIONS
from themis.formats.fields import text

SHELL = "BASH "  # OSWorld-Sec-Eval only: no word of the stock vocabulary
_SOURCES = ("command", "code", "action")  # where wrappers of other agents keep the source
_FENCE = "```"


def actions_of(action: Json, mouse: Mouse) -> tuple[Action, ...]:
    """The actions of one line's `action`, in order; moves `mouse` along."""
    if isinstance(action, str):
        return _written(action, mouse)
    if isinstance(action, list) and action:
        found = [each for part in action[:MAX_ACTIONS] for each in actions_of_part(part, mouse)]
        return tuple(found)
    return actions_of_part(action, mouse)


def actions_of_part(action: Json, mouse: Mouse) -> tuple[Action, ...]:
    """One action that stands by itself."""
    if isinstance(action, str):
        return _written(action, mouse)
    if not isinstance(action, dict):
        return (Action(type=ActionType.TOOL_CALL, raw=action),)
    read = read_object(action, mouse)
    source = next((text(action.get(name)) for name in _SOURCES if text(action.get(name))), "")
    if read.type is not ActionType.TOOL_CALL or not source:
        return (read,)
    # A tool call of the model with the source it was translated to: OSWorld's own agents for
    # Claude and OpenAI write both.
    first, *others = _written(source, mouse)
    return (replace(first, raw=action), *others)


def _written(action: str, mouse: Mouse) -> tuple[Action, ...]:
    word = action.strip()
    if word in SPECIAL:
        return (replace(SPECIAL[word], raw=action),)
    if action.startswith(SHELL):
        said = action.removeprefix(SHELL)
        return (Action(type=ActionType.CODE, mode="shell", name="bash", text=said, raw=action),)
    found = read_code(_unfenced(word), mouse)
    return found or (Action(type=ActionType.CODE, text=action, raw=action),)


def _unfenced(source: str) -> str:
    """The code between Markdown's fences, where it stands between some."""
    if not source.startswith(_FENCE):
        return source
    return source.partition("\n")[2].partition(_FENCE)[0].strip() or source
