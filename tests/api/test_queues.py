"""Queues through the API: made once, watched, and their decisions read in order."""

from __future__ import annotations

import json
from typing import cast

import pytest
from django.db import connection
from django.http import StreamingHttpResponse
from django.test.utils import CaptureQueriesContext

from tests.api.caller import Caller, told
from tests.reviews import rooms
from themis.accounts.models import User
from themis.api import queues as api
from themis.domain.jsontypes import Json
from themis.pipeline import standings, tasks
from themis.reviews import deciding
from themis.reviews.models import Queue

pytestmark = pytest.mark.django_db


@pytest.fixture
def runs(caller: Caller) -> list[str]:
    """Three runs that nobody has judged."""
    ids = [run.pk for run in rooms.runs(caller.team, 3)]
    standings.refresh(ids)
    return ids


def lines(caller: Caller, path: str) -> list[dict[str, Json]]:
    response = cast(StreamingHttpResponse, caller.get(path))
    assert response["Content-Type"] == "application/jsonl; charset=utf-8"
    return [json.loads(line) for line in response.getvalue().splitlines()]


@pytest.mark.usefixtures("runs")
def test_a_queue_is_made_once_and_filled(caller: Caller) -> None:
    body: dict[str, Json] = {"name": "Notes", "reviewers": 2, "overlap": 50, "seed": 3}
    first = caller.post("/queues", body, once="a")
    again = caller.post("/queues", body, once="a")
    assert (first.status_code, again.status_code) == (202, 202)
    assert told(first)["queue"] == told(again)["queue"]
    assert (told(first)["state"], told(first)["n_items"]) == ("filling", 0)
    tasks.fill_queues()
    found = told(caller.get(f"/queues/{told(first)['queue']}"))
    assert (found["state"], found["n_items"], found["n_wanted"]) == ("open", 3, 4)
    assert (found["n_held"], found["per_hour"], found["ends_at"]) == (0, None, None)
    assert cast("dict[str, Json]", found["made_from"])["seed"] == 3


@pytest.mark.usefixtures("runs")
@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({}, 422, "body.name"),
        ({"name": "Q", "colour": "red"}, 422, "body.colour"),
        ({"name": "Q", "source": "anywhere"}, 422, "body.source"),
        ({"name": "Q", "due_at": "2026-01-01T00:00:00"}, 422, "body.due_at"),
        ({"name": "Q", "reviewers": 99}, 422, "reviewers: expected a number from 1 to 20"),
        ({"name": "Q", "platform": "ios"}, 409, "No run fits this"),
    ],
)
def test_what_cannot_be_is_refused_with_the_field(
    caller: Caller, body: dict[str, Json], status: int, words: str
) -> None:
    answer = caller.post("/queues", body)
    assert answer.status_code == status
    assert words in str(told(answer)["error"])
    assert not Queue.objects.exists()


def test_queues_are_listed_for_their_team_alone(caller: Caller, stranger: User) -> None:
    made = rooms.queue(caller.team, 1)
    answer = cast("list[dict[str, Json]]", told(caller.get("/queues"))["queues"])
    assert [each["queue"] for each in answer] == [made.pk]
    assert told(caller.get("/queues?state=closed"))["queues"] == []
    theirs = rooms.queue(stranger.teams.get(), 1)
    assert caller.get(f"/queues/{theirs.pk}").status_code == 404
    assert caller.get(f"/queues/{theirs.pk}/decisions").status_code == 404
    assert caller.get("/queues/99999999999999999999").status_code == 404


def test_decisions_come_in_order_and_go_on_after_one(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "PORTION", 2)
    made, ann = rooms.queue(caller.team, 3), rooms.person(caller.team, "ann")
    rows = [rooms.submitted(rooms.taken(made, ann)) for _ in range(3)]
    new = deciding.amend(decision=rows[0], by=ann, opinion=rooms.FAILED, at=rooms.NOW)
    path = f"/queues/{made.pk}/decisions"
    found = lines(caller, path)
    assert [each["decision"] for each in found] == [*(row.pk for row in rows), new.pk]
    assert [each["is_current"] for each in found] == [False, True, True, True]
    assert (found[3]["ruling"], found[3]["outcome"], found[3]["reviewer"]) == (
        "failed",
        "failed",
        "ann",
    )
    assert found[3]["opinion"] == {"ruling": "failed"}
    rest = lines(caller, f"{path}?after={rows[1].pk}")
    assert [each["decision"] for each in rest] == [rows[2].pk, new.pk]


def test_decisions_on_a_run_are_told(caller: Caller) -> None:
    made, ann = rooms.queue(caller.team, 1), rooms.person(caller.team, "ann")
    decision = rooms.submitted(rooms.taken(made, ann))
    run = decision.item.trajectory_id
    answer = told(caller.get(f"/trajectories/{run}/decisions"))
    (found,) = cast("list[dict[str, Json]]", answer["decisions"])
    assert (found["decision"], found["trajectory"], found["seconds"]) == (decision.pk, run, 12.0)
    assert caller.get("/trajectories/000000009999/decisions").status_code == 404


def test_listing_costs_the_same_however_many_there_are(caller: Caller) -> None:
    rooms.queue(caller.team, 1)
    caller.get("/queues")
    with CaptureQueriesContext(connection) as one:
        caller.get("/queues")
    for _ in range(3):
        rooms.queue(caller.team, 2)
    with CaptureQueriesContext(connection) as four:
        caller.get("/queues")
    assert len(four) == len(one)
