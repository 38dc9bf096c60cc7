"""What programs are told of runs, verdicts and rewards, and who is pushed a reward."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from tests import stories
from tests.pipeline.hooks import Scripted, announced, hook
from themis.accounts.models import Team
from themis.domain.jsontypes import Json
from themis.domain.verdict import Outcome
from themis.formats.embedded import Close
from themis.notices.models import Delivery, Event, HookKind
from themis.pipeline import broadcast, deliveries, flow, streams
from themis.pipeline.models import Run
from themis.rewards.models import Job
from themis.trajectories import growing
from themis.trajectories.models import Trajectory
from themis.verdicts.models import Verdict

pytestmark = pytest.mark.django_db


def told(event: str = "") -> list[dict[str, Json]]:
    """The data of messages, in the order in which they were put down."""
    rows = Delivery.objects.order_by("pk")
    rows = rows.filter(event=event) if event else rows
    return [json.loads(row.body)["data"] for row in rows]


def ended(trajectory: Trajectory, verdict: Verdict, job: Job | None = None) -> Run:
    run = flow.submit(trajectory=trajectory, at=stories.NOW)
    assert flow.claim(run=run, at=stories.NOW)
    Run.objects.filter(pk=run.pk).update(verdict=verdict, job=job)
    run.refresh_from_db()
    flow.finish(run=run, at=stories.NOW)
    return run


def test_runs_that_come_in_are_told_each(team: Team, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://themis.example.org"
    hook(team)
    run = stories.stored(team)
    stories.stored(team)  # the same again
    (data,) = told(Event.INGESTED)
    assert (data["trajectory"], data["steps"]) == (run.pk, run.n_steps)
    assert data["url"] == f"https://themis.example.org/trajectories/{run.pk}/"


def test_a_streamed_run_is_told_once_it_has_ended(team: Team) -> None:
    hook(team)
    whole = replace(stories.recording().trajectory, steps=(), screens=())
    row = growing.begin(trajectory=whole, source="s", team=team, at=stories.NOW)
    assert told() == []
    streams.close(trajectory=row, said=Close(at=0), at=stories.NOW)
    assert [data["trajectory"] for data in told(Event.INGESTED)] == [row.pk]


def test_a_verdict_is_told_with_its_reward_and_its_job(team: Team, trajectory: Trajectory) -> None:
    hook(team, "http://b.example/", Event.JUDGED)
    hook(team, "http://c.example/", Event.JUDGED, job="other")
    verdict = stories.given(trajectory, outcome=Outcome.PASSED)
    job = Job.objects.create(team=team, name="nightly", created_at=stories.NOW)
    run = ended(trajectory, verdict, job)
    (data,) = told(Event.JUDGED)
    assert (data["run"], data["verdict"], data["job"]) == (run.pk, verdict.pk, "nightly")
    assert (data["outcome"], data["reward"]) == ("passed", 1.0)
    assert set(data["tokens"]) == {"read", "cached", "written"}  # type: ignore[arg-type]
    assert Delivery.objects.get().trajectory == trajectory.pk


def test_what_broke_has_no_reward_and_says_why(team: Team, trajectory: Trajectory) -> None:
    hook(team, "http://b.example/", Event.JUDGING_BROKE)
    run = flow.submit(trajectory=trajectory, at=stories.NOW)
    flow.claim(run=run, at=stories.NOW)
    run.refresh_from_db()
    flow.fail(run=run, cause="the model is away", at=stories.NOW)
    flow.fail(run=run, cause="again", at=stories.NOW)
    (data,) = told()
    assert data["error"] == "the model is away"
    assert "reward" not in data


def test_who_is_killed_loses_the_end_and_the_message_or_neither(
    team: Team, trajectory: Trajectory
) -> None:
    hook(team, "http://b.example/", Event.JUDGED)

    @transaction.atomic
    def killed() -> None:
        ended(trajectory, stories.given(trajectory))
        assert told()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    assert told() == []
    assert not Run.objects.filter(status="done").exists()


@dataclass
class Row:
    """A settled reward, as far as it is told."""

    team: Team
    reward: float | None = 1.0
    meta: dict[str, Json] = field(default_factory=dict)
    trajectory_id: str = "x8kyghb9ky35"
    job: str = "nightly"

    @property
    def body(self) -> dict[str, Json]:
        """The answer, as it is served."""
        return {"id": "rw_1", "job": self.job, "reward": self.reward, "status": "final"}


IDS: dict[str, Json] = {
    "areal": {"session_key": "sess-1", "interaction_id": "int-1"},
    "agent_lightning": {"rollout_id": "ro-1", "attempt_id": "at-1"},
}


def sent(team: Team) -> list[tuple[str, str, dict[str, Json]]]:
    """Where to, by whose right, and what; the secret is not in any row."""
    out = Scripted()
    deliveries.send_waiting(out)
    bearers = [each.headers.get("Authorization", "") for each in out.sent]
    assert "sess-1" not in str(list(Delivery.objects.values()))
    return [
        (each.url, bearer, json.loads(each.body))
        for each, bearer in zip(out.sent, bearers, strict=True)
    ]


def test_a_reward_is_told_to_standard_webhooks(team: Team) -> None:
    hook(team), hook(team, "http://b.example/", job="weekly")
    broadcast.reward_settled(Row(team=team))
    (data,) = told(Event.REWARD)
    assert (data["id"], data["reward"], data["trajectory"]) == ("rw_1", 1.0, "x8kyghb9ky35")


def test_a_reward_is_pushed_to_areal_with_the_key_of_its_session(team: Team) -> None:
    hook(team, "http://areal.example/v1/", kind=HookKind.AREAL, job="nightly")
    broadcast.reward_settled(Row(team=team, meta=IDS))
    broadcast.reward_settled(Row(team=team, meta=IDS, job="weekly"))
    url = "http://areal.example/v1/rl/set_reward"
    body = {"interaction_id": "int-1", "reward": 1.0}
    assert sent(team) == [(url, "Bearer sess-1", body)]


def test_a_reward_is_pushed_to_agent_lightning_as_an_event(team: Team) -> None:
    hook(team, "http://al.example", kind=HookKind.AGENT_LIGHTNING)
    broadcast.reward_settled(Row(team=team, meta=IDS))
    ((url, bearer, body),) = sent(team)
    assert url == "http://al.example/api/rollouts/ro-1/attempt/at-1/events"
    assert bearer.startswith("Bearer whsec_")
    assert body["event_type"] == "reward"
    assert body["data"]["value"] == 1.0  # type: ignore[index, call-overload]


def test_an_amended_reward_is_pushed_again_after_the_first(team: Team) -> None:
    hook(team, kind=HookKind.AREAL)
    broadcast.reward_settled(Row(team=team, meta=IDS))
    broadcast.reward_settled(Row(team=team, meta=IDS, reward=0.0))
    assert [body["reward"] for _, _, body in sent(team)] == [1.0, 0.0]


@pytest.mark.parametrize("reward", [None, float("nan")])
def test_what_is_no_number_is_not_pushed(team: Team, reward: float | None) -> None:
    hook(team, kind=HookKind.AREAL), hook(team, kind=HookKind.AGENT_LIGHTNING)
    broadcast.reward_settled(Row(team=team, meta=IDS, reward=reward))
    assert told() == []


@pytest.mark.parametrize(
    "meta",
    [
        {},
        {"areal": "sess-1", "agent_lightning": ["a", "b"]},
        {"areal": {"session_key": ""}, "agent_lightning": {"rollout_id": "a"}},
        {"areal": {"session_key": "a\r\nb"}, "agent_lightning": {"rollout_id": 1, "attempt_id": 2}},
        {
            "areal": {"session_key": "k", "interaction_id": 7},
            "agent_lightning": {"rollout_id": "../x", "attempt_id": "b"},
        },
        {"agent_lightning": {"rollout_id": "..", "attempt_id": "b?c"}},
    ],
)
def test_a_message_whose_ids_are_missing_or_strange_is_not_made(
    team: Team, meta: dict[str, Json]
) -> None:
    hook(team, kind=HookKind.AREAL), hook(team, kind=HookKind.AGENT_LIGHTNING)
    broadcast.reward_settled(Row(team=team, meta=meta))
    assert told() == []


def test_who_takes_rewards_alone_is_told_nothing_else(team: Team) -> None:
    hook(team, kind=HookKind.AREAL)
    assert announced(team) == []


def test_without_a_webhook_nothing_is_put_together(
    team: Team, trajectory: Trajectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast, "_of_run", None)
    ended(trajectory, stories.given(trajectory))
    assert told() == []
