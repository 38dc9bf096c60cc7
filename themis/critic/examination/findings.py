"""Findings that several critics come to, and the pieces of their chains."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from themis.critic.examination.frames import Frame
from themis.domain.evidence import Milestone, Stance
from themis.domain.trajectory import Trajectory
from themis.domain.verdict import Finding, Outcome

UNSURE = 0.5


def nothing_to_see(trajectory: Trajectory) -> Finding:
    """What a critic that judges by screens finds where the run has none. Nobody is asked."""
    missing = "no screen" if not trajectory.screens else "no screen of any step"
    return Finding(
        outcome=Outcome.UNDECIDED,
        confidence=UNSURE,
        reason=f"There is {missing} in the recording; this critic believes only what screens show.",
    )


def at_the_end(trajectory: Trajectory, *, goal: str, why: str, number: int = 1) -> Milestone:
    """A demand that the end of the run has to meet."""
    step = max(len(trajectory.steps) - 1, 0)
    return Milestone(id=f"m{number}", step=step, goal=goal, why=why)


def stance(speaks_for: bool) -> Stance:
    """Which way an answer points."""
    return Stance.SUPPORTS if speaks_for else Stance.CONTRADICTS


def confidence_in(outcome: Outcome, own: float, chances: Mapping[str, float] | None) -> float:
    """How likely the outcome was to the model, where it offers that; else what it says itself."""
    chance = (chances or {}).get(outcome.value, own)
    return min(max(chance, 0.0), 1.0) if math.isfinite(chance) else own


def outcome_of(is_done: bool) -> Outcome:
    """The outcome of a critic that knows only done and not done."""
    return Outcome.PASSED if is_done else Outcome.FAILED


def positions(frames: Iterable[Frame]) -> tuple[int, ...]:
    """Where the frames stand in Trajectory.screens, each once."""
    return tuple(dict.fromkeys(frame.position for frame in frames))
