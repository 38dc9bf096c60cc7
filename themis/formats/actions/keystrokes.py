"""pyautogui's calls that use no mouse, and those of the modules agents use beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from themis.domain.action import Action, ActionType
from themis.formats.actions.keys import spelt
from themis.formats.actions.mouse import Mouse
from themis.formats.actions.pycalls import Call
from themis.formats.bounds import MAX_ACTIONS

_LOOKS = {"screenshot": "screenshot", "position": "cursor", "size": None}


def _write(call: Call, _mouse: Mouse) -> list[Action] | None:
    message = call.value(0, "message")
    if isinstance(message, tuple):
        return [pressed(key) for key in message if isinstance(key, str)]
    return [typed(message)] if isinstance(message, str) else None


def typed(text: str) -> Action:
    """Text that was typed; a line break at its end is the Enter key."""
    submit = text.endswith("\n")
    return Action(type=ActionType.TYPE, text=text[:-1] if submit else text, submit=submit)


def pressed(*keys: str, mode: str | None = None) -> Action:
    """One chord, each key by its one name."""
    return Action(type=ActionType.KEY, mode=mode, keys=tuple(spelt(key) for key in keys if key))


def _press(call: Call, _mouse: Mouse) -> list[Action] | None:
    presses = call.number(1, "presses") or 1
    count = int(min(max(presses, 1), MAX_ACTIONS))
    keys = call.texts(0, "keys")[:MAX_ACTIONS]
    return [replace(pressed(key), count=count) for key in keys] or None


def _hotkey(call: Call, _mouse: Mouse) -> list[Action] | None:
    places = range(max(len(call.args), 1))
    keys = [key for place in places for key in call.texts(place, "" if place else "keys")]
    return [pressed(*keys)] if keys else None


def _hold(call: Call, mouse: Mouse) -> list[Action] | None:
    key = call.text(0, "key")
    if key is None:
        return None
    down = call.name == "keyDown"
    mouse.press(spelt(key), down=down)
    return [pressed(key, mode="down" if down else "up")]


def _wait(call: Call, _mouse: Mouse) -> list[Action] | None:
    given = (call.number(0, key) for key in ("seconds", "secs", "time"))
    seconds = next((each for each in given if each is not None and each >= 0), None)
    return [Action(type=ActionType.WAIT, seconds=seconds)]


def _look(call: Call, _mouse: Mouse) -> list[Action] | None:
    return [Action(type=ActionType.OBSERVE, mode=_LOOKS[call.name])]


def _copy(call: Call, _mouse: Mouse) -> list[Action] | None:
    text = call.text(0, "text")
    return None if text is None else [Action(type=ActionType.CLIPBOARD, mode="write", text=text)]


def _paste(_call: Call, _mouse: Mouse) -> list[Action] | None:
    return [Action(type=ActionType.CLIPBOARD, mode="read")]


def _terminate(call: Call, _mouse: Mouse) -> list[Action] | None:
    said = (call.text(0, "status") or "success").lower()
    known = {"success": "success", "infeasible": "infeasible"}
    answer = call.text(1, "answer") or call.text(1, "data")
    return [Action(type=ActionType.TERMINATE, status=known.get(said, "failure"), text=answer)]


KEYSTROKES: Mapping[str, Callable[[Call, Mouse], list[Action] | None]] = MappingProxyType(
    {
        **dict.fromkeys(("write", "typewrite"), _write),
        "press": _press,
        "hotkey": _hotkey,
        **dict.fromkeys(("keyDown", "keyUp"), _hold),
        **dict.fromkeys(("sleep", "wait"), _wait),
        **dict.fromkeys(_LOOKS, _look),
        "copy": _copy,
        "paste": _paste,
        "terminate": _terminate,
    }
)
