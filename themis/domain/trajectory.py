"""A trajectory: what was asked, what the agent saw, thought and did, and what it claims."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from themis.domain.action import Action
from themis.domain.jsontypes import Json


class Platform(StrEnum):
    """Where the agent worked."""

    WEB = "web"
    LINUX = "linux"
    WINDOWS = "windows"
    MACOS = "macos"
    ANDROID = "android"
    IOS = "ios"
    UNKNOWN = "unknown"


class Label(StrEnum):
    """What a person or a program knows of the task's success, where somebody does."""

    PASSED = "passed"
    FAILED = "failed"


class Claim(StrEnum):
    """How the agent says it ended. A claim is context, never evidence."""

    SUCCESS = "success"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One recorded picture of the screen. Equal pictures share a digest."""

    digest: str  # sha256 of the file's bytes, 64 hex digits
    width: int  # pixels
    height: int  # pixels
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One turn of the agent: its thought, its actions, the screen before and after.

    `before` and `after` are positions in `Trajectory.screens`; `before_ui` and `after_ui` are
    the UI tree as text, in the source's own notation.
    """

    thought: str = ""
    actions: tuple[Action, ...] = ()
    before: int | None = None
    after: int | None = None
    before_ui: str | None = None
    after_ui: str | None = None
    claim: str | None = None  # words of the agent about its own success
    error: str | None = None  # what the environment answered when an action failed
    actor: str | None = None  # which agent or device, where there are several
    number: int | None = None  # the source's own, where it does not count from 1 without gaps
    started_at: str | None = None  # as the source writes it, ISO 8601 where it can be told
    ended_at: str | None = None
    raw: Json = None  # what the source says beside all this, without loss


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How the run stopped, in the agent's words. Empty: it was cut off or ran out of steps."""

    claim: Claim | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trajectory:
    """One run of an agent on one task, in the order it happened."""

    instruction: str
    platform: Platform
    steps: tuple[Step, ...]
    screens: tuple[Screen, ...] = ()
    label: Label | None = None
    ending: Ending = Ending()
    format: str = ""
    warnings: tuple[str, ...] = ()
    meta: Json = None  # what the source says beside the run: model, task id, device

    @property
    def n_actions(self) -> int:
        """How many actions all steps hold together."""
        return sum(len(step.actions) for step in self.steps)
