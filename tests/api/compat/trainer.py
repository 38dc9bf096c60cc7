"""What an RL framework's client sends, and rewards that are settled, awaited or broken."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from django.http import HttpResponse
from django.test import Client

from tests import stories
from themis.accounts import services as accounts
from themis.accounts.models import Team
from themis.domain.jsontypes import Json
from themis.domain.references import reference_to
from themis.rewards import jobs, requests
from themis.rewards.models import Job, RewardRequest
from themis.rewards.policy import Policy
from themis.rewards.requests import Settlement, Wish
from themis.trajectories.models import Trajectory

WAITS = "Themis-Wait"


@dataclass
class Trainer:
    """A client of one team; a 500 is an answer to assert on."""

    team: Team

    def __post_init__(self) -> None:
        self.client = Client(raise_request_exception=False)
        self.key = accounts.issue_key(team=self.team, name="rl", by=None, at=stories.NOW)[1]

    def belongs_to(self, job: Job) -> Trainer:
        """Send a key of that job from now on."""
        made, self.key = accounts.issue_key(team=self.team, name="job", by=None, at=stories.NOW)
        jobs.bind(key=made, job=job)
        return self

    def post(self, path: str, body: object, **headers: str) -> HttpResponse:
        return self.call("POST", path, body, **headers)

    def call(self, method: str, path: str, body: object, **headers: str) -> HttpResponse:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = headers or {"Authorization": f"Bearer {self.key}"}
        return self.client.generic(  # type: ignore[return-value]
            method, path, content, content_type="application/json", headers=given
        )


def told(response: HttpResponse, status: int = 200) -> Any:  # noqa: ANN401  any JSON
    """What was answered, with the status that is expected."""
    assert response.status_code == status, response.content
    return json.loads(response.content)


class Rewards:
    """Requests of a team for runs of its own, as they stand."""

    at: ClassVar = stories.NOW

    def __init__(self, team: Team) -> None:
        self.team = team
        self.n_runs = 0

    def job(self, name: str = "browse-7b", **policy: Any) -> Job:  # noqa: ANN401  of any field
        return jobs.make(
            team=self.team,
            name=name,
            policy=Policy(**policy),
            budget=jobs.Budget(),
            by=None,
            at=self.at,
        )

    def run(self) -> Trajectory:
        """A run that nobody has asked for."""
        self.n_runs += 1
        return stories.stored(self.team, instruction=f"Task {self.n_runs}")

    def awaited(self, job: Job | None = None) -> RewardRequest:
        """One whose judge is at work."""
        wish = Wish(
            team=self.team,
            job=job,
            policy=job.terms if job else Policy(),
            trajectory=self.run(),
            meta={},
        )
        row, _ = requests.open_request(wish=wish, at=self.at)
        return row

    def settled(
        self, outcome: str = "passed", reward: float | None = 1.0, job: Job | None = None
    ) -> RewardRequest:
        """One with its answer."""
        return self.settle(self.awaited(job), outcome, reward)

    def settle(
        self, row: RewardRequest, outcome: str = "passed", reward: float | None = 1.0
    ) -> RewardRequest:
        verdict: Json = {"critic": "themis", "outcome": outcome, "evidence": "http://x/evidence"}
        told: dict[str, Json] = {"confidence": 0.8, "verdicts": [verdict]}
        to = Settlement(outcome=outcome, reward=reward, source="verdict", told=told)
        assert requests.settle(row=row, to=to, at=self.at + timedelta(seconds=9))
        row.refresh_from_db()
        return row

    def undecided(self) -> RewardRequest:
        return self.settled("undecided", None)

    def broken(self, code: str = "judging_broke") -> RewardRequest:
        row = self.awaited()
        at = self.at + timedelta(seconds=9)
        assert requests.break_off(row=row, code=code, cause="the model is away", at=at)
        row.refresh_from_db()
        return row


def ref(row: RewardRequest) -> str:
    """What a data set says of the run."""
    return reference_to(row.trajectory_id)
