"""Jobs and requests to test with, and runs that end as a verdict did."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from tests import stories
from themis.accounts.models import Team
from themis.domain.jsontypes import Json
from themis.domain.verdict import Outcome
from themis.pipeline import flow, paying
from themis.pipeline.models import Run, Status
from themis.rewards import jobs
from themis.rewards.jobs import Budget
from themis.rewards.models import Job, RewardRequest
from themis.rewards.policy import Policy, read_policy
from themis.rewards.requests import Wish
from themis.trajectories.models import Trajectory

NOW = stories.NOW
CRITIC = "themis"  # who gives the verdicts of stories


def job_of(
    team: Team,
    name: str = "grpo",
    budget: Budget | None = None,
    policy: dict[str, Json] | None = None,
) -> Job:
    """A job whose critic is the one of the stories."""
    return jobs.make(
        team=team,
        name=name,
        policy=read_policy({"critics": [CRITIC], **(policy or {})}),
        budget=budget or Budget(),
        by=None,
        at=NOW,
    )


def asked(trajectory: Trajectory, job: Job | None = None, at: datetime = NOW) -> RewardRequest:
    """A request, begun if it was not."""
    policy = job.terms if job else Policy(critics=(CRITIC,))
    wish = Wish(team=trajectory.team, job=job, policy=policy, trajectory=trajectory, meta={"n": 1})
    return paying.ask(wish=wish, at=at)


def judged(
    trajectory: Trajectory, outcome: Outcome | None, critic: str = CRITIC, after: int = 1
) -> Run:
    """The run of a critic that waits ends with a verdict, or broken; and what follows from it."""
    run = Run.objects.get(trajectory=trajectory, critic=critic, status=Status.WAITING)
    at = NOW + timedelta(seconds=after)
    assert flow.claim(run=run, at=at)
    if outcome is None:
        flow.fail(run=run, cause="the model is away", at=at)
    else:
        run.verdict = stories.given(trajectory, outcome, at=at)
        type(run.verdict).objects.filter(pk=run.verdict.pk).update(critic=critic)
        run.save(update_fields=["verdict"])
        flow.finish(run=run, at=at)
    paying.run_ended(run.pk, at)
    return run


def now(row: RewardRequest) -> RewardRequest:
    """How a request stands."""
    return RewardRequest.objects.get(pk=row.pk)


def answer(row: RewardRequest) -> dict[str, Json]:
    """What it is answered."""
    told: dict[str, Json] = json.loads(now(row).answer)
    return told
