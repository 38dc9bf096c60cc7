"""What the API answers, as OpenAPI tells it."""

from __future__ import annotations

from typing import Literal

from ninja import Field, Schema

from themis.domain.verdict import Outcome


class Reward(Schema):
    """The reward of a trajectory's newest verdict."""

    trajectory: str
    outcome: Outcome
    reward: float | None = Field(
        description="1.0 passed, 0.0 failed, null undecided: never train on null"
    )
    confidence: float = Field(description="0 to 1: how sure the critic is of its outcome")
    critic: str
    critic_version: str
    model: str | None = Field(description="the model that was asked; null for a critic without one")
    verdict: int
    evidence: str = Field(description="address of the page that shows the evidence chain")


class Pending(Schema):
    """There is no verdict yet. Ask again after Retry-After seconds."""

    trajectory: str
    status: Literal["waiting", "running"]
    critic: str | None = Field(description="null: the default critic, chosen when it starts")
    evidence: str


class Problem(Schema):
    """Why there is no answer, and what to do about it."""

    code: str
    error: str
    evidence: str | None = None


class Submitted(Schema):
    """A trajectory that waits to be judged, or is being judged already."""

    trajectory: str
    run: int
    status: str
    reward: str = Field(description="where the reward will be")
