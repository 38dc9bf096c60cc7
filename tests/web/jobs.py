"""Jobs whose requests came to all that requests can come to."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests import stories
from themis.accounts.models import Team
from themis.rewards import jobs, requests
from themis.rewards.jobs import Budget
from themis.rewards.models import Job, RewardRequest
from themis.rewards.policy import Policy
from themis.rewards.requests import Settlement, Wish
from themis.trajectories.models import Trajectory

NOW = stories.NOW
PASSED = Settlement(outcome="passed", reward=1.0, source="verdict", told={"confidence": 0.9})
FAILED = Settlement(outcome="failed", reward=0.0, source="verdict", told={})
OVERRULED = Settlement(outcome="failed", reward=0.0, source="person", told={})
MASKED = Settlement(outcome="undecided", reward=None, source="policy", told={})


def made(team: Team, name: str = "grpo", policy: Policy | None = None, **budget: int) -> Job:
    """A job."""
    return jobs.make(
        team=team,
        name=name,
        policy=policy or Policy(),
        budget=Budget(**budget),
        by=None,
        at=NOW,
    )


def asked_of(job: Job, run: Trajectory, at: datetime = NOW) -> RewardRequest:
    """A request for the reward of a run."""
    wish = Wish(team=job.team, job=job, policy=job.terms, trajectory=run, meta={"step": 7})
    return requests.open_request(wish=wish, at=at)[0]


def asked(job: Job, words: str = "Save the note", at: datetime = NOW) -> RewardRequest:
    """A request for the reward of a run of its own."""
    return asked_of(job, stories.stored(job.team, instruction=words), at)


def paid(row: RewardRequest, to: Settlement = PASSED) -> RewardRequest:
    """A request with an answer, ten seconds after it came."""
    assert requests.settle(row=row, to=to, at=row.asked_at + timedelta(seconds=10))
    row.refresh_from_db()
    return row


def settled(
    job: Job, words: str = "Save the note", to: Settlement = PASSED, at: datetime = NOW
) -> RewardRequest:
    """An answered request for the reward of a run of its own."""
    return paid(asked(job, words, at), to)


def broken(job: Job, words: str = "Lost") -> RewardRequest:
    """A request that broke."""
    row = asked(job, words)
    assert requests.break_off(row=row, code="model_away", cause="no <answer>", at=NOW)
    row.refresh_from_db()
    return row
