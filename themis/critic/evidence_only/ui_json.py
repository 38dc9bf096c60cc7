"""UI trees in JSON: nested or flat records, with or without a table of abbreviations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice

from themis.critic.evidence_only.attributes import KNOWN, element_of, is_system_bar, known
from themis.critic.evidence_only.elements import Element
from themis.domain.jsontypes import Json

MAX_DEPTH = 200
_OWNERS = ("resource-id", "package", "resource_name", "package_name")
_LEGEND = "ui_schema"  # how to read the tree; nothing in it stands on the screen
_CORNERS = ("x_min", "y_min", "x_max", "y_max")


def read(text: str, limit: int) -> tuple[Element, ...] | None:
    """The elements of a JSON tree; None if there is none. Words around it are passed over."""
    told = records(text, is_whole=False)
    if told is None:
        return None
    elements = (element_of(plain) for plain in told)
    return tuple(islice((e for e in elements if e.texts or e.hint or e.checked is not None), limit))


def records(text: str, *, is_whole: bool) -> Iterator[dict[str, str]] | None:
    """What each record of a JSON tree says, in order; None if there is none.

    `is_whole`: with the bars of Android, which change by themselves.
    """
    data = _first_json(text)
    if data is None:
        return None
    short = _abbreviations(data)
    if short and isinstance(data, dict):
        data = {key: held for key, held in data.items() if key != _LEGEND}
    return _walk(data, short, is_whole=is_whole)


def _walk(data: Json, short: dict[str, str], *, is_whole: bool) -> Iterator[dict[str, str]]:
    pending: list[tuple[Json, int]] = [(data, 0)]
    while pending:
        node, depth = pending.pop()
        if depth > MAX_DEPTH:
            continue
        if isinstance(node, list):
            pending.extend((child, depth + 1) for child in reversed(node))
        elif isinstance(node, dict) and (is_whole or not _is_system_bar(node, short)):
            yield _plain(node, short)
            pending.extend(
                (child, depth + 1)
                for child in reversed(node.values())
                if isinstance(child, list | dict)
            )


def _is_system_bar(node: dict[str, Json], short: dict[str, str]) -> bool:
    """Whether a node belongs to Android's own bars, which change by themselves."""
    names = (value for key, value in node.items() if short.get(key, key) in _OWNERS)
    return any(isinstance(name, str) and is_system_bar(name) for name in names)


def _first_json(text: str) -> Json:
    for start in sorted(text.find(opening) for opening in "{["):
        # a bracket far into the text, or one that opens "[2]: <button>", is no tree
        if 0 <= start <= 400 and (data := _decoded(text[start:])) is not None:
            return data
    return None


def _decoded(text: str) -> Json:
    try:
        data: Json = json.JSONDecoder().raw_decode(text)[0]
    except (ValueError, RecursionError):
        return None
    holds_records = isinstance(data, dict) or (
        isinstance(data, list) and any(isinstance(each, dict) for each in data)
    )
    return data if holds_records else None


def _abbreviations(data: Json) -> dict[str, str]:
    schema = data.get(_LEGEND) if isinstance(data, dict) else None
    table = schema.get("abbreviations") if isinstance(schema, dict) else None
    if not isinstance(table, dict):
        return {}
    return {key: value for key, value in table.items() if isinstance(value, str)}


def _plain(node: dict[str, Json], short: dict[str, str]) -> dict[str, str]:
    plain: dict[str, str] = {}
    for key, value in node.items():
        name = known(short.get(key, key))
        if name.casefold() in KNOWN and isinstance(value, str | int | float | dict):
            plain[name] = _text(value)
    return plain


def _text(value: str | int | float | dict[str, Json]) -> str:
    if isinstance(value, dict):
        if all(isinstance(value.get(corner), int | float) for corner in _CORNERS):
            left, top, right, bottom = (value[corner] for corner in _CORNERS)
            return f"[{left},{top}][{right},{bottom}]"
        return ",".join(str(held) for held in value.values() if isinstance(held, int | float))
    return str(value).lower() if isinstance(value, bool) else str(value)
