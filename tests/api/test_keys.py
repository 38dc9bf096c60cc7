"""What a key may do, until when, how often, and what of its job it sees."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests import stories
from tests.api.caller import Caller, beginning, told
from themis.accounts import services as accounts
from themis.accounts.models import ApiKey, KeyScope, Team
from themis.accounts.services import KeyTerms
from themis.api import limits
from themis.api.keys import KeyedRequest
from themis.api.reach import job_for, jobs, requests
from themis.api.replies import Refused
from themis.api.urls import api
from themis.rewards import jobs as rl
from themis.rewards.jobs import Budget
from themis.rewards.models import Job, RewardRequest
from themis.rewards.policy import Policy
from themis.trajectories.models import Trajectory

pytestmark = pytest.mark.django_db

NOTHING = 2**40  # of no row
SUBMITTING = ("/trajectories", "/rewards")  # what these begin with is work of RL jobs


@pytest.fixture(autouse=True)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_own", limits.Buckets())  # keys of other tests had the same id


def of_terms(team: Team, **terms: Any) -> Caller:  # noqa: ANN401  as the terms take them
    caller = Caller(team)
    _, caller.key = accounts.issue_key(
        team=team, name="trainer", by=None, at=stories.NOW, terms=KeyTerms(**terms)
    )
    return caller


def a_job(team: Team, name: str = "grpo-7") -> Job:
    return rl.make(team=team, name=name, policy=Policy(), budget=Budget(), by=None, at=stories.NOW)


def of_job(job: Job, scope: KeyScope = KeyScope.SUBMIT) -> Caller:
    caller = of_terms(job.team, scope=scope)
    rl.bind(key=ApiKey.objects.latest("pk"), job=job)
    return caller


def asked(trajectory: Trajectory, job: Job) -> RewardRequest:
    return RewardRequest.objects.create(
        team=job.team, job=job, trajectory=trajectory, scope=job.name, asked_at=stories.NOW
    )


def operations() -> Iterator[tuple[str, str]]:
    """Every operation there is, as method and path, with what stands for nothing filled in."""
    for method, path, _ in documented():
        yield method, path


def documented() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The same, with what the document tells of it."""
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, told_of in methods.items():
            filled = path.format_map(dict(map(nothing, told_of["parameters"])))
            yield method.upper(), filled, told_of


def nothing(parameter: dict[str, Any]) -> tuple[str, str]:
    is_number = parameter["schema"].get("type") == "integer"
    return parameter["name"], str(NOTHING) if is_number else "nothing"


def send(caller: Caller, method: str, path: str) -> HttpResponse:
    return caller.client.generic(  # type: ignore[return-value]
        method, path, b"{}", "application/json", headers=caller.headers()
    )


def test_no_operation_answers_without_a_key(client: Client) -> None:
    statuses = {each: client.generic(*each).status_code for each in operations()}
    assert len(statuses) > 15
    assert set(statuses.values()) == {401}, statuses


def test_a_key_that_reads_is_refused_by_every_operation_that_is_none(team: Team) -> None:
    reader, found = of_terms(team, scope=KeyScope.READ), dict[str, tuple[int, object]]()
    for method, path in operations():
        answer = send(reader, method, path)
        if method == "GET":
            assert answer.status_code not in {401, 403}, path
        else:
            found[f"{method} {path}"] = (answer.status_code, told(answer).get("code"))
    assert set(found.values()) == {(403, "scope")}, found


def test_the_document_tells_which_scope_each_operation_takes(team: Team) -> None:
    reader, scopes = of_terms(team, scope=KeyScope.READ), set[str]()
    for method, path, told_of in documented():
        assert {401, 403, 429} <= set(told_of["responses"])
        scopes.add(told_of["x-key-scope"])
        if method != "GET":
            error = str(told(send(reader, method, path))["error"])
            assert f"a key of scope “{told_of['x-key-scope']}”" in error
    assert scopes == set(KeyScope)


def test_a_key_that_submits_may_do_the_work_of_rl_jobs_and_set_nothing_up(team: Team) -> None:
    submitter = of_terms(team, scope=KeyScope.SUBMIT)
    for method, path in operations():
        answer = send(submitter, method, path)
        is_work = method == "GET" or path.removeprefix("/api/v1").startswith(SUBMITTING)
        assert (answer.status_code != 403) == is_work, path


