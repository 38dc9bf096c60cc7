"""What an RL job may train on, read off the verdicts."""

from __future__ import annotations

from dataclasses import dataclass

from themis.domain.evidence import Injection
from themis.trajectories.models import Trajectory
from themis.verdicts import queries as verdicts


@dataclass(frozen=True, slots=True, kw_only=True)
class Reward:
    """One trajectory's reward; None where the critic could not decide."""

    trajectory: str
    outcome: str
    reward: float | None
    confidence: float
    critic: str
    critic_version: str
    model: str
    verdict: int
    injections: tuple[Injection, ...]  # words in the run that address whoever judges it


def newest(trajectory: Trajectory, critic: str = "") -> Reward | None:
    """The reward of the last verdict given, by any critic or by one; None without a verdict."""
    verdict = verdicts.newest(trajectory, critic, with_chain=False)
    if verdict is None or verdict.confidence is None:
        return None
    return Reward(
        trajectory=trajectory.pk,
        outcome=verdict.outcome,
        reward=verdict.reward,
        confidence=verdict.confidence,
        critic=verdict.critic,
        critic_version=verdict.critic_version,
        model=verdict.model,
        verdict=verdict.pk,
        injections=verdicts.injections(verdict),
    )
