"""What a critic concludes about one trajectory."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from themis.domain.evidence import Evidence, Injection, Round


class Outcome(StrEnum):
    """Whether the task was done. A run that broke has no outcome at all."""

    PASSED = "passed"
    FAILED = "failed"
    UNDECIDED = "undecided"

    @property
    def reward(self) -> float | None:
        """The number to train on: 1.0, 0.0, or None where nobody could decide."""
        return {Outcome.PASSED: 1.0, Outcome.FAILED: 0.0}.get(self)


class ErrorClass(StrEnum):
    """What went wrong with a failed run, or what a stricter judge of a passed one stumbles over.

    The taxonomy of OSReward (arXiv 2607.28609).
    """

    TASK_INCOMPLETE = "task_incomplete"
    WRONG_ACTION = "wrong_action"
    ERROR_SUPPRESSED = "error_suppressed"
    STRICT_ON_PATH = "strict_on_path"
    STRICT_ON_DEVIATION = "strict_on_deviation"
    AMBIGUOUS = "ambiguous"

    @property
    def is_failure(self) -> bool:
        """Whether it belongs to a failed run; the others belong to a passed one."""
        return self in _FAILURES


_FAILURES = frozenset(
    {ErrorClass.TASK_INCOMPLETE, ErrorClass.WRONG_ACTION, ErrorClass.ERROR_SUPPRESSED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The outcome, how sure the critic is of it (0 to 1), and the chain that led to it."""

    outcome: Outcome
    confidence: float
    reason: str
    rounds: tuple[Round, ...] = ()
    evidence: tuple[Evidence, ...] = ()  # what the Judge itself cites
    error_class: ErrorClass | None = None  # None: nobody said
    injections: tuple[Injection, ...] = ()

    @property
    def reward(self) -> float | None:
        """The number to train on; None where the critic could not decide."""
        return self.outcome.reward
