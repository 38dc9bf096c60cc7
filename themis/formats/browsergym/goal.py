"""What was asked, in BrowserGym's own shape: parts of text, and pictures as data addresses."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from themis.domain.jsontypes import Json
from themis.formats.bounds import MAX_FILE
from themis.formats.fields import items, record, text

_DATA = "data:image/"
_ENCODED = ";base64,"


def words_of(goal: Json) -> str:
    """The text of a goal, which is text itself or a list of parts."""
    if isinstance(goal, str):
        return goal.strip()
    parts = (record(part) for part in items(goal))
    said = (text(part.get("text")) for part in parts if part.get("type") == "text")
    return "\n".join(said).strip()


def pictures_of(goal: Json) -> Iterator[bytes]:
    """The pictures that stand in a goal; what is no picture is passed over."""
    for part in map(record, items(goal)):
        address = text(record(part.get("image_url")).get("url"))
        head, encoded, data = address.partition(_ENCODED)
        if head.startswith(_DATA) and encoded and len(data) <= MAX_FILE:
            try:
                yield base64.b64decode(data, validate=True)
            except (binascii.Error, ValueError):
                continue


def without_pictures(value: Json) -> Json:
    """The value with a note in place of each picture that stands in it."""
    if isinstance(value, str):
        return f"<{len(value)} letters of a picture>" if value.startswith(_DATA) else value
    if isinstance(value, list):
        return [without_pictures(item) for item in value]
    if isinstance(value, dict):
        return {name: without_pictures(item) for name, item in value.items()}
    return value
