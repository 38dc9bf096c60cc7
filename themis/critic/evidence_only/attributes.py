"""The attribute names of all notations, and what they say about an element."""

from __future__ import annotations

import re
from collections.abc import Mapping

from themis.critic.evidence_only.elements import Element, is_editable
from themis.domain.action import Box

_NAME = (
    "name",
    "label",
    "content-desc",
    "contentdescription",
    "accessibilitytext",
    "title",
    "desc",
)
_TEXT = ("text", "statictext")
_VALUE = ("value", "valuetext", "text-value")
_HINT = ("hint", "hinttext", "placeholder", "placeholdervalue")
_ROLE = ("role", "class", "classname", "type", "tag", "control_type")
_REF = ("ref", "bid", "index", "id", "resource-id", "resourceid", "resourcename", "element_id")
_BOUNDS = ("bounds", "box", "rect", "bboxpixels", "bbox", "frame")
_CHECKED = ("checked", "pressed", "aria-checked", "toggled", "checkstate", "togglestate")
_SELECTED = ("selected", "aria-selected")
KNOWN = frozenset(
    (*_NAME, *_TEXT, *_VALUE, *_HINT, *_ROLE, *_REF, *_BOUNDS, *_CHECKED, *_SELECTED,
     "editable", "disabled", "enabled", "checkable")
)  # fmt: skip

_TOGGLES = (
    "checkbox", "check box", "check_box", "switch", "radio", "togglebutton", "toggle button",
    "toggle_button", "menuitemcheckbox",
)  # fmt: skip


def known(name: str) -> str:
    """An attribute's name as it is known here: `is_checked` is `checked`."""
    if name.casefold() in KNOWN:
        return name
    plain = name.casefold().removeprefix("is_").replace("_", "")
    return plain if plain in KNOWN else name


def element_of(attributes: Mapping[str, str], *, line: str = "") -> Element:
    """An element from attributes under any of their known names."""
    held = {key.casefold(): value for key, value in attributes.items()}
    role = _first(held, _ROLE)
    # desktops call a field "text", browsers a mere word: only the field has a value
    holds = role.casefold() == "text" and any(key in held for key in (*_VALUE, "text"))
    editable = is_editable(role) or holds or _truth(held.get("editable")) is True
    name, value = _words(held, editable=editable)
    return Element(
        role=role,
        name=name,
        value=value,
        hint=_first(held, _HINT),
        ref=_first(held, _REF),
        checked=_state(held, role),
        selected=_truth(_first(held, _SELECTED)),
        editable=editable,
        disabled=_truth(held.get("disabled")) is True or _truth(held.get("enabled")) is False,
        box=_box(_first(held, _BOUNDS)),
        line=line,
    )


def is_system_bar(name: str) -> bool:
    """Whether a resource or package is Android's clock, signal or navigation bar."""
    return name.startswith("com.android.systemui") or ":id/taskbar" in name


def _words(held: Mapping[str, str], *, editable: bool) -> tuple[str, str | None]:
    """Name and value: what a field shows as its text is its value, not its name."""
    name, text = _first(held, _NAME), _first(held, _TEXT)
    value = next((held[key] for key in _VALUE if key in held), None)
    if editable and value is None and any(key in held for key in _TEXT):
        return name, text
    if not name:
        return text, value
    if text and value is None and text.casefold() != name.casefold():
        return name, text
    return name, value


def _state(held: Mapping[str, str], role: str) -> bool | None:
    told = _truth(_first(held, _CHECKED))
    may = any(word in role.casefold() for word in _TOGGLES) or _truth(held.get("checkable"))
    if told is False and not may and "checkable" in held:
        return None
    return told


def _first(held: Mapping[str, str], keys: tuple[str, ...]) -> str:
    return next((held[key].strip() for key in keys if held.get(key, "").strip()), "")


def _truth(text: str | None) -> bool | None:
    word = (text or "").casefold().strip()
    if word in ("true", "1", "on", "yes", "checked"):
        return True
    return False if word in ("false", "0", "off", "no", "unchecked") else None


def _box(text: str) -> Box | None:
    """A rectangle from "[x1,y1][x2,y2]" or from "x,y,width,height"."""
    numbers = [float(n) for n in re.findall(r"-?\d{1,6}(?:\.\d{1,6})?", text[:80])]
    if len(numbers) != 4:
        return None
    x, y, a, b = numbers
    if "][" in text:
        return Box(x=x, y=y, width=max(0.0, a - x), height=max(0.0, b - y))
    return Box(x=x, y=y, width=max(0.0, a), height=max(0.0, b))
