"""More than 0 and 1: what a finding says of each milestone and each step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from themis.domain.evidence import ObjectionKind, Round, Stance
from themis.domain.verdict import ErrorClass, Finding, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneFeedback:
    """One milestone of the last version, and whether it was reached. None: cannot be told."""

    id: str
    step: int  # position in Trajectory.steps
    goal: str
    achieved: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFeedback:
    """What was reached by the end of one step.

    `progress` is the share of all milestones that were achieved at this step or before, and
    `gain` what this step added: the gains of a run add up to its progress.
    """

    step: int
    progress: float  # 0 to 1
    gain: float
    achieved: tuple[str, ...] = ()  # milestones that this step brought about
    missed: tuple[str, ...] = ()  # milestones that it should have


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """A finding, step by step. It never pays more than the finding: it is no reward of its own."""

    outcome: Outcome
    error_class: ErrorClass | None
    first_failing_step: int | None  # position; None unless failed, and where nothing tells it
    milestones: tuple[MilestoneFeedback, ...]
    steps: tuple[StepFeedback, ...]  # empty where the critic chose no milestone


def feedback(finding: Finding, n_steps: int) -> Feedback:
    """The feedback on a run of so many steps, from the last version of its milestones."""
    last = finding.rounds[-1] if finding.rounds else Round(number=1)
    milestones = tuple(
        MilestoneFeedback(
            id=each.id,
            step=min(max(each.step, 0), max(n_steps - 1, 0)),
            goal=each.goal,
            achieved=found.achieved if (found := last.verification_of(each.id)) else None,
        )
        for each in last.milestones
    )
    is_failed = finding.outcome is Outcome.FAILED
    failing = [step for step in _failing(finding, last, milestones) if 0 <= step < n_steps]
    return Feedback(
        outcome=finding.outcome,
        error_class=finding.error_class,
        first_failing_step=min(failing, default=None) if is_failed else None,
        milestones=milestones,
        steps=tuple(_steps(milestones, n_steps)) if milestones else (),
    )


def _steps(milestones: tuple[MilestoneFeedback, ...], n_steps: int) -> Iterator[StepFeedback]:
    reached = 0
    for step in range(n_steps):
        here = [each for each in milestones if each.step == step]
        achieved = tuple(each.id for each in here if each.achieved)
        reached += len(achieved)
        yield StepFeedback(
            step=step,
            progress=reached / len(milestones),
            gain=len(achieved) / len(milestones),
            achieved=achieved,
            missed=tuple(each.id for each in here if each.achieved is False),
        )


def _failing(
    finding: Finding, last: Round, milestones: tuple[MilestoneFeedback, ...]
) -> Iterator[int]:
    """Every step that something speaks against."""
    yield from (each.step for each in milestones if each.achieved is False)
    for cited in finding.evidence:
        if cited.stance is Stance.CONTRADICTS:
            yield from cited.steps
    for objection in last.objections:
        if objection.kind is ObjectionKind.UNCAUGHT_FAILURE:
            yield from objection.steps
