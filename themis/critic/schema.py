"""JSON schemas of typed replies, in the plain form that guided decoding understands."""

from __future__ import annotations

import typing
from collections.abc import Mapping, Sequence
from functools import cache

from pydantic import BaseModel

from themis.domain.jsontypes import Json

NESTING = frozenset({"items", "prefixItems", "anyOf", "allOf", "oneOf"})  # where fields may stand
NOTES = frozenset({"title", "description", "default", "$defs"})


@cache
def json_schema(kind: type[BaseModel]) -> dict[str, Json]:
    """The schema of `kind`: no references, every field required, no others allowed."""
    raw = typing.cast("dict[str, Json]", kind.model_json_schema())
    named = raw.get("$defs", {})
    plain = _plain(raw, named if isinstance(named, dict) else {})
    return typing.cast("dict[str, Json]", plain)


def narrowed(schema: Mapping[str, Json], limits: Mapping[str, Json]) -> dict[str, Json]:
    """The schema with what one case allows in the fields of these names, wherever they stand."""
    whole = dict(schema)
    return typing.cast("dict[str, Json]", _narrowed(whole, limits)) if limits else whole


def _narrowed(schema: Json, limits: Mapping[str, Json]) -> Json:
    if isinstance(schema, list):
        return [_narrowed(item, limits) for item in schema]
    if not isinstance(schema, dict):
        return schema
    narrow = {
        key: _narrowed(held, limits) if key in NESTING else held for key, held in schema.items()
    }
    fields = schema.get("properties")
    if isinstance(fields, dict):
        narrow["properties"] = {
            name: limits[name] if name in limits else _narrowed(held, limits)
            for name, held in fields.items()
        }
    return narrow


def number_upto(n: int) -> dict[str, Json]:
    """A number from 1 to `n`. Without an end, a model may write digits for ever."""
    return {"type": "integer", "minimum": 1, "maximum": n}


def numbers_upto(n: int, *, most: int) -> dict[str, Json]:
    """At most so many numbers from 1 to `n`; only the empty list where `n` is 0."""
    return {"type": "array", "items": number_upto(max(n, 1)), "maxItems": most if n else 0}


def numbers_among(numbers: Sequence[int], *, most: int) -> dict[str, Json]:
    """At most so many of these numbers; only the empty list where there is none."""
    known: list[Json] = [*sorted(set(numbers))]
    item: dict[str, Json] = {"type": "integer", "enum": known or [1]}
    return {"type": "array", "items": item, "maxItems": most if numbers else 0}


def array_of(item: Json, *, least: int, most: int) -> dict[str, Json]:
    """From `least` to `most` entries of one form."""
    return {"type": "array", "items": item, "minItems": least, "maxItems": most}


def one_of(names: Sequence[str]) -> dict[str, Json]:
    """One of these words."""
    return {"type": "string", "enum": list(names)}


def one_of_or_null(names: Sequence[str]) -> dict[str, Json]:
    """One of these words, or null; only null where there is no word."""
    nothing: dict[str, Json] = {"type": "null"}
    return {"anyOf": [one_of(names), nothing]} if names else nothing


def null_or_one_of(names: Sequence[str]) -> dict[str, Json]:
    """Null where nothing has to be said, else one of these words."""
    nothing: dict[str, Json] = {"type": "null"}
    return {"anyOf": [nothing, one_of(names)]}


def hundredths() -> dict[str, Json]:
    """A number from 0 to 1. Every one is listed: an interval would allow endless decimals."""
    return {"type": "number", "enum": [n / 100 for n in range(101)]}


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
