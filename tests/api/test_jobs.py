"""RL jobs by the API: made once, changed in part, refused with the field."""

from __future__ import annotations

import json

import pytest
from django.http import HttpResponse

from tests import stories
from tests.api.caller import Caller, told
from themis.accounts.models import KeyScope, Team
from themis.accounts.services import KeyTerms
from themis.domain.jsontypes import Json
from themis.rewards import jobs
from themis.rewards.models import Job

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def patched(caller: Caller, path: str, body: Json) -> HttpResponse:
    return caller.client.patch(  # type: ignore[return-value]
        f"/api/v1{path}",
        json.dumps(body),
        content_type="application/json",
        headers=caller.headers(),
    )


def test_a_job_is_made_once_and_told(caller: Caller) -> None:
    body: Json = {"name": "grpo", "policy": {"undecided": "review"}, "budget": {"calls": 100}}
    first = caller.post("/jobs", body, once="k")
    assert first.status_code == 201
    assert first["Location"].endswith("/api/v1/jobs/grpo")
    assert told(caller.post("/jobs", body, once="k")) == told(first)
    found = told(caller.get("/jobs/grpo"))
    assert found["policy"]["undecided"] == "review"  # type: ignore[call-overload, index]
    assert found["budget"] == {"calls": 100, "tokens": None, "money": None}
    assert found["requests"] == dict.fromkeys(
        ("running", "review", "final", "undecided", "broken"), 0
    )
    assert told(caller.get("/jobs"))["jobs"] == [found]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "No"}, "name"),
        ({"name": "a", "policy": {"floor": 2}}, "policy.floor"),
        ({"name": "a", "policy": {"critics": ["nobody"]}}, "policy.critics"),
        ({"name": "a", "policy": {"critics": ["themis"]}}, "policy.critics"),
        ({"name": "a", "budget": {"calls": -1}}, "budget.calls"),
        ({"name": "a", "budget": {"calls": "many"}}, "budget.calls"),
        ({"name": "a", "weight": 0}, "weight"),
        ({"name": "a", "wait": 0}, "wait"),
        ({}, "name"),
    ],
)
def test_what_cannot_be_is_422_with_the_field(caller: Caller, body: Json, field: str) -> None:
    response = caller.post("/jobs", body)
    assert (response.status_code, told(response)["field"]) == (422, field)
    assert not Job.objects.exists()


def test_a_change_leaves_the_rest(caller: Caller) -> None:
    policy: Json = {"dense": True, "deadline": 60}
    caller.post("/jobs", {"name": "grpo", "policy": policy, "weight": 3, "budget": {"calls": 9}})
    changed = patched(
        caller, "/jobs/grpo", {"policy": {"deadline": None, "undecided": "review"}, "ended": True}
    )
    assert told(changed)["state"] == "ended"
    job = Job.objects.get()
    assert job.policy == {"dense": True, "undecided": "review"}
    assert (job.weight, job.budget_calls) == (3, 9)
    patched(caller, "/jobs/grpo", {"budget": {"calls": None}, "ended": False})
    job.refresh_from_db()
    assert (job.budget_calls, job.ended_at, job.weight) == (None, None, 3)


def test_a_job_of_another_team_is_not_found(caller: Caller, team: Team, stranger: object) -> None:
    caller.post("/jobs", {"name": "grpo"})
    other = Caller(Team.objects.exclude(pk=team.pk).get())
    assert other.get("/jobs/grpo").status_code == 404
    assert patched(other, "/jobs/grpo", {"ended": True}).status_code == 404
    assert caller.get("/jobs/%00").status_code == 404


def test_a_stream_that_cannot_be_says_why(caller: Caller, team: Team) -> None:
    caller.post("/jobs", {"name": "grpo"})
    assert caller.get("/jobs/none/events").status_code == 404
    refused = caller.get("/jobs/grpo/events?after=x")
    assert (refused.status_code, told(refused)["field"]) == (422, "after")
    assert caller.get("/jobs/grpo/events")["Content-Type"] == "text/event-stream"


def test_a_key_of_a_job_sees_that_job_alone(caller: Caller, team: Team) -> None:
    for name in ("mine", "other"):
        caller.post("/jobs", {"name": name})
    job = Job.objects.get(name="mine")
    terms = KeyTerms(scope=KeyScope.SUBMIT)
    caller.key = jobs.issue_key(job=job, name="k", terms=terms, by=None, at=stories.NOW)[1]
    assert [each["name"] for each in told(caller.get("/jobs"))["jobs"]] == ["mine"]  # type: ignore[union-attr, index, call-overload]
    assert caller.get("/jobs/mine").status_code == 200
    assert caller.get("/jobs/other").status_code == 404
    assert caller.get("/jobs/other/events").status_code == 404
