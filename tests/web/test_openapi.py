"""The API's document as a page reads it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from themis.web.openapi import read

SCHEMA: dict[str, object] = {
    "info": {"title": "T", "version": "1", "description": "About."},
    "paths": {
        "/things/{id}": {
            "post": {
                "operationId": "make",
                "summary": "Make a thing",
                "x-key-scope": "submit",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/In"}}}
                },
                "responses": {
                    "200": {
                        "description": "OK",
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Out"}}
                        },
                    },
                    "404": {"description": "Gone"},
                },
            }
        }
    },
    "components": {
        "schemas": {
            "In": {"type": "object", "title": "In", "properties": {"n": {"type": "integer"}}},
            "Out": {
                "title": "Out",
                "type": "object",
                "required": ["kind"],
                "properties": {
                    "kind": {"enum": ["a", "b"]},
                    "reward": {"anyOf": [{"type": "number"}, {"type": "null"}]},
                    "ins": {"type": "array", "items": {"$ref": "#/components/schemas/In"}},
                    "self": {"$ref": "#/components/schemas/Out"},
                },
            },
        }
    },
}


def test_references_lists_and_nulls_are_spelled_out() -> None:
    (operation,) = read(SCHEMA).operations
    assert operation.key == "submit"
    answer = operation.answers[0]
    told = {(field.depth, field.name): field.kind for field in answer.fields if field.depth < 2}
    assert told[0, "kind"] == '"a" | "b"'
    assert told[0, "reward"] == "number or null"
    assert told[0, "ins"] == "list of In"
    assert told[1, "n"] == "integer"
    assert [field.needed for field in operation.parameters] == [True]
    assert operation.body_example == '{"n": 0}'


def test_a_schema_within_itself_comes_to_an_end() -> None:
    (operation,) = read(SCHEMA).operations
    assert max(field.depth for field in operation.answers[0].fields) <= 6


@pytest.mark.django_db
def test_the_page_shows_every_path(as_mate: Client) -> None:
    document = as_mate.get("/api/v1/openapi.json").json()
    page = as_mate.get(reverse("api-docs:index")).content.decode()
    assert document["paths"]
    for path in document["paths"]:
        assert path in page
