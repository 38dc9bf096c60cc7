"""JSON schemas of typed replies, in the plain form that guided decoding understands."""

from __future__ import annotations

import typing
from functools import cache

from pydantic import BaseModel

from themis.domain.jsontypes import Json

NOTES = frozenset({"title", "description", "default", "$defs"})


@cache
def json_schema(kind: type[BaseModel]) -> dict[str, Json]:
    """The schema of `kind`: no references, every field required, no others allowed."""
    raw = typing.cast("dict[str, Json]", kind.model_json_schema())
    named = raw.get("$defs", {})
    plain = _plain(raw, named if isinstance(named, dict) else {})
    return typing.cast("dict[str, Json]", plain)


def _plain(schema: Json, named: dict[str, Json]) -> Json:
    if isinstance(schema, list):
        return [_plain(item, named) for item in schema]
    if not isinstance(schema, dict):
        return schema
    reference = schema.get("$ref")
    if isinstance(reference, str):
        return _plain(named[reference.rpartition("/")[2]], named)
    plain = {key: _plain(held, named) for key, held in schema.items() if key not in NOTES}
    fields = schema.get("properties")
    if isinstance(fields, dict):
        # Not through the loop above: a field may well be called "title".
        plain["properties"] = {name: _plain(held, named) for name, held in fields.items()}
        plain["required"] = list(fields)
        plain["additionalProperties"] = False
    return plain
