"""An OpenAPI document as a page shows it: operations with flat parameters and answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from themis.domain.jsontypes import Json

METHODS = ("get", "post", "put", "patch", "delete")
MAX_DEPTH = 6  # of schemas within schemas

Node = Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A parameter, or a property of a body."""

    name: str
    kind: str
    needed: bool
    about: str
    where: str = ""  # path, query, header
    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One status with what comes back."""

    status: str
    about: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method on one path."""

    anchor: str
    method: str
    path: str
    key: str  # the scope of the keys that it takes
    title: str
    about: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    body_example: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The whole."""

    title: str
    version: str
    about: str
    operations: tuple[Operation, ...]


def read(schema: Mapping[str, object]) -> Document:
    """The document of a schema, its references followed."""
    whole = cast(Node, schema)
    info = _node(whole, "info")
    return Document(
        title=_text(info, "title"),
        version=_text(info, "version"),
        about=_text(info, "description"),
        operations=tuple(_operations(whole)),
    )


def _operations(whole: Node) -> Iterator[Operation]:
    for path, methods in _node(whole, "paths").items():
        for method in METHODS:
            found = _node(cast(Node, methods), method)
            if found:
                yield _operation(whole, path, method, found)


def _operation(whole: Node, path: str, method: str, found: Node) -> Operation:
    content = _schema_of(_node(found, "requestBody"))
    return Operation(
        anchor=_text(found, "operationId") or f"{method}-{path}",
        method=method.upper(),
        path=path,
        key=_text(found, "x-key-scope"),
        title=_text(found, "summary"),
        about=_text(found, "description"),
        parameters=tuple(_parameter(whole, each) for each in _nodes(found, "parameters")),
        body=tuple(_fields(whole, content)),
        body_example=json.dumps(_example(whole, content)) if content else "",
        answers=tuple(
            Answer(
                status=str(status),
                about=_text(cast(Node, answer), "description"),
                fields=tuple(_fields(whole, _schema_of(cast(Node, answer)))),
            )
            for status, answer in _node(found, "responses").items()
        ),
    )


def _parameter(whole: Node, found: Node) -> Field:
    schema = _node(found, "schema")
    return Field(
        name=_text(found, "name"),
        kind=_kind(whole, schema),
        needed=found.get("required") is True,
        about=_text(found, "description") or _text(schema, "description"),
        where=_text(found, "in"),
    )


def _fields(whole: Node, schema: Node, depth: int = 0) -> Iterator[Field]:
    """Properties of an object, those of objects within it below them."""
    plain = _innermost(whole, schema)
    needed = cast("list[Json]", plain.get("required") or [])
    for name, held in _node(plain, "properties").items():
        node = cast(Node, held)
        yield Field(
            name=name,
            kind=_kind(whole, node),
            needed=name in needed,
            about=_text(node, "description"),
            depth=depth,
        )
        if depth < MAX_DEPTH:
            yield from _fields(whole, node, depth + 1)


def _innermost(whole: Node, schema: Node) -> Node:
    """The object itself: references followed, lists and "or null" taken off."""
    for _ in range(MAX_DEPTH):
        if "$ref" in schema:
            schema = _referred(whole, _text(schema, "$ref"))
        elif options := _options(schema):
            schema = options[0]
        elif "items" in schema:
            schema = _node(schema, "items")
        else:
            break
    return schema


def _kind(whole: Node, schema: Node) -> str:
    if "$ref" in schema:
        referred = _referred(whole, _text(schema, "$ref"))
        return _kind(whole, referred) if "enum" in referred else _text(referred, "title", "object")
    if options := _options(schema):
        nullable = " or null" if len(_nodes(schema, "anyOf")) > len(options) else ""
        return " or ".join(_kind(whole, option) for option in options) + nullable
    if "enum" in schema:
        return " | ".join(f'"{value}"' for value in cast("list[Json]", schema["enum"]))
    if "items" in schema:
        return f"list of {_kind(whole, _node(schema, 'items'))}"
    return _text(schema, "type", "any")


def _options(schema: Node) -> list[Node]:
    every = [*_nodes(schema, "anyOf"), *_nodes(schema, "allOf"), *_nodes(schema, "oneOf")]
    return [option for option in every if option.get("type") != "null"]


def _example(whole: Node, schema: Node) -> Json:
    plain = _innermost(whole, schema)
    filled: dict[str, Json] = {
        name: _sample(cast(Node, held)) for name, held in _node(plain, "properties").items()
    }
    return filled


def _sample(schema: Node) -> Json:
    if "default" in schema:
        return schema["default"]
    if allowed := schema.get("enum"):
        return cast("list[Json]", allowed)[0]
    samples: dict[str, Json] = {"string": "…", "integer": 0, "number": 0.0, "boolean": False}
    return samples.get(_text(schema, "type"), [] if "items" in schema else None)


def _schema_of(content: Node) -> Node:
    kinds = _node(content, "content")
    return _node(cast(Node, next(iter(kinds.values()))), "schema") if kinds else {}


def _referred(whole: Node, reference: str) -> Node:
    node = whole
    for name in reference.removeprefix("#/").split("/"):
        node = _node(node, name)
    return node


def _node(node: Node, name: str) -> Node:
    found = node.get(name)
    return found if isinstance(found, dict) else {}


def _nodes(node: Node, name: str) -> list[Node]:
    found = node.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _text(node: Node, name: str, default: str = "") -> str:
    found = node.get(name)
    return found if isinstance(found, str) else default
