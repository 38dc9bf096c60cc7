"""Recorded things in words, each on one line and bounded, for prompts."""

from __future__ import annotations

import json

from themis.domain.action import Action, Box, Delta, Point
from themis.domain.wire import clean

FIELD_CHARS = 60  # names of keys, buttons, elements
PATH_POINTS = 4


def shorten(text: str, limit: int) -> str:
    """The text, or its beginning and end with a word on what is left out between."""
    if len(text) <= limit:
        return text
    tail = limit // 3
    left_out = len(text) - limit
    end = text[-tail:] if tail else ""
    return f"{text[: limit - tail]} [... {left_out} characters left out ...] {end}"


def quoted(text: str, limit: int) -> str:
    """The text as one quoted line: a line break in it cannot begin a line of its own."""
    return json.dumps(clean(shorten(text, limit)), ensure_ascii=False)


def describe(action: Action, limit: int) -> str:
    """One action on one line: what was done, where and with what."""
    words = [action.type.value if action.mode is None else f"{action.type.value} {action.mode}"]
    words += _where(action)
    words += _how(action)
    if action.text is not None:
        words.append(quoted(action.text, limit))
    if action.name and action.name != action.type.value:
        words.append(f"(recorded as {quoted(action.name, FIELD_CHARS)})")
    return " ".join(words)


def _where(action: Action) -> list[str]:
    words = []
    if action.point is not None:
        words.append(f"at {_point(action.point)}")
    elif action.box is not None:
        words.append(f"in {_box(action.box)}")
    if action.path:
        points = [_point(point) for point in (*action.path[: PATH_POINTS - 1], action.path[-1])]
        words.append("along " + " - ".join(points))
    if action.element:
        words.append(f"on {quoted(action.element, FIELD_CHARS)}")
    return words


def _how(action: Action) -> list[str]:
    held = quoted("+".join((*action.modifiers, *action.keys)[:8]), FIELD_CHARS)
    named = {
        "keys": held if action.keys or action.modifiers else None,
        "direction": action.direction.value if action.direction else None,
        "by": _delta(action.delta) if action.delta else None,
        "scale": f"{action.scale:g}" if action.scale is not None else None,
        "button": quoted(action.button, FIELD_CHARS) if action.button else None,
        "times": str(action.count) if action.count != 1 else None,
        "seconds": f"{action.seconds:g}" if action.seconds is not None else None,
        "status": quoted(action.status, FIELD_CHARS) if action.status else None,
    }
    flags = {"field cleared first": action.clear_first, "Enter pressed after": action.submit}
    words = [f"{name} {value}" for name, value in named.items() if value]
    return words + [f"({name})" for name, is_set in flags.items() if is_set]


def _delta(delta: Delta) -> str:
    return f"({delta.dx:g}, {delta.dy:g}) {delta.unit.value}"


def _point(point: Point) -> str:
    return f"({point.x:.0f}, {point.y:.0f})"


def _box(box: Box) -> str:
    return f"({box.x:.0f}, {box.y:.0f}, {box.width:.0f} x {box.height:.0f})"
