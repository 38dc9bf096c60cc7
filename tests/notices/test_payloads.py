"""The body of a message: three fields, and never over 20 kB."""

from __future__ import annotations

import json

import pytest

from tests import stories
from themis.domain.jsontypes import Json
from themis.notices.payloads import MAX_BODY, body_of


def test_a_short_one_is_sent_as_it_is() -> None:
    body = json.loads(body_of("ping", {"word": "Grüße"}, stories.NOW))
    assert body == {"type": "ping", "timestamp": stories.NOW.isoformat(), "data": {"word": "Grüße"}}


@pytest.mark.parametrize(
    "data",
    [
        {"reason": "x" * 100_000},
        {"reason": "Ü" * 15_000, "note": "\U0001f600" * 9_000},
        {"list": ["word" * 10] * 5_000},
        {"deep": {str(number): "y" * 900 for number in range(100)}},
        {"tables": [[{"a": "z" * 100}] * 300] * 300},
        {f"name-{number}": number for number in range(4_000)},
    ],
)
def test_a_long_one_is_shortened_and_says_so(data: dict[str, Json]) -> None:
    body = body_of("verdict.completed", {"trajectory": "abc", **data}, stories.NOW)
    assert len(body.encode()) <= MAX_BODY
    sent = json.loads(body)["data"]
    assert sent["shortened"] is True
    assert sent["trajectory"] == "abc"


def test_what_no_store_takes_is_replaced() -> None:
    assert "\ufffd" in body_of("ping", {"word": "a\0b\ud800"}, stories.NOW)
