"""One trajectory as one JSON object, its pictures inside."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from tests import stories
from tests.api.caller import TRAJECTORIES, Caller, told, uri, whole
from themis.domain.jsontypes import Json
from themis.pipeline.models import Run
from themis.trajectories import blobs
from themis.trajectories.models import Trajectory

pytestmark = pytest.mark.django_db


def test_it_is_kept_whole_and_queued(caller: Caller) -> None:
    reply = caller.post("/trajectories", whole(label="failed"))
    answer = told(reply)
    row = Trajectory.objects.get()
    assert (reply.status_code, answer["trajectory"], answer["is_new"]) == (201, row.pk, True)
    assert reply["Location"].endswith(f"{TRAJECTORIES}/{row.pk}")
    assert (row.n_steps, row.n_screens, row.label, row.format) == (2, 3, "failed", "themis")
    assert blobs.read(row.recording.screens[2].digest) == stories.png(2)
    assert Run.objects.get().trajectory == row


def test_the_same_recording_is_kept_once(caller: Caller) -> None:
    first = told(caller.post("/trajectories", whole()))
    again = caller.post("/trajectories", whole())
    assert (again.status_code, told(again)["trajectory"]) == (200, first["trajectory"])
    assert told(again)["is_new"] is False
    assert Run.objects.count() == 1


def test_judging_can_be_left_out(caller: Caller) -> None:
    assert caller.post("/trajectories", whole(judge=False)).status_code == 201
    assert not Run.objects.exists()


def test_a_screen_may_be_an_object(caller: Caller) -> None:
    screens: Json = [{"data": uri(stories.png(shade))} for shade in range(3)]
    assert caller.post("/trajectories", whole(screens=screens)).status_code == 201


def test_a_mislabelled_picture_is_known_by_its_bytes(caller: Caller) -> None:
    screens: list[Json] = [uri(stories.png(shade), "image/jpeg") for shade in range(3)]
    caller.post("/trajectories", whole(screens=screens))
    assert Trajectory.objects.get().recording.screens[0].media_type == "image/png"


BOMB = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xff\xff\0\0\xff\xff\x08\x02\0\0\0" + b"\0" * 40
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"instruction": ""}, "body.instruction"),
        ({"instruction": 7}, "body.instruction"),
        ({"platform": "amiga"}, "body.platform"),
        ({"steps": []}, "body.steps"),
        ({"stps": []}, "body.stps"),
        ({"steps": [{"actions": [{"type": "clik"}]}]}, "body.steps[0].actions[0].type"),
        ({"steps": [{"before": 9}]}, "body.steps[0].before"),
        ({"steps": [{"before": -1}]}, "body.steps[0].before"),
        ({"steps": [{"before": 10**4000}]}, "body.steps[0].before"),
        ({"steps": {"0": {}}}, "body.steps"),
        ({"themis": "trajectory/9"}, "body.themis"),
        ({"open": "yes"}, "body.open"),
        ({"judge": 1}, "body.judge"),
        ({"critic": "nobody"}, "evidence-only"),
        ({"critic": ["a"]}, "evidence-only"),
        ({"screens": "x"}, "body.screens"),
        ({"screens": [None]}, "body.screens[0]"),
        ({"screens": ["screens/01.png"]}, "body.screens[0]"),
        ({"screens": ["data:image/png,abc"]}, "body.screens[0]"),
        ({"screens": ["data:image/png;base64,@@"]}, "body.screens[0]"),
        ({"screens": ["data:image/png;base64,é"]}, "body.screens[0]"),
        ({"screens": [{"path": "/etc/passwd"}]}, "body.screens[0].path"),
        ({"screens": [{"data": 5}]}, "body.screens[0].data"),
        ({"screens": [uri(SVG, "image/svg+xml")]}, "body.screens[0]"),
        ({"screens": [uri(SVG)]}, "body.screens[0]"),
        ({"screens": [uri(BOMB)]}, "body.screens[0]"),
        ({"screens": [uri(b"")]}, "body.screens[0]"),
        ({"screens": [uri(stories.png()[:40])]}, "body.screens[0]"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    caller: Caller, change: dict[str, Json], field: str
) -> None:
    steps: Json = [{"thought": "Looks"}]
    reply = caller.post("/trajectories", whole(**{"steps": steps, **change}))
    assert reply.status_code == 422, reply.content
    assert field in str(told(reply)["error"])
    assert not Trajectory.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"\xff\xfe",
        b'{"a": 1, "a": 2}',
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b"[" * 100_000,
        b'{"a":' * 70 + b"1" + b"}" * 70,
        b'{"a": ' + b"9" * 5000 + b"}",
        json.dumps({"instruction": "x", "steps": [[]] * 9}).encode(),
    ],
)
def test_what_is_no_json_of_ours_is_a_422(caller: Caller, body: bytes) -> None:
    reply = caller.post("/trajectories", body)
    assert reply.status_code == 422
    assert str(told(reply)["error"]).startswith("body")


def test_null_bytes_and_lone_surrogates_are_neutralised(caller: Caller) -> None:
    text = json.dumps(whole()).replace("Save the note", "Save\\u0000 the \\ud800note")
    assert caller.post("/trajectories", text.encode()).status_code == 201
    assert Trajectory.objects.get().instruction == "Save\ufffd the \ufffdnote"


def test_too_large_is_said_before_it_is_read(caller: Caller, settings: Settings) -> None:
    settings.JSON_LIMIT = 2**20
    reply = caller.client.post(
        TRAJECTORIES,
        b"{}",
        content_type="application/json",
        headers=caller.headers(),
        CONTENT_LENGTH=str(2**20 + 1),
    )
    assert (reply.status_code, reply.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", ""])
def test_another_kind_of_body_is_a_415(caller: Caller, kind: str) -> None:
    reply = caller.client.post(TRAJECTORIES, b"x", content_type=kind, headers=caller.headers())
    assert reply.status_code == 415


def test_a_packed_body_is_a_415(caller: Caller) -> None:
    headers = {**caller.headers(), "Content-Encoding": "gzip"}
    reply = caller.client.post(TRAJECTORIES, b"x", content_type="application/json", headers=headers)
    assert reply.status_code == 415


def test_without_a_key_nothing_is_taken(caller: Caller) -> None:
    reply = caller.client.post(TRAJECTORIES, b"{}", content_type="application/json")
    assert reply.status_code == 401


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda held: (
        st.lists(held, max_size=4) | st.dictionaries(st.text(max_size=8), held, max_size=4)
    ),
    max_leaves=12,
)
FIELDS = st.sampled_from(
    ["instruction", "platform", "steps", "screens", "ending", "label", "meta", "open", "at"]
)
HOSTILE = settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@HOSTILE
@given(st.dictionaries(FIELDS, JSON, max_size=3))
def test_no_body_breaks_it(caller: Caller, change: dict[str, Json]) -> None:
    reply = caller.post("/trajectories", {**whole(), **change})
    assert reply.status_code in {200, 201, 422}, (change, reply.content[:300])


@HOSTILE
@given(st.binary(min_size=1, max_size=200))
def test_no_bytes_break_it(caller: Caller, body: bytes) -> None:
    assert caller.post("/trajectories", body).status_code == 422