def test_a_key_that_expired_opens_nothing_and_is_told_when(team: Team) -> None:
    late = of_terms(team, expires_at=stories.NOW)
    answer = late.get("/queues")
    assert (answer.status_code, told(answer)["code"]) == (401, "expired")
    assert "on 1 March 2026 at 12:00 UTC" in str(told(answer)["error"])


def test_a_key_that_expires_tomorrow_opens(team: Team) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    assert of_terms(team, expires_at=tomorrow).get("/queues").status_code == 200


def test_a_key_that_is_used_too_often_waits(team: Team) -> None:
    busy = of_terms(team, rate=2)
    assert [busy.get("/queues").status_code for _ in range(3)] == [200, 200, 429]
    answer = busy.get("/queues")
    assert told(answer)["code"] == "rate"
    assert 25 < int(answer["Retry-After"]) <= 30
    assert of_terms(team, rate=2).get("/queues").status_code == 200  # another key is another


def test_the_installation_says_how_often_other_keys_may_be_used(
    caller: Caller, settings: Settings
) -> None:
    settings.KEY_RATE = 1
    assert [caller.get("/queues").status_code for _ in range(2)] == [200, 429]


def test_a_refused_request_counts_too(team: Team) -> None:
    reader = of_terms(team, scope=KeyScope.READ, rate=1)
    assert [reader.post("/queues", {}).status_code for _ in range(2)] == [403, 429]


def test_a_key_of_a_job_brings_runs_and_reads_them(team: Team) -> None:
    caller = of_job(a_job(team))
    assert caller.get(f"/trajectories/{caller.opened()}").status_code == 200


def test_a_key_of_a_job_sees_the_rewards_that_the_job_asked_for(
    team: Team, trajectory: Trajectory
) -> None:
    job, other = a_job(team), a_job(team, "other")
    mine, theirs = of_job(job), of_job(other)
    asked(trajectory, job)
    path = f"/rewards/{trajectory.pk}"
    assert told(mine.get(path))["code"] == "not_judged"
    assert "has not asked" in str(told(theirs.get(path))["error"])


@pytest.mark.parametrize("scope", [KeyScope.SUBMIT, KeyScope.ADMIN])
def test_a_key_of_a_job_sees_nothing_of_the_team_and_sets_nothing_up(
    team: Team, scope: KeyScope
) -> None:
    caller = of_job(a_job(team), scope)
    for answer in (caller.get("/queues"), caller.post("/queues", {}), caller.get("/measurements")):
        assert (answer.status_code, told(answer)["code"]) == (403, "scope")


def test_jobs_with_the_same_idempotency_key_do_not_get_each_others_answer(team: Team) -> None:
    mine, theirs = of_job(a_job(team)), of_job(a_job(team, "other"))
    first = mine.post("/trajectories", beginning(), once="1")
    second = theirs.post("/trajectories", beginning(), once="1")
    assert told(first)["trajectory"] != told(second)["trajectory"]
    again = mine.post("/trajectories", beginning(), once="1")
    assert told(again)["trajectory"] == told(first)["trajectory"]


def from_key(team: Team, job: Job | None) -> KeyedRequest:
    request = KeyedRequest()
    request.auth, request.job = team, job
    return request


def test_what_a_key_reaches_is_its_jobs(team: Team, trajectory: Trajectory) -> None:
    job, other = a_job(team), a_job(team, "other")
    own, others = asked(trajectory, job), asked(trajectory, other)
    assert list(jobs(from_key(team, job))) == [job]
    assert list(requests(from_key(team, job))) == [own]
    assert set(jobs(from_key(team, None))) == {job, other}
    assert set(requests(from_key(team, None))) == {own, others}


def test_the_job_is_the_keys_own_or_the_one_that_is_named(team: Team) -> None:
    job, other = a_job(team), a_job(team, "other")
    assert job_for(from_key(team, job), "") == job
    assert job_for(from_key(team, job), "grpo-7") == job
    assert job_for(from_key(team, None), "other") == other
    assert job_for(from_key(team, None), "") is None
    with pytest.raises(Refused, match="grpo-7 alone") as refused:
        job_for(from_key(team, job), "other")
    assert refused.value.reply.status == 403
    with pytest.raises(Refused, match="no job 'nowhere'"):
        job_for(from_key(team, None), "nowhere")
