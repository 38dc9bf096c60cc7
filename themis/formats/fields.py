"""Taking fields out of foreign JSON that may hold anything: what has another type is absent."""

from __future__ import annotations

import math

from themis.domain.jsontypes import Json


def record(value: Json) -> dict[str, Json]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Json) -> list[Json]:
    """The list, or an empty one."""
    return value if isinstance(value, list) else []


def text(value: Json) -> str:
    """The text, or an empty one."""
    return value if isinstance(value, str) else ""


def number(value: Json) -> float | None:
    """A finite number, written as one or as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def whole(value: Json, *, default: int, most: int) -> int:
    """A whole number from 1 to `most`; the default where it is none."""
    found = number(value)
    return int(min(max(found, 1), most)) if found is not None else default


def words(content: Json) -> str:
    """The text of a chat message: a string, or the text parts of a list."""
    if isinstance(content, str):
        return content
    parts = (record(part) for part in items(content))
    return "\n".join(text(part.get("text")) for part in parts if part.get("type") == "text")
