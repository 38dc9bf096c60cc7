"""What the API takes and answers about queues of the review room."""

from __future__ import annotations

from typing import Any, Literal

from ninja import Field, Schema
from pydantic import AwareDatetime, ConfigDict

from themis.domain.verdict import Outcome
from themis.pipeline.plans import Plan, Source
from themis.reviews.models import ItemState, QueueState, Ruling
from themis.trajectories.models import Platform


class NewQueue(Schema):
    """A queue to be made: which runs, who decides, seeing what."""

    model_config = ConfigDict(extra="forbid", strict=False)

    name: str = Field(max_length=120)
    guidance: str = Field("", max_length=20_000)
    source: Source = Source.FILTER
    platform: Platform | Literal[""] = ""
    outcome: Outcome | Literal["", "unjudged", "broken"] = ""
    critic: str = Field("", max_length=40)
    label: Literal["", "passed", "failed", "none"] = ""
    text: str = Field("", max_length=500)
    app: str = Field("", max_length=80)
    confidence_below: float | None = None
    upload: str = Field("", max_length=12)
    limit: int = 0
    seed: int | None = None
    reviewers: int = 1
    overlap: int = 100
    is_blind: bool = True
    named: list[str] = Field(default_factory=list, max_length=200)
    priority: int = 0
    due_at: AwareDatetime | None = None
    gold_percent: int = 0

    def plan(self) -> Plan:
        """As the pipeline takes it."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return Plan(**(fields | {"named": tuple(self.named)}))


class QueueTold(Schema):
    """A queue, and how far it is."""

    queue: int
    name: str
    state: QueueState
    trouble: str | None = Field(description="why filling broke off")
    is_blind: bool
    is_named: bool
    reviewers: int
    overlap: int
    gold_percent: int
    priority: int
    due_at: str | None
    made_from: dict[str, Any]
    created_at: str
    closed_at: str | None
    n_items: int
    n_done: int = Field(description="items that are decided or settled")
    n_disputed: int
    n_decisions: int = Field(description="of n_wanted; gold items do not count")
    n_wanted: int
    url: str
    decisions: str = Field(description="where the decisions are")


class Pace(QueueTold):
    """With its pace, which one queue alone is told of."""

    n_held: int = Field(description="items that somebody has before them, or put off")
    per_hour: float | None = Field(description="decisions, by the last hour")
    ends_at: str | None = Field(description="at that pace")


class QueueList(Schema):
    """Queues, the most urgent first."""

    queues: list[QueueTold]


class DecisionTold(Schema):
    """What one person decided on one run. It never changes: another one takes its place."""

    decision: int
    queue: int
    item: int
    trajectory: str
    reviewer: str | None
    ruling: Ruling
    outcome: Outcome
    confidence: float | None
    error_class: str | None
    own_class: str | None
    failing_step: int | None = Field(description="position, from 0")
    is_current: bool = Field(description="false: the same person replaced it")
    is_final: bool = Field(description="an adjudicator's")
    gold: str | None = Field(description="the ruling known beforehand, of a gold item")
    item_state: ItemState
    item_ruling: str | None = Field(description="the final one, once there is one")
    verdict: int | None = Field(description="the machine's, as it stood")
    seconds: float = Field(description="the run was before the reviewer's eyes")
    at: str
    opinion: dict[str, Any] = Field(description="all that was said: see docs/review.md")


class DecisionList(Schema):
    """The decisions on one run, in the order they came."""

    decisions: list[DecisionTold]
