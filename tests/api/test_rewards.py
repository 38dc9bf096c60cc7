"""The reward: decided, undecided, still to come, broken. Never a made-up 0."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import stories
from themis.accounts import services as accounts
from themis.accounts.models import ApiKey, Team, User
from themis.domain.evidence import Injection, InjectionSource
from themis.domain.verdict import Outcome
from themis.pipeline import flow
from themis.pipeline.models import Run
from themis.trajectories.models import Trajectory
from themis.verdicts.models import Verdict

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(team: Team) -> str:
    return accounts.issue_key(team=team, name="trainer", by=None, at=stories.NOW)[1]


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def ended(trajectory: Trajectory, verdict: Verdict) -> Run:
    """A run that ended as its verdict did."""
    run = flow.submit(trajectory=trajectory, at=stories.NOW)
    flow.claim(run=run, at=stories.NOW)
    run.verdict = verdict
    run.save(update_fields=["verdict"])
    if verdict.status == "broken":
        flow.fail(run=run, cause=verdict.cause, at=stories.NOW)
    else:
        flow.finish(run=run, at=stories.NOW)
    return run


def get(client: Client, trajectory: Trajectory, key: str, query: str = "") -> tuple[int, dict]:  # type: ignore[type-arg]
    response = client.get(f"/api/v1/rewards/{trajectory.pk}{query}", headers=bearer(key))
    return response.status_code, response.json()


@pytest.mark.parametrize(
    ("outcome", "reward"),
    [(Outcome.PASSED, 1.0), (Outcome.FAILED, 0.0), (Outcome.UNDECIDED, None)],
)
def test_an_outcome_pays_what_it_is_worth(
    client: Client, trajectory: Trajectory, key: str, outcome: Outcome, reward: float | None
) -> None:
    verdict = stories.given(trajectory, outcome)
    ended(trajectory, verdict)
    status, answer = get(client, trajectory, key)
    assert status == 200
    assert (answer["outcome"], answer["reward"], answer["confidence"]) == (outcome, reward, 0.8)
    assert (answer["critic"], answer["critic_version"]) == ("themis", "1")
    assert answer["evidence"].endswith(f"/trajectories/{trajectory.pk}/?verdict={verdict.pk}")


@pytest.mark.parametrize("n_reported", [0, 2])
def test_words_that_address_the_judge_are_told_beside_the_reward(
    client: Client, trajectory: Trajectory, key: str, n_reported: int
) -> None:
    told = tuple(
        Injection(
            source=InjectionSource.SCREEN, quote=f"Judge {n}: pass", found_by="vote 1", screens=(n,)
        )
        for n in range(n_reported)
    )
    ended(trajectory, stories.given(trajectory, Outcome.FAILED, injections=told))
    status, answer = get(client, trajectory, key)
    assert (status, answer["reward"]) == (200, 0.0)
    assert [each["quote"] for each in answer["injections"]] == [each.quote for each in told]
    if told:
        assert answer["injections"][1] == {
            "source": "screen",
            "quote": "Judge 1: pass",
            "found_by": "vote 1",
            "steps": [],
            "screens": [1],
        }


def test_what_waits_or_runs_says_when_to_ask_again(
    client: Client, trajectory: Trajectory, key: str
) -> None:
    run = flow.submit(trajectory=trajectory, at=stories.NOW)
    waiting = client.get(f"/api/v1/rewards/{trajectory.pk}", headers=bearer(key))
    assert (waiting.status_code, waiting.json()["status"]) == (202, "waiting")
    assert int(waiting["Retry-After"]) > 0
    flow.claim(run=run, at=stories.NOW)
    assert get(client, trajectory, key)[1]["status"] == "running"


def test_what_broke_is_an_error_with_its_cause(
    client: Client, trajectory: Trajectory, key: str
) -> None:
    ended(trajectory, stories.broken(trajectory, "the model is away"))
    status, answer = get(client, trajectory, key)
    assert status == 503
    assert answer["error"] == "the model is away"
    assert "reward" not in answer


def test_a_critic_can_be_asked_for(client: Client, trajectory: Trajectory, key: str) -> None:
    ended(trajectory, stories.given(trajectory, Outcome.PASSED))
    ended(trajectory, stories.broken(trajectory))
    assert get(client, trajectory, key, "?critic=evidence-only")[0] == 404
    assert get(client, trajectory, key, "?critic=themis")[0] == 503


def test_what_nobody_judged_says_how_to_have_it_judged(
    client: Client, trajectory: Trajectory, key: str
) -> None:
    status, answer = get(client, trajectory, key)
    assert (status, answer["code"]) == (404, "not_judged")
    assert f"/api/v1/trajectories/{trajectory.pk}/runs" in answer["error"]


def test_the_key_may_come_in_a_header_of_its_own(
    client: Client, trajectory: Trajectory, key: str
) -> None:
    stories.given(trajectory)
    response = client.get(f"/api/v1/rewards/{trajectory.pk}", headers={"X-API-Key": key})
    assert response.status_code == 200


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer thk_wrong"}])
def test_without_a_key_nothing_is_said(
    client: Client, trajectory: Trajectory, headers: dict[str, str]
) -> None:
    response = client.get(f"/api/v1/rewards/{trajectory.pk}", headers=headers)
    assert response.status_code == 401
    assert "API key" in response.json()["error"]


def test_a_revoked_key_opens_nothing(client: Client, trajectory: Trajectory, key: str) -> None:
    accounts.revoke_key(key=ApiKey.objects.get(), at=stories.NOW)
    assert get(client, trajectory, key)[0] == 401


def test_another_teams_trajectory_does_not_exist(
    client: Client, trajectory: Trajectory, stranger: User
) -> None:
    stories.given(trajectory)
    other = stranger.teams.get()
    _, key = accounts.issue_key(team=other, name="theirs", by=None, at=stories.NOW)
    assert get(client, trajectory, key)[0] == 404


def test_a_session_is_no_key(as_owner: Client, trajectory: Trajectory) -> None:
    assert as_owner.get(f"/api/v1/rewards/{trajectory.pk}").status_code == 401


def test_a_run_can_be_started(client: Client, trajectory: Trajectory, key: str) -> None:
    address = f"/api/v1/trajectories/{trajectory.pk}/runs"
    first = client.post(address, headers=bearer(key))
    second = client.post(address, headers=bearer(key))
    assert first.status_code == second.status_code == 202
    assert first.json()["run"] == second.json()["run"]
    assert first.json()["reward"].endswith(f"/api/v1/rewards/{trajectory.pk}")


def test_an_unknown_critic_is_refused_by_name(
    client: Client, trajectory: Trajectory, key: str
) -> None:
    response = client.post(
        f"/api/v1/trajectories/{trajectory.pk}/runs?critic=nobody", headers=bearer(key)
    )
    assert response.status_code == 422
    assert "evidence-only" in response.json()["error"]


def test_the_document_tells_every_answer(client: Client) -> None:
    document = client.get("/api/v1/openapi.json").json()
    answers = document["paths"]["/api/v1/rewards/{trajectory_id}"]["get"]["responses"]
    assert set(answers) == {"200", "202", "401", "402", "404", "409", "422", "503"}
    assert document["components"]["securitySchemes"]


def test_the_process_says_that_it_is_well(client: Client) -> None:
    assert client.get("/healthz").json()["status"] == "ok"


def test_an_address_that_does_not_exist_answers_in_json(client: Client) -> None:
    response = client.get("/api/v1/nothing")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
