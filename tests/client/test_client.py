"""The two clients over a recorded server: the same calls, waiting and not."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from itertools import islice
from pathlib import Path

import httpx
import pytest

from tests.client.server import FINAL, PLACE, RUN, UNDECIDED, Recorded, says
from themis import client
from themis.client import (
    Invalid,
    Place,
    RewardError,
    Settled,
    StillRunning,
    Submission,
    Themis,
    Unreachable,
)
from themis.client.answers import Event, Json
from themis.client.place import Answering

pytestmark = pytest.mark.once


def test_a_reward_is_asked_for_with_the_key() -> None:
    server = Recorded([says(200, FINAL)])
    with server.client() as themis:
        answer = themis.settled(RUN)
    (request,) = server.heard
    assert answer.reward == 1.0
    assert request.headers["authorization"] == "Bearer thk_secret"
    assert str(request.url) == "http://themis.test/api/v1/rewards"


async def test_who_does_other_things_meanwhile_gets_the_same() -> None:
    server = Recorded([says(200, UNDECIDED)])
    async with server.async_client() as themis:
        answer = await themis.reward(RUN, meta={"step": 3})
    assert isinstance(answer, Settled)
    assert answer.reward is None
    assert server.bodies == [{"trajectory": RUN, "job": "gui", "meta": {"step": 3}}]


async def test_many_are_asked_for_in_one_request() -> None:
    item: Json = {"http": 200, "body": FINAL}
    server = Recorded([says(200, {"items": [item, item]})])
    async with server.async_client() as themis:
        found = await themis.rewards([RUN, f"themis://trajectory/{RUN}"])
    assert [each.reward for each in found if isinstance(each, Settled)] == [1.0, 1.0]
    assert len(server.heard) == 1


def test_a_key_may_stand_in_the_address() -> None:
    server = Recorded([says(200, FINAL)])
    with server.client(Place("http://themis.test/k/thk_1/")) as themis:
        themis.reward(RUN)
    assert str(server.heard[0].url) == "http://themis.test/k/thk_1/api/v1/rewards"
    assert "authorization" not in server.heard[0].headers


def test_who_wants_a_settled_answer_is_told_that_there_is_none_yet() -> None:
    running: Json = {"id": "rw_1", "trajectory": RUN, "status": "running", "waits_for": "people"}
    server = Recorded([says(202, running)])
    with (
        server.client(Place(PLACE.url, deadline=0.5)) as themis,
        pytest.raises(StillRunning, match="people"),
    ):
        themis.settled(RUN)


def test_a_folder_is_sent_with_the_place_of_every_file(tmp_path: Path) -> None:
    run = tmp_path / "run-7"
    (run / "screens").mkdir(parents=True)
    (run / "trajectory.json").write_text("{}")
    (run / "screens" / "0.png").write_bytes(b"png")
    (run / ".cache").write_text("not this")
    item: Json = {"source": "run-7", "trajectory": RUN, "is_new": True, "error": None}
    server = Recorded([says(201, {"items": [item]})])
    with server.client() as themis:
        assert themis.submit(run) == [Submission("run-7", RUN, is_new=True)]
    form = server.heard[0].content
    assert b"run-7/screens/0.png" in form
    assert b"run-7/trajectory.json" in form
    assert b"not this" not in form


def test_what_could_not_be_used_says_why(tmp_path: Path) -> None:
    (tmp_path / "run.zip").write_bytes(b"zip")
    refused: Json = {
        "source": "run.zip",
        "trajectory": None,
        "is_new": False,
        "error": "no archive",
    }
    with Recorded([says(422, {"items": [refused]})]).client() as themis:
        (found,) = themis.submit(tmp_path / "run.zip")
    assert (found.trajectory, found.error) == (None, "no archive")


def test_a_document_is_sent_as_json() -> None:
    server = Recorded([says(201, {"trajectory": RUN, "is_new": True})])
    with server.client() as themis:
        assert themis.submit({"v": 2})[0].trajectory == RUN
    assert server.bodies == [{"v": 2}]


@pytest.mark.parametrize(
    ("url", "key"), [("themis.test", ""), ("http://x", "two words"), ("http://x", "a\nb")]
)
def test_an_address_or_a_key_that_cannot_be_is_refused_before_anything_is_sent(
    url: str, key: str
) -> None:
    with pytest.raises(Invalid):
        Place(url, key)


def test_what_json_cannot_hold_is_refused() -> None:
    with Recorded([says(200, FINAL)]).client() as themis, pytest.raises(Invalid, match="JSON"):
        themis.reward(RUN, meta={"loss": float("nan")})


def test_an_answer_that_drips_is_over_at_its_time() -> None:
    answering = Answering(-1.0)
    with pytest.raises(httpx.ReadTimeout):
        answering.take(b"{")


def sse(*events: tuple[int, str], end: str = "") -> httpx.Response:
    """A stream that tells these and then ends, or breaks off."""
    lines = [f"id: {number}\nevent: final\ndata: {data}\n\n" for number, data in events]
    return httpx.Response(200, text=": gui\nretry: 1\n\n" + "".join(lines) + end)


def test_a_stream_is_taken_up_where_it_broke_and_tells_nothing_twice() -> None:
    told = json.dumps(FINAL)
    first = sse((1, told), (2, told), end='id: 3\ndata: {"half')
    server = Recorded([first, httpx.ReadError("gone"), sse((2, told), (3, told))])
    with server.client() as themis:
        events = list(islice(themis.events(), 3))
    assert [event.number for event in events] == [1, 2, 3]
    heard = [request.headers["last-event-id"] for request in server.heard]
    assert heard == ["0", "2", "2"]


async def test_a_stream_is_followed_asynchronously_too() -> None:
    broken = {"status": "broken", "code": "x", "error": "why"}
    text = f"id: 4\nevent: broken\ndata: {json.dumps(broken)}\n\n"
    server = Recorded([httpx.Response(200, text=text)])
    async with server.async_client() as themis:
        event: Event = await anext(themis.events("other", last=3))
    assert (event.kind, event.answer, event.body["error"]) == ("broken", None, "why")
    assert server.heard[0].url.path == "/api/v1/jobs/other/events"


def test_a_stream_that_never_comes_is_given_up_at_the_deadline() -> None:
    server = Recorded([httpx.ConnectError("refused")])
    with (
        server.client(Place(PLACE.url, job="gui", deadline=0.1)) as themis,
        pytest.raises(Unreachable),
    ):
        next(themis.events())


def test_no_error_is_taken_for_a_time_out() -> None:
    kinds = [kind for kind in vars(client).values() if isinstance(kind, type)]
    for kind in kinds:
        if issubclass(kind, RewardError):
            assert not issubclass(kind, OSError | TimeoutError | asyncio.TimeoutError)


def test_a_client_needs_httpx_and_nothing_else_of_themis() -> None:
    program = (
        "import sys, themis.client.adapters.trl, themis.client.adapters.areal\n"
        "known = {name.partition('.')[0] for name in sys.modules}\n"
        "assert 'django' not in known and 'pydantic' not in known, known\n"
        "print(sorted(n for n in sys.modules if n.startswith('themis.') and 'client' not in n))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


def test_the_names_that_are_offered_are_there() -> None:
    assert all(hasattr(client, name) for name in client.__all__)
    assert Themis is client.Themis
