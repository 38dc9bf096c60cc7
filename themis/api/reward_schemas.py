"""What is answered to who asks for a reward, as OpenAPI tells it."""

from __future__ import annotations

from typing import Any, Literal

from ninja import Field, Schema

from themis.api.feedback import Feedback
from themis.api.schemas import Calibrated, Corrected, Instruction, Promise
from themis.domain.verdict import Outcome


class ByVerdict(Schema):
    """A verdict that an answer rests on."""

    critic: str
    critic_version: str
    model: str | None
    outcome: Outcome
    confidence: float
    verdict: int
    evidence: str = Field(description="address of the page that shows the evidence chain")


class Settled(Schema):
    """The one answer there is, until a person's ruling amends it."""

    id: str
    trajectory: str
    job: str | None
    status: Literal["final", "undecided"]
    outcome: Outcome
    reward: float | None = Field(description="null: leave the run out; never train on null as 0")
    mask: bool = Field(description="true where reward is null")
    source: Literal["verdict", "person", "policy", "deadline"] = Field(
        description="policy and deadline: a value that the policy gives to what nobody decided"
    )
    confidence: float | None = Field(description="of the one critic; null where several judge")
    verdicts: list[ByVerdict]
    injections: list[Instruction] = Field(default=[])
    ruled_by: str | None = Field(None, description="the person, where one ruled")
    promise: Promise | None = Field(None, description="of the policy's floor")
    calibrated: Calibrated | None = None
    corrected: Corrected | None = None
    feedback: Feedback | None = Field(None, description="where the policy is dense")
    step_rewards: list[float] | None = Field(
        None, description="where the policy is dense: what each step added, from 0"
    )
    version: int = Field(description="1; more when it was amended")
    amended: bool
    settled_at: str
    meta: dict[str, Any] = Field(description="as it was sent by who asked first")


class Running(Schema):
    """Not settled yet. Ask `url` again after Retry-After seconds, or wait for it."""

    id: str
    trajectory: str
    job: str | None
    status: Literal["running"]
    waits_for: Literal["judge", "people", "end of the run"]
    deadline_at: str | None
    url: str
    meta: dict[str, Any]


class Item(Schema):
    """One of a batch."""

    http: int = Field(description="the status it would have had alone")
    body: dict[str, Any] = Field(description="what it would have been answered")


class Batch(Schema):
    """A batch, answered in order."""

    items: list[Item]
