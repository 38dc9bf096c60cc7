"""Actions in words, as people would say them."""

from __future__ import annotations

from collections.abc import Callable

from themis.domain.action import Action, ActionType

CLIPPED = 120  # characters of typed text in one line
CLICKS = {1: "Click", 2: "Double-click", 3: "Triple-click"}
MODE_WORDS = {
    (ActionType.NAVIGATE, "goto"): "Go to",
    (ActionType.NAVIGATE, "back"): "Go back",
    (ActionType.NAVIGATE, "forward"): "Go forward",
    (ActionType.NAVIGATE, "reload"): "Reload",
    (ActionType.NAVIGATE, "search"): "Search the web",
    (ActionType.NAVIGATE, "home"): "Go to the start page",
    (ActionType.TAB, "new"): "Open a tab",
    (ActionType.TAB, "close"): "Close the tab",
    (ActionType.TAB, "focus"): "Switch to tab",
    (ActionType.SET_CHECKED, "on"): "Tick",
    (ActionType.SET_CHECKED, "off"): "Untick",
    (ActionType.CLIPBOARD, "copy"): "Copy",
    (ActionType.CLIPBOARD, "paste"): "Paste",
    (ActionType.CLIPBOARD, "read"): "Read the clipboard",
    (ActionType.CLIPBOARD, "write"): "Put on the clipboard",
    (ActionType.OBSERVE, "screenshot"): "Take a screenshot",
    (ActionType.OBSERVE, "zoom"): "Look closer",
    (ActionType.OBSERVE, "cursor"): "Ask where the pointer is",
    (ActionType.OBSERVE, "tree"): "Read the UI tree",
    (ActionType.OBSERVE, "text"): "Read the page's text",
    (ActionType.MESSAGE, "inform"): "Tell the user",
    (ActionType.MESSAGE, "ask"): "Ask the user",
}
STATUSES = {
    "success": "Agent ends: done",
    "failure": "Agent ends: failed",
    "infeasible": "Agent ends: cannot be done",
}


def say(action: Action) -> str:
    """One line: what was done, and to what where a picture cannot show it."""
    words = WORDS.get(action.type, _plain)(action)
    if action.modifiers:
        words = f"{_chord(action.modifiers)} + {words}"
    if action.element and action.type not in {ActionType.TYPE, ActionType.SELECT_OPTION}:
        words = f"{words} on {clip(action.element, 60)}"
    return words


def clip(text: str, limit: int = CLIPPED) -> str:
    """Text on one line, cut with an ellipsis."""
    line = " ".join(text[: limit * 4].split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def _click(action: Action) -> str:
    if action.button and action.button.lower() not in {"left", "primary"}:
        return f"{clip(action.button, 20).capitalize()}-click"
    return CLICKS.get(action.count, f"{action.count} clicks")


def _type(action: Action) -> str:
    typed = f"Type “{clip(action.text or '')}”"
    into = f" into {clip(action.element, 60)}" if action.element else ""
    cleared = ", replacing what was there" if action.clear_first else ""
    return f"{typed}{into}{cleared}{', then Enter' if action.submit else ''}"


def _select(action: Action) -> str:
    chosen = f"Choose “{clip(action.text or '')}”"
    return f"{chosen} in {clip(action.element, 60)}" if action.element else chosen


def _key(action: Action) -> str:
    verb = {"down": "Hold down", "up": "Let go of", "hold": "Hold"}.get(action.mode or "", "Press")
    return f"{verb} {_chord(action.keys) or clip(action.text or 'a key')}"


def _directed(action: Action) -> str:
    return f"{_titled(action)} {action.direction.value}" if action.direction else _titled(action)


def _button(action: Action) -> str:
    return f"{clip(action.button or action.text or 'System', 30).capitalize()} button"


def _wait(action: Action) -> str:
    return "Wait" if action.seconds is None else f"Wait {action.seconds:g} s"


def _terminate(action: Action) -> str:
    said = STATUSES.get(action.status or "", "Agent ends")
    return f"{said}: “{clip(action.text)}”" if action.text else said


def _moded(action: Action) -> str:
    said = MODE_WORDS.get((action.type, action.mode or ""), _titled(action))
    return f"{said}: {clip(action.text)}" if action.text else said


def _pinch(action: Action) -> str:
    if action.scale is None:
        return "Pinch"
    return "Spread two fingers" if action.scale > 1 else "Pinch two fingers"


def _plain(action: Action) -> str:
    name = action.name if action.type is ActionType.TOOL_CALL and action.name else _titled(action)
    return f"{clip(name, 60)}: {clip(action.text)}" if action.text else clip(name, 60)


def _titled(action: Action) -> str:
    return action.type.value.replace("_", " ").capitalize()


def _chord(keys: tuple[str, ...]) -> str:
    return " + ".join(clip(key, 20).capitalize() for key in keys[:6])


WORDS: dict[ActionType, Callable[[Action], str]] = {
    ActionType.CLICK: _click,
    ActionType.TYPE: _type,
    ActionType.SELECT_OPTION: _select,
    ActionType.KEY: _key,
    ActionType.SCROLL: _directed,
    ActionType.SWIPE: _directed,
    ActionType.SYSTEM_BUTTON: _button,
    ActionType.WAIT: _wait,
    ActionType.TERMINATE: _terminate,
    ActionType.PINCH: _pinch,
    **dict.fromkeys({kind for kind, _ in MODE_WORDS}, _moded),
}
