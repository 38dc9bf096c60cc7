"""One spelling of keys for xdotool's, pyautogui's, Playwright's and Android's names."""

from __future__ import annotations

import re

_ALIASES = {
    **dict.fromkeys(("control", "controlleft", "controlright", "ctrlleft", "ctrlright"), "ctrl"),
    **dict.fromkeys(("control_l", "control_r", "ctrl_left", "ctrl_right", "controlormeta"), "ctrl"),
    **dict.fromkeys(("shiftleft", "shiftright", "shift_l", "shift_r"), "shift"),
    **dict.fromkeys(("shift_left", "shift_right"), "shift"),
    **dict.fromkeys(("altleft", "altright", "alt_l", "alt_r", "alt_left", "alt_right"), "alt"),
    **dict.fromkeys(("option", "optionleft", "optionright"), "alt"),
    **dict.fromkeys(("command", "cmd", "super", "super_l", "super_r", "win", "windows"), "meta"),
    **dict.fromkeys(("winleft", "winright", "meta_l", "meta_r", "meta_left", "meta_right"), "meta"),
    **dict.fromkeys(("metaleft", "metaright"), "meta"),
    **dict.fromkeys(("return", "kp_enter", "numpad_enter", "numpadenter", "\n", "\r"), "enter"),
    "escape": "esc",
    "\t": "tab",
    **dict.fromkeys((" ", "spacebar"), "space"),
    **dict.fromkeys(("back_space", "del_back"), "backspace"),
    **dict.fromkeys(("del", "forward_del"), "delete"),
    "ins": "insert",
    **dict.fromkeys(("page_up", "pgup", "prior"), "pageup"),
    **dict.fromkeys(("page_down", "pgdn", "pgdown", "next"), "pagedown"),
    **dict.fromkeys(("arrowup", "arrow_up", "dpad_up", "uparrow"), "up"),
    **dict.fromkeys(("arrowdown", "arrow_down", "dpad_down", "downarrow"), "down"),
    **dict.fromkeys(("arrowleft", "arrow_left", "dpad_left", "leftarrow"), "left"),
    **dict.fromkeys(("arrowright", "arrow_right", "dpad_right", "rightarrow"), "right"),
    "move_home": "home",
    "move_end": "end",
    "caps_lock": "capslock",
    **dict.fromkeys(("print", "print_screen", "prtsc"), "printscreen"),
    "minus": "-",
    "plus": "+",
    "equal": "=",
    "comma": ",",
    "period": ".",
    "slash": "/",
    "backslash": "\\",
    "semicolon": ";",
    "apostrophe": "'",
    "grave": "`",
}
_LETTER = re.compile(r"key([a-z])|digit([0-9])|numpad([0-9])|num([0-9])")


def spelt(key: str) -> str:
    """The key's one name: "Return", "KEYCODE_ENTER" and "Enter" are all "enter"."""
    if len(key) == 1 and not key.isspace():
        return key
    low = (key.strip() or key).lower().removeprefix("keycode_")
    if low == "del" and key.strip().lower() != low:
        return "backspace"  # Android's name for it; its own delete is FORWARD_DEL
    if match := _LETTER.fullmatch(low):
        return str(match[match.lastindex or 0])
    return _ALIASES.get(low, low)


def chord(keys: str, *, by: str = "+") -> tuple[str, ...]:
    """A chord written as one text, "ctrl+shift+T"; the plus key itself is not a gap."""
    parts = keys.split(by) if by != "+" else re.split(r"(?<=[^+])\+", keys)
    return tuple(spelt(part) for part in parts if part)
