"""Dense feedback beside a reward, as the API tells it: steps are positions, from 0."""

from __future__ import annotations

from ninja import Field, Schema

from themis.domain import feedback as domain
from themis.domain.verdict import ErrorClass


class MilestoneFeedback(Schema):
    """One milestone of the last version."""

    id: str
    step: int = Field(description="from 0")
    goal: str = Field(description="the change of state that was looked for")
    achieved: bool | None = Field(description="null: what was recorded cannot tell")


class StepFeedback(Schema):
    """What was reached by the end of one step."""

    step: int = Field(description="from 0")
    progress: float = Field(description="0 to 1: the share of milestones achieved so far")
    gain: float = Field(description="what this step added; gains add up to the last progress")
    achieved: list[str] = Field(description="milestones that this step brought about")
    missed: list[str] = Field(description="milestones that it should have brought about")


class Feedback(Schema):
    """More than 0 and 1. It is told beside the reward and never changes it."""

    error_class: ErrorClass | None = Field(
        description="OSReward's taxonomy, where the critic named one"
    )
    first_failing_step: int | None = Field(
        description="from 0: the first that something speaks against; null unless it failed"
    )
    milestones: list[MilestoneFeedback]
    steps: list[StepFeedback] = Field(description="empty where the critic chose no milestone")


def told(found: domain.Feedback) -> Feedback:
    """The feedback as it is answered."""
    return Feedback(
        error_class=found.error_class,
        first_failing_step=found.first_failing_step,
        milestones=[
            MilestoneFeedback(id=each.id, step=each.step, goal=each.goal, achieved=each.achieved)
            for each in found.milestones
        ],
        steps=[
            StepFeedback(
                step=each.step,
                progress=each.progress,
                gain=each.gain,
                achieved=list(each.achieved),
                missed=list(each.missed),
            )
            for each in found.steps
        ],
    )
