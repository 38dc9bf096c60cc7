"""Every schema that is sent to a model is bounded, and simple enough for guided decoding."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from themis.critic.schema import json_schema, narrowed, one_of_or_null
from themis.critic.themis import replies
from themis.critic.themis.replies import JudgeReply, SelectorReply
from themis.domain.jsontypes import Json

REPLIES = [
    kind
    for kind in vars(replies).values()
    if isinstance(kind, type) and issubclass(kind, BaseModel) and kind is not BaseModel
]


def nodes(schema: Json) -> Iterator[dict[str, Json]]:
    if isinstance(schema, dict):
        yield schema
        for held in schema.values():
            yield from nodes(held)
    elif isinstance(schema, list):
        for held in schema:
            yield from nodes(held)


def test_the_panel_has_its_four_roles_replies() -> None:
    assert {"SelectorReply", "VerifierReply", "ReviewerReply", "JudgeReply"} <= {
        kind.__name__ for kind in REPLIES
    }


@pytest.mark.parametrize("kind", REPLIES)
def test_no_string_and_no_list_is_unbounded(kind: type[BaseModel]) -> None:
    for node in nodes(json_schema(kind)):
        if node.get("type") == "string":
            assert "maxLength" in node or "enum" in node
        if node.get("type") == "array":
            assert "maxItems" in node


@pytest.mark.parametrize("kind", REPLIES)
def test_every_object_is_closed_and_complete(kind: type[BaseModel]) -> None:
    for node in nodes(json_schema(kind)):
        assert "$ref" not in node
        assert "$defs" not in node
        if node.get("type") == "object":
            assert node["additionalProperties"] is False
            assert node["required"] == list(node["properties"])  # type: ignore[arg-type]


def test_reasons_are_asked_for_before_the_verdict() -> None:
    assert list(json_schema(JudgeReply)["properties"]) == [  # type: ignore[arg-type]
        "reason",
        "evidence",
        "instructs",
        "error_class",
        "outcome",
        "confidence",
    ]


def test_a_field_may_be_called_title() -> None:
    class Book(BaseModel):
        title: str

    assert json_schema(Book)["properties"] == {"title": {"type": "string"}}


def test_references_are_written_out() -> None:
    milestones = json_schema(SelectorReply)["properties"]["milestones"]  # type: ignore[index,call-overload]
    assert "goal" in milestones["items"]["properties"]  # type: ignore[index,call-overload,operator]


def test_a_field_is_narrowed_wherever_it_stands_and_nothing_else_changes() -> None:
    class Inner(BaseModel):
        step: int
        why: str

    class Outer(BaseModel):
        step: str
        steps: list[Inner]

    limit: Json = {"type": "integer", "minimum": 1, "maximum": 3}
    inner: Json = {
        "type": "object",
        "properties": {"step": limit, "why": {"type": "string"}},
        "required": ["step", "why"],
        "additionalProperties": False,
    }
    narrow = narrowed(json_schema(Outer), {"step": limit, "no such field": limit})
    assert narrow["properties"] == {"step": limit, "steps": {"type": "array", "items": inner}}
    assert narrowed(json_schema(Outer), {}) == json_schema(Outer)


def test_where_there_is_no_name_only_null_is_left() -> None:
    assert one_of_or_null([]) == {"type": "null"}
