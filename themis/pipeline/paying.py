"""Asking for rewards: what is missing of a request is begun."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from themis.accounts.models import Team
from themis.domain.jsontypes import Json
from themis.pipeline import flow, hints
from themis.rewards import requests
from themis.rewards.models import Job, RewardRequest
from themis.rewards.policy import Policy
from themis.trajectories.models import Trajectory


def ask(
    *,
    team: Team,
    job: Job | None,
    policy: Policy | None,
    trajectory: Trajectory,
    meta: Mapping[str, Json],
    at: datetime,
) -> RewardRequest:
    """The one request of that kind; verdicts that it lacks are asked for."""
    terms = policy or (job.terms if job else Policy())
    wish = requests.Wish(team=team, job=job, policy=terms, trajectory=trajectory, meta=meta)
    row, is_begun = requests.open_request(wish=wish, at=at)
    for critic in terms.critics or ("",) if is_begun else ():
        hints.queue(flow.submit(trajectory=trajectory, critic=critic, at=at))
    return row
