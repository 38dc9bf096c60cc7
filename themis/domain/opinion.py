"""What a person decides about one run: the outcome, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from themis.domain.evidence import Region
from themis.domain.verdict import ErrorClass, Outcome


class Ruling(StrEnum):
    """What people can say of a run. The last three are all undecided, for different reasons."""

    PASSED = "passed"
    FAILED = "failed"
    UNDECIDED = "undecided"  # what was recorded cannot tell
    NOT_EXECUTABLE = "not_executable"  # nobody could have done the task
    UNUSABLE = "unusable"  # the recording is spoiled

    @property
    def outcome(self) -> Outcome:
        """The outcome that it stands for."""
        decided = {Ruling.PASSED: Outcome.PASSED, Ruling.FAILED: Outcome.FAILED}
        return decided.get(self, Outcome.UNDECIDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words of the recording, or of an exchange with a critic's model, that matter."""

    text: str
    step: int | None = None  # position in Trajectory.steps, where it is the agent's turn
    turn: str | None = None  # key of a critic's turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person says of one milestone.

    A milestone of the machine's is named by its id in the verdict's last round; one that the person
    added is called "own-1", "own-2", ... and carries its goal and step itself. Whether the person
    agrees with the machine is not kept: it follows from both answers.
    """

    milestone: str
    achieved: bool | None = None  # None: cannot be told, or not answered yet
    goal: str = ""  # of an own one
    step: int | None = None  # of an own one; position in Trajectory.steps
    is_removed: bool = False  # the task can do without it
    regions: tuple[Region, ...] = ()  # where it is seen
    quotes: tuple[Quote, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """All that a person says of one run. While it is a draft, `ruling` may be None."""

    ruling: Ruling | None = None
    confidence: float | None = None  # 0 to 1
    error_class: ErrorClass | None = None
    own_class: str = ""  # where none of the six fits
    failing_step: int | None = None  # the first that went wrong; position in Trajectory.steps
    text: str = ""
    answers: tuple[Answer, ...] = ()
    regions: tuple[Region, ...] = ()  # what proves the ruling itself
    quotes: tuple[Quote, ...] = ()
