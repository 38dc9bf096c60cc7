"""The body of a message, as text: Standard Webhooks' three fields, and never over 20 kB."""

from __future__ import annotations

import json
from datetime import datetime

from themis.domain import wire
from themis.domain.jsontypes import Json

MAX_BODY = 20_000  # bytes
MARK = "shortened"  # in `data`, where something was left out
# Characters of one text and items of one list, tried one after the other until a body fits.
CUTS = ((4_000, 200), (1_000, 50), (250, 20), (60, 5))


def body_of(event: str, data: dict[str, Json], at: datetime) -> str:
    """What is sent of an event. What is longer than fits is shortened, and says so."""
    kept = _clean(data)
    body = _written(event, kept, at)
    for characters, items in CUTS:
        if len(body.encode()) <= MAX_BODY:
            return body
        cut = {name: _cut(each, characters, items) for name, each in kept.items()}
        body = _written(event, {**cut, MARK: True}, at)
    if len(body.encode()) <= MAX_BODY:
        return body
    flat = {name: each for name, each in cut.items() if not isinstance(each, list | dict)}
    return _written(event, {**dict(list(flat.items())[:50]), MARK: True}, at)


def encoded(value: Json) -> str:
    """JSON as it is sent: short, and with every letter as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _written(event: str, data: dict[str, Json], at: datetime) -> str:
    return encoded({"type": event, "timestamp": at.isoformat(), "data": data})


def _clean(data: dict[str, Json]) -> dict[str, Json]:
    cleaned = wire.encode(data)
    return cleaned if isinstance(cleaned, dict) else {}


def _cut(value: Json, characters: int, items: int) -> Json:
    if isinstance(value, str):
        return value if len(value) <= characters else f"{value[: characters - 1]}…"
    if isinstance(value, list):
        return [_cut(each, characters, items) for each in value[:items]]
    if isinstance(value, dict):
        some = list(value.items())[:items]
        return {name[:characters]: _cut(each, characters, items) for name, each in some}
    return value
