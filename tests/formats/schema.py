"""The part of JSON Schema that docs/trajectory.schema.json uses, checked without a library."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from themis.domain.jsontypes import Json

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "docs" / "trajectory.schema.json").read_text("utf-8")
)
KINDS: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
}
UNDERSTOOD = {
    *("$schema", "$ref", "$defs", "title", "description", "type", "properties", "required"),
    *("additionalProperties", "items", "anyOf", "enum", "const", "pattern", "minLength"),
    *("minItems", "maxItems", "uniqueItems", "minimum", "if", "then"),
}


def violations(document: Json) -> list[str]:
    """Each place of a document that breaks the schema, and how."""
    return list(_check(document, SCHEMA, "$"))


def _check(value: Json, schema: dict[str, Any], at: str) -> Iterator[str]:
    assert set(schema) <= UNDERSTOOD, f"{at}: {set(schema) - UNDERSTOOD} is not checked here"
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    if "anyOf" in schema and all(any(_check(value, each, at)) for each in schema["anyOf"]):
        yield f"{at}: fits none"
    if "if" in schema and not any(_check(value, schema["if"], at)):
        yield from _check(value, schema["then"], at)
    if "type" in schema and not KINDS[schema["type"]](value):
        yield f"{at}: not {schema['type']}"
        return
    if isinstance(value, dict):
        yield from _check_object(value, schema, at)
    elif isinstance(value, list):
        yield from _check_list(value, schema, at)
    else:
        yield from _check_plain(value, schema, at)


def _check_plain(value: Any, schema: dict[str, Any], at: str) -> Iterator[str]:  # noqa: ANN401
    if ("enum" in schema and value not in schema["enum"]) or value != schema.get("const", value):
        yield f"{at}: not one of the words"
    if isinstance(value, str) and len(value) < schema.get("minLength", 0):
        yield f"{at}: too short"
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        yield f"{at}: not such a text"
    if KINDS["number"](value) and value < schema.get("minimum", value):
        yield f"{at}: under {schema['minimum']}"


def _check_object(value: dict[str, Json], schema: dict[str, Any], at: str) -> Iterator[str]:
    properties = schema.get("properties", {})
    yield from (f"{at}.{name}: missing" for name in schema.get("required", ()) if name not in value)
    for name, held in value.items():
        if name in properties:
            yield from _check(held, properties[name], f"{at}.{name}")
        elif schema.get("additionalProperties") is False:
            yield f"{at}.{name}: no such field"


def _check_list(value: list[Json], schema: dict[str, Any], at: str) -> Iterator[str]:
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        yield f"{at}: too few or too many"
    if schema.get("uniqueItems") and len({json.dumps(each) for each in value}) < len(value):
        yield f"{at}: something stands twice"
    for position, each in enumerate(value):
        yield from _check(each, schema.get("items", {}), f"{at}[{position}]")
