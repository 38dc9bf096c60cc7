"""The evidence chain: milestone, assignment goal, verification, objection, by round."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from themis.domain.action import Box


class Stance(StrEnum):
    """Which way a piece of evidence points."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"


class ObjectionKind(StrEnum):
    """What the Reviewer can find wrong with a round."""

    MISSING_MILESTONE = "missing_milestone"
    LENIENT_GOAL = "lenient_goal"
    UNCAUGHT_FAILURE = "uncaught_failure"
    CONTRADICTION = "contradiction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A part of a recorded screen."""

    screen: int  # position in Trajectory.screens
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A claim about the run and the places in the recording that bear on it."""

    claim: str
    stance: Stance
    found_by: str  # role, model or person
    steps: tuple[int, ...] = ()  # positions in Trajectory.steps
    screens: tuple[int, ...] = ()  # positions in Trajectory.screens
    regions: tuple[Region, ...] = ()
    quote: str | None = None  # the words read on the screen or in the UI tree


class InjectionSource(StrEnum):
    """Whose words they are."""

    SCREEN = "screen"  # read off a picture
    UI = "ui"  # a UI tree
    AGENT = "agent"  # a thought, a claim, a message or the final answer
    ENVIRONMENT = "environment"  # what an action was answered with
    TASK = "task"  # the instruction itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Injection:
    """Recorded words that try to instruct whoever judges the run. Reported, never followed."""

    source: InjectionSource
    quote: str
    found_by: str  # role or model
    steps: tuple[int, ...] = ()  # positions in Trajectory.steps
    screens: tuple[int, ...] = ()  # positions in Trajectory.screens


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A change that the task cannot do without, and the step that should bring it about."""

    id: str  # "m1", unique within its round
    step: int  # position in Trajectory.steps
    goal: str  # the assignment goal: the state change to look for
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Whether a milestone was reached. None: what was recorded cannot tell."""

    milestone: str
    achieved: bool | None
    feedback: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What the Reviewer holds against a round."""

    kind: ObjectionKind
    text: str
    milestone: str | None = None
    steps: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One version of the milestones with all that was found about them."""

    number: int  # from 1
    milestones: tuple[Milestone, ...] = ()
    verifications: tuple[Verification, ...] = ()
    objections: tuple[Objection, ...] = ()
    reviewed: bool = False  # False while the Reviewer has not spoken

    def verification_of(self, milestone: str) -> Verification | None:
        """The verification of one milestone; None while it is still to come."""
        return next((v for v in self.verifications if v.milestone == milestone), None)
