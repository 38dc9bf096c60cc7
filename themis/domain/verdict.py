"""What a critic concludes about one trajectory."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from themis.domain.evidence import Evidence, Round


class Outcome(StrEnum):
    """Whether the task was done. A run that broke has no outcome at all."""

    PASSED = "passed"
    FAILED = "failed"
    UNDECIDED = "undecided"

    @property
    def reward(self) -> float | None:
        """The number to train on: 1.0, 0.0, or None where nobody could decide."""
        return {Outcome.PASSED: 1.0, Outcome.FAILED: 0.0}.get(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The outcome, how sure the critic is of it (0 to 1), and the chain that led to it."""

    outcome: Outcome
    confidence: float
    reason: str
    rounds: tuple[Round, ...] = ()
    evidence: tuple[Evidence, ...] = ()  # what the Judge itself cites

    @property
    def reward(self) -> float | None:
        """The number to train on; None where the critic could not decide."""
        return self.outcome.reward
