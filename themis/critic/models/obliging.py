"""Replies that fit any schema: for tests of whoever asks, and demos without a model."""

from __future__ import annotations

import json

from themis.critic.contract import Prompt
from themis.domain.jsontypes import Json


def oblige(prompt: Prompt) -> str:
    """A script for Scripted: the plainest reply that fits the prompt's schema."""
    return json.dumps(plainest(prompt.schema))


def plainest(schema: Json) -> Json:
    """A value of that schema: first choices, shortest lists and words, yes where asked."""
    if not isinstance(schema, dict):
        return None
    for choices in (schema.get("enum"), schema.get("anyOf")):
        if isinstance(choices, list) and choices:
            return choices[0] if choices is schema.get("enum") else plainest(choices[0])
    return _of_type(schema)


def _of_type(schema: dict[str, Json]) -> Json:
    match schema.get("type"):
        case "object":
            fields = schema.get("properties")
            return {name: plainest(held) for name, held in _items(fields)}
        case "array":
            return [plainest(schema.get("items")) for _ in range(_least(schema, "minItems"))]
        case "string":
            return "x" * _least(schema, "minLength")
        case "integer" | "number":
            return _least(schema, "minimum")
        case "boolean":
            return True
        case _:
            return None


def _items(fields: Json) -> list[tuple[str, Json]]:
    return list(fields.items()) if isinstance(fields, dict) else []


def _least(schema: dict[str, Json], bound: str) -> int:
    least = schema.get(bound, 0)
    return least if isinstance(least, int) else 0
