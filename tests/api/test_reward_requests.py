"""The native reward API: final, running, undecided and broken are four different answers."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.http import HttpResponse

from tests import stories
from tests.api.caller import Caller, told, uri
from tests.paying import job_of, judged
from themis.accounts.models import Team, User
from themis.domain.jsontypes import Json
from themis.domain.verdict import Outcome
from themis.pipeline.models import Run
from themis.rewards import jobs
from themis.rewards.jobs import Budget
from themis.rewards.models import RewardRequest
from themis.trajectories.models import Trajectory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def job(team: Team) -> object:
    return job_of(team)


def ask(caller: Caller, trajectory: Json, once: str = "", **more: Json) -> HttpResponse:
    return caller.post("/rewards", {"trajectory": trajectory, "job": "grpo", **more}, once=once)


def document() -> dict[str, Json]:
    return {
        "instruction": "Mute the sound",
        "platform": "linux",
        "steps": [{"thought": "There is a key.", "actions": [{"type": "key", "keys": ["mute"]}]}],
        "screens": [uri(stories.png())],
    }


def test_it_runs_then_it_is_final(caller: Caller, trajectory: Trajectory) -> None:
    response = ask(caller, trajectory.pk, meta={"rollout": 7})
    running = told(response)
    assert response.status_code == 202
    assert (running["status"], running["waits_for"]) == ("running", "judge")
    assert response["Location"] == running["url"]
    assert response["Retry-After"]
    judged(trajectory, Outcome.PASSED)
    final = caller.get(f"/rewards/{running['id']}")
    assert final.status_code == 200
    assert told(final)["reward"] == 1.0
    assert told(final)["meta"] == {"rollout": 7}
    assert b'"evidence":"http://testserver/trajectories/' in final.content
    assert told(ask(caller, f"themis://trajectory/{trajectory.pk}")) == told(final)


def test_undecided_is_a_null_and_a_mask(caller: Caller, trajectory: Trajectory) -> None:
    ask(caller, trajectory.pk)
    judged(trajectory, Outcome.UNDECIDED)
    response = ask(caller, trajectory.pk)
    assert response.status_code == 200
    assert (told(response)["reward"], told(response)["mask"]) == (None, True)
    assert told(response)["status"] == "undecided"


def test_broken_is_a_503_with_its_cause(caller: Caller, trajectory: Trajectory) -> None:
    pk = told(ask(caller, trajectory.pk))["id"]
    judged(trajectory, None)
    response = caller.get(f"/rewards/{pk}")
    assert response.status_code == 503
    assert response["Retry-After"]
    assert "reward" not in told(response)
    assert told(response)["error"] == "the model is away"


def test_a_spent_budget_is_a_402(caller: Caller, team: Team, trajectory: Trajectory) -> None:
    job_of(team, "poor", Budget(calls=0))
    response = ask(caller, trajectory.pk, job="poor")
    assert (response.status_code, told(response)["code"]) == (402, "budget_spent")


def test_a_floor_nobody_measured_is_a_409(
    caller: Caller, team: Team, trajectory: Trajectory
) -> None:
    job_of(team, "strict", policy={"floor": 0.9})
    ask(caller, trajectory.pk, job="strict")
    judged(trajectory, Outcome.PASSED)
    pk = RewardRequest.objects.get(job__name="strict").pk
    response = caller.get(f"/rewards/{pk}")
    assert (response.status_code, told(response)["code"]) == (409, "not_measured")


def test_a_document_is_stored_and_judged_under_the_policy_alone(caller: Caller) -> None:
    response = ask(caller, document())
    assert response.status_code == 202, response.content
    again = ask(caller, document())
    assert told(again)["id"] == told(response)["id"]
    assert list(Run.objects.values_list("critic", flat=True)) == ["themis"]


def test_an_archive_with_one_run_is_taken(caller: Caller) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        screens = ["0.png"]
        archive.writestr("run/trajectory.json", json.dumps({**document(), "screens": screens}))
        archive.writestr("run/0.png", stories.png())
    packed.seek(0)
    packed.name = "run.zip"
    response = caller.client.post(
        "/api/v1/rewards",
        {"files": packed, "job": "grpo", "meta": '{"n": 3}'},
        headers=caller.headers(),
    )
    assert response.status_code == 202, response.content
    assert told(response)["meta"] == {"n": 3}  # type: ignore[arg-type]


def test_a_key_that_repeats_a_request_tells_how_it_stands_now(
    caller: Caller, trajectory: Trajectory
) -> None:
    first = ask(caller, trajectory.pk, once="one")
    judged(trajectory, Outcome.FAILED)
    again = ask(caller, trajectory.pk, once="one")
    assert (first.status_code, again.status_code) == (202, 200)
    assert again["Idempotency-Replayed"] == "true"
    assert told(again)["reward"] == 0.0
    other = ask(caller, trajectory.pk, once="one", meta={"n": 2})
    assert (other.status_code, told(other)["code"]) == (422, "key_reused")


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 422, "trajectory"),
        ({"trajectory": 7}, 422, "trajectory"),
        ({"trajectory": "x", "jbo": "grpo"}, 422, "jbo"),
        ({"trajectory": "x", "job": ["grpo"]}, 422, "job"),
        ({"trajectory": "x", "job": "none"}, 404, "job"),
        ({"trajectory": "x", "job": "grpo", "critic": "rubric"}, 422, "critic"),
        ({"trajectory": "x", "policy": {"floor": 2}}, 422, "floor"),
        ({"trajectory": "x", "policy": {"undecided": "review"}}, 404, None),
        ({"trajectory": "x", "policy": []}, 422, "policy"),
        ({"trajectory": "x", "meta": {"a": "b" * 5000}}, 422, "meta"),
        ({"trajectory": "x" * 12, "job": "grpo"}, 404, None),
    ],
)
def test_bad_data_names_the_field(
    caller: Caller, body: dict[str, Json], status: int, field: str | None
) -> None:
    response = caller.post("/rewards", body)
    assert response.status_code == status, response.content
    assert told(response).get("field") == field
    assert not RewardRequest.objects.exists()


def test_a_review_first_needs_a_job(caller: Caller, trajectory: Trajectory) -> None:
    body: Json = {"trajectory": trajectory.pk, "policy": {"undecided": "review"}}
    response = caller.post("/rewards", body)
    assert (response.status_code, told(response)["field"]) == (422, "undecided")


def test_an_ended_job_is_said_so(caller: Caller, team: Team, trajectory: Trajectory) -> None:
    jobs.end(job=job_of(team, "over"), at=stories.NOW)
    response = ask(caller, trajectory.pk, job="over")
    assert (response.status_code, told(response)["field"]) == (422, "job")


def test_a_batch_is_answered_in_order(caller: Caller, team: Team, trajectory: Trajectory) -> None:
    ask(caller, trajectory.pk)
    judged(trajectory, Outcome.PASSED)
    other = stories.stored(team, instruction="Another")
    asked: list[Json] = [
        {"trajectory": trajectory.pk, "job": "grpo"},
        {"trajectory": "nothing"},
        {"trajectory": other.pk, "job": "grpo"},
        "text",
    ]
    response = caller.post("/rewards/batch", {"requests": asked})
    items = told(response)["items"]
    assert [item["http"] for item in items] == [200, 404, 202, 422]  # type: ignore[union-attr, index, call-overload]
    assert str(items[1]["body"]["error"]).startswith("requests[1]: ")  # type: ignore[index, call-overload]


def test_who_wants_to_wait_is_held_back(caller: Caller, trajectory: Trajectory) -> None:
    body = json.dumps({"trajectory": trajectory.pk, "job": "grpo"})
    response = caller.client.post(
        "/api/v1/rewards",
        body,
        content_type="application/json",
        headers={**caller.headers(), "Prefer": "respond-async, wait=90"},
    )
    pk = told(response)["id"]  # type: ignore[arg-type]
    assert response["Themis-Wait"] == f"90; {pk}"
    assert response["Themis-Again"] == f"/api/v1/rewards/{pk}"
    assert response["Preference-Applied"] == "wait=90"
    assert "Themis-Wait" not in caller.get(f"/rewards/{pk}")
    assert caller.get(f"/rewards/{pk}?wait=1e3").status_code == 422


def test_another_teams_requests_do_not_exist(
    caller: Caller, stranger: User, trajectory: Trajectory
) -> None:
    pk = told(ask(caller, trajectory.pk))["id"]
    theirs = Caller(stranger.teams.get())
    assert theirs.get(f"/rewards/{pk}").status_code == 404
    assert theirs.post("/rewards", {"trajectory": trajectory.pk}).status_code == 404
    assert ask(theirs, trajectory.pk).status_code == 404
