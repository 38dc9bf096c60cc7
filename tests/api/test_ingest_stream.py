"""A run that is sent while it goes on: opened, given steps, closed; found again after a crash."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from tests import stories
from tests.api.caller import Caller, beginning, piece, step, told, uri, whole
from tests.api.test_ingest_json import JSON
from themis.accounts.models import User
from themis.domain.jsontypes import Json
from themis.pipeline.models import Run
from themis.trajectories.models import OpenRun, OpenStep, State, Trajectory

pytestmark = pytest.mark.django_db


def steps_of(name: str) -> str:
    return f"/trajectories/{name}/steps"


def stands(caller: Caller, name: str) -> tuple[object, object, object]:
    answer = told(caller.get(f"/trajectories/{name}"))
    return answer["state"], answer["n_steps"], answer["n_screens"]


@pytest.fixture(params=["png", "webp"])
def however_kept(request: pytest.FixtureRequest, settings: Settings) -> None:
    """PNG kept as it came, and as WebP."""
    settings.SCREENS = request.param


@pytest.mark.usefixtures("however_kept")
def test_step_by_step_is_the_same_as_in_one_go(caller: Caller) -> None:
    name = caller.opened()
    for number in range(3):
        reply = caller.post(steps_of(name), piece(number))
        assert (reply.status_code, told(reply)["n_steps"]) == (200, number + 1)
    caller.post(f"/trajectories/{name}/close", {"ending": {"claim": "success"}, "label": "failed"})
    row = Trajectory.objects.get(pk=name)
    assert [one.thought for one in row.recording.steps] == ["Thought 0", "Thought 1", "Thought 2"]
    assert [one.after for one in row.recording.steps] == [0, 1, 2]
    assert (row.label, row.n_steps, row.n_actions, row.n_screens) == ("failed", 3, 3, 3)
    assert len(row.digest) == 64
    whole_at_once: Json = {
        "instruction": "Save the note",
        "platform": "web",
        "label": "failed",
        "ending": {"claim": "success"},
        "steps": piece(0, 3)["steps"],
        "screens": piece(0, 3)["screens"],
    }
    again = caller.post("/trajectories", whole_at_once)
    assert (again.status_code, told(again)["trajectory"]) == (200, name)


def test_an_open_run_says_where_it_stands(caller: Caller) -> None:
    name = caller.opened(steps=[step(0, after=0)], screens=[uri(stories.png())])
    assert stands(caller, name) == ("open", 1, 1)
    caller.post(steps_of(name), piece(1, 2) | {"steps": [step(1, after=1), step(2, after=2)]})
    assert stands(caller, name) == ("open", 3, 3)


def test_an_append_writes_its_own_steps_alone(caller: Caller) -> None:
    name = caller.opened()
    caller.post(steps_of(name), piece(0, 5))
    before = Trajectory.objects.get(pk=name).payload
    caller.post(steps_of(name), piece(5))
    assert Trajectory.objects.get(pk=name).payload == before
    assert OpenStep.objects.count() == 6


def test_a_retry_is_answered_as_the_first_time(caller: Caller) -> None:
    name = caller.opened()
    first = caller.post(steps_of(name), piece(0))
    caller.post(steps_of(name), piece(1))
    again = caller.post(steps_of(name), piece(0))
    assert (again.status_code, told(again)) == (200, told(first))
    assert stands(caller, name) == ("open", 2, 2)


@pytest.mark.parametrize(
    "other",
    [
        {"at": 0, "steps": [step(7, after=0)], "screens": [uri(stories.png(0))]},
        {"at": 0, "steps": [step(0, after=0)], "screens": [uri(stories.png(9))]},
        {"at": 0, "steps": [step(0, after=0)]},
        piece(0, 4),
        piece(5),
    ],
)
def test_another_step_or_a_gap_is_told_where_the_run_stands(
    caller: Caller, other: dict[str, Json]
) -> None:
    name = caller.opened()
    caller.post(steps_of(name), piece(0, 2))
    reply = caller.post(steps_of(name), other)
    answer = told(reply)
    assert (reply.status_code, answer["code"]) == (409, "out_of_place")
    assert (answer["state"], answer["n_steps"], answer["n_screens"]) == ("open", 2, 2)
    assert stands(caller, name) == ("open", 2, 2)


@pytest.mark.parametrize("screens", [[], [uri(stories.png(9))], [uri(stories.png(0))] * 2])
def test_the_same_words_with_other_screens_are_not_the_same(
    caller: Caller, screens: list[Json]
) -> None:
    name = caller.opened()
    caller.post(steps_of(name), piece(0))
    reply = caller.post(steps_of(name), piece(0) | {"screens": screens})
    assert (reply.status_code, told(reply)["n_screens"]) == (409, 1)
    assert stands(caller, name) == ("open", 1, 1)


def test_a_closed_run_takes_no_steps(caller: Caller) -> None:
    name = caller.opened(**{key: piece(0)[key] for key in ("steps", "screens")})
    caller.post(f"/trajectories/{name}/close", {})
    reply = caller.post(steps_of(name), piece(1))
    assert (reply.status_code, told(reply)["code"], told(reply)["state"]) == (
        409,
        "closed",
        "closed",
    )
    stored = told(caller.post("/trajectories", whole()))
    assert caller.post(steps_of(str(stored["trajectory"])), piece(2)).status_code == 409


def test_closing_queues_the_judging_once(caller: Caller) -> None:
    name = caller.opened(**{key: piece(0)[key] for key in ("steps", "screens")})
    first = caller.post(f"/trajectories/{name}/close", {"ending": {"claim": "failure"}})
    again = caller.post(f"/trajectories/{name}/close", {"ending": {"claim": "failure"}})
    assert (first.status_code, told(first)["run"]) == (200, Run.objects.get().pk)
    assert (again.status_code, told(again)) == (200, told(first))
    other = caller.post(f"/trajectories/{name}/close", {"ending": {"claim": "success"}})
    assert other.status_code == 409
    assert not OpenStep.objects.exists()
    assert not OpenRun.objects.exists()


@pytest.mark.parametrize("how", [{"judge": False}, {}])
def test_not_judged_where_unwanted_or_empty(caller: Caller, how: dict[str, Json]) -> None:
    begun = {key: piece(0)[key] for key in ("steps", "screens")} if how else {}
    name = caller.opened(**begun)
    reply = caller.post(f"/trajectories/{name}/close", how)
    assert (reply.status_code, told(reply)["run"]) == (200, None)
    assert not Run.objects.exists()


def test_closing_with_another_number_of_steps_is_refused(caller: Caller) -> None:
    name = caller.opened()
    caller.post(steps_of(name), piece(0))
    reply = caller.post(f"/trajectories/{name}/close", {"at": 2})
    assert (reply.status_code, told(reply)["n_steps"]) == (409, 1)
    assert stands(caller, name)[0] == "open"
    assert caller.post(f"/trajectories/{name}/close", {"at": 1}).status_code == 200


def test_a_streamed_twin_keeps_its_own_row(caller: Caller) -> None:
    names = [caller.opened(**{key: piece(0)[key] for key in ("steps", "screens")}) for _ in "ab"]
    for name in names:
        assert caller.post(f"/trajectories/{name}/close", {}).status_code == 200
    second = Trajectory.objects.get(pk=names[1])
    assert second.state == State.CLOSED
    assert names[0] in second.warnings[0]


def test_two_writers_at_one_place_one_wins(transactional_db: None, caller: Caller) -> None:
    name = caller.opened()
    replies: dict[int, int] = {}
    start = threading.Barrier(4)

    def write(number: int) -> None:
        body: Json = {
            "at": 0,
            "steps": [step(number, after=0)],
            "screens": [uri(stories.png(number))],
        }
        start.wait()
        replies[number] = caller.post(steps_of(name), body).status_code
        connection.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(replies.values()) == [200, 409, 409, 409]
    assert stands(caller, name) == ("open", 1, 1)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body.at"),
        ({"at": 0}, "body.steps"),
        ({"at": 0, "steps": []}, "body.steps"),
        ({"at": -1, "steps": [step()]}, "body.at"),
        ({"at": "0", "steps": [step()]}, "body.at"),
        ({"at": True, "steps": [step()]}, "body.at"),
        ({"at": 0, "steps": [{"after": 0}]}, "body.steps[0].after"),
        ({"at": 0, "steps": [step()], "screens": ["x"]}, "body.screens[0]"),
        ({"at": 0, "steps": [step()], "also": 1}, "body.also"),
        ({"at": 0, "steps": [{"actions": [{"type": "scroll", "count": 0}]}]}, "count"),
    ],
)
def test_what_is_wrong_with_a_piece_is_said(
    caller: Caller, body: dict[str, Json], field: str
) -> None:
    name = caller.opened()
    reply = caller.post(steps_of(name), body)
    assert reply.status_code == 422, reply.content
    assert field in str(told(reply)["error"])


def test_a_huge_place_is_a_gap(caller: Caller) -> None:
    name = caller.opened()
    reply = caller.post(steps_of(name), {"at": 10**30, "steps": [step()]})
    assert reply.status_code == 409


@pytest.mark.parametrize("more", [{"ending": {"claim": "success"}}, {"label": "passed"}])
def test_a_beginning_does_not_know_the_end(caller: Caller, more: dict[str, Json]) -> None:
    assert caller.post("/trajectories", beginning(**more)).status_code == 422


def test_a_run_has_an_end(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("themis.trajectories.growing.MAX_STEPS", 2)
    name = caller.opened()
    assert caller.post(steps_of(name), piece(0, 2)).status_code == 200
    reply = caller.post(steps_of(name), piece(2))
    assert (reply.status_code, "at most 2 steps" in str(told(reply)["error"])) == (422, True)


def test_the_words_of_a_run_have_an_end(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("themis.trajectories.services.MAX_PAYLOAD", 1000)
    name = caller.opened()
    long: Json = {"thought": "x" * 600}
    assert caller.post(steps_of(name), {"at": 0, "steps": [long]}).status_code == 200
    assert caller.post(steps_of(name), {"at": 1, "steps": [long]}).status_code == 422
    assert stands(caller, name) == ("open", 1, 0)


@pytest.mark.parametrize("name", ["0" * 12, "%00", "a" * 500, "ABCDEFGHJKMN", "..", "é"])
def test_what_does_not_exist_is_a_404(caller: Caller, name: str) -> None:
    assert caller.get(f"/trajectories/{name}").status_code == 404
    assert caller.get(f"/rewards/{name}").status_code == 404
    assert caller.post(steps_of(name), piece(0)).status_code == 404
    assert caller.post(f"/trajectories/{name}/close", {}).status_code == 404


def test_another_teams_run_does_not_exist(caller: Caller, stranger: User) -> None:
    name = caller.opened()
    other = Caller(stranger.teams.get())
    assert other.get(f"/trajectories/{name}").status_code == 404
    assert other.post(steps_of(name), piece(0)).status_code == 404
    assert other.post(f"/trajectories/{name}/close", {}).status_code == 404
    assert stands(caller, name) == ("open", 0, 0)


FUZZ = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@FUZZ
@given(
    st.dictionaries(st.sampled_from(["at", "steps", "screens", "judge"]), JSON, max_size=3),
    st.sampled_from(["steps", "close"]),
)
def test_no_body_breaks_a_stream(caller: Caller, change: dict[str, Json], where: str) -> None:
    name = caller.opened()
    sent = {**(piece(0) if where == "steps" else {}), **change}
    reply = caller.post(f"/trajectories/{name}/{where}", sent)
    assert reply.status_code in {200, 409, 422}, (sent, reply.content[:300])
