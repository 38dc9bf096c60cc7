"""A database that is away is 503 with when to come again, and leaves nothing behind."""

from __future__ import annotations

import json

import pytest
from asgiref.typing import ASGISendEvent
from django.db import OperationalError

from tests.api.caller import Caller, beginning, told
from themis.api import once
from themis.api.models import Exchange
from themis.api.unavailable import Unavailable
from themis.pipeline import paying
from themis.trajectories.models import Trajectory


def gone(*_arguments: object, **_named: object) -> None:
    raise OperationalError("the server closed the connection unexpectedly")


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database dies over every reward that is asked for."""
    monkeypatch.setattr(paying, "ask", gone)


@pytest.mark.django_db
@pytest.mark.usefixtures("away")
def test_asking_for_a_reward_is_503(caller: Caller, trajectory: Trajectory) -> None:
    reply = caller.post("/rewards", {"trajectory": trajectory.pk})
    assert (reply.status_code, told(reply)["code"]) == (503, "unavailable")
    assert reply["Retry-After"] == "2"


@pytest.mark.django_db
@pytest.mark.usefixtures("away")
@pytest.mark.parametrize("path", ["/compat/slime/rm", "/compat/openrlhf/get_reward"])
def test_so_it_is_for_frameworks(caller: Caller, trajectory: Trajectory, path: str) -> None:
    said = f"themis://trajectory/{trajectory.pk}"
    reply = caller.client.post(
        path,
        {"label": said, "query": [said], "prompts": ["p"], "labels": [said]},
        content_type="application/json",
        headers=caller.headers(),
    )
    assert (reply.status_code, reply.json()["code"]) == (503, "unavailable")
    assert reply["Retry-After"] == "2"


@pytest.mark.django_db
def test_a_request_that_the_database_died_over_is_carried_out_the_next_time(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as dying:
        dying.setattr(once, "_keep", gone)  # over the answer
        dying.setattr(once, "_let_go", gone)  # and over taking the reservation back
        assert caller.post("/trajectories", beginning(), once="open-1").status_code == 503
    assert Exchange.objects.get().status is None
    assert caller.post("/trajectories", beginning(), once="open-1").status_code == 201
    assert Trajectory.objects.count() == 1


@pytest.mark.once
async def test_what_is_in_front_of_django_says_so_too() -> None:
    sent: list[ASGISendEvent] = []

    async def keep(event: ASGISendEvent) -> None:
        sent.append(event)

    async def looks(*_arguments: object) -> None:
        gone()

    await Unavailable(looks)({"type": "http"}, None, keep)  # type: ignore[arg-type]
    start, body = sent
    assert start["status"] == 503  # type: ignore[typeddict-item]
    assert (b"retry-after", b"2") in start["headers"]  # type: ignore[typeddict-item]
    assert json.loads(body["body"])["code"] == "unavailable"  # type: ignore[typeddict-item]


@pytest.mark.once
async def test_an_answer_that_has_begun_is_cut_off() -> None:
    async def keep(_event: ASGISendEvent) -> None:
        pass

    async def begins(_scope: object, _receive: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
        gone()

    with pytest.raises(OperationalError):
        await Unavailable(begins)({"type": "http"}, None, keep)  # type: ignore[arg-type]
