"""What the API takes and answers about RL jobs."""

from __future__ import annotations

from typing import Any, Literal

from ninja import Field, Schema
from pydantic import ConfigDict, StrictBool, StrictFloat, StrictInt

from themis.rewards.jobs import Budget
from themis.rewards.policy import Policy


class BudgetGiven(Schema):
    """What a job may spend on models; null, or left out: no limit."""

    model_config = ConfigDict(extra="forbid")

    calls: StrictInt | None = None
    tokens: StrictInt | None = None
    money: StrictFloat | StrictInt | None = None  # as the models' prices are


class NewJob(Schema):
    """A job to be made."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=60, description="lower-case letters, digits, - and _")
    policy: dict[str, Any] = Field(default_factory=dict, description="see Policy in docs/jobs.md")
    weight: StrictInt = Field(1, description="its share where models are scarce")
    budget: BudgetGiven = BudgetGiven()

    @property
    def limits(self) -> Budget:
        """As the services take it."""
        return Budget(weight=self.weight, **self.budget.dict())


class ChangedJob(Schema):
    """What of a job is to be otherwise. What is left out stays; null in it is as by default."""

    model_config = ConfigDict(extra="forbid")

    policy: dict[str, Any] | None = Field(None, description="the fields that change")
    weight: StrictInt | None = None
    budget: dict[str, Any] | None = Field(None, description="the limits that change")
    ended: StrictBool | None = Field(None, description="true: take no request any more")


class Spending(Schema):
    """Calls of models, tokens, and money; of a limit null where there is none."""

    calls: int | None
    tokens: int | None
    money: float | None


class RequestCounts(Schema):
    """A job's requests by status. Open ones are counted up to 10,000."""

    running: int
    review: int
    final: int
    undecided: int
    broken: int


class JobTold(Schema):
    """A job, its policy, and how far its requests are."""

    job: int
    name: str
    state: Literal["open", "ended"]
    policy: Policy
    says: str = Field(description="the policy in words")
    weight: int
    budget: Spending
    spent: Spending
    overspent: Literal["calls", "tokens", "money"] | None = Field(
        description="what of the budget is spent: nothing more is judged until it is raised"
    )
    requests: RequestCounts
    events: int = Field(description="the number of the newest event of its stream")
    created_at: str
    ended_at: str | None
    url: str


class JobList(Schema):
    """Jobs: those that take requests first, the newest first."""

    jobs: list[JobTold]
