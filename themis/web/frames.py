"""A run's steps as the page shows them: numbers from 1, pictures, marks, words."""

from __future__ import annotations

from dataclasses import dataclass

from themis.domain.action import ActionType
from themis.domain.trajectory import Screen, Step, Trajectory
from themis.web.marks import Drawing, draw
from themis.web.wording import clip, say

THOUGHT = 280  # characters of a thought in the list; the whole is fetched with its step


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One recorded screen with its position."""

    position: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One action in a line."""

    type: ActionType
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One step."""

    number: int  # from 1
    before: Shot | None
    after: Shot | None
    drawing: Drawing
    deeds: tuple[Deed, ...]
    chips: tuple[Deed, ...]
    thought: str
    claim: str
    error: str
    actor: str
    has_tree: bool

    @property
    def picture(self) -> Shot | None:
        """The one that stands for the step in the filmstrip."""
        return self.before or self.after


def frames(recording: Trajectory) -> list[Frame]:
    """Every step, in order."""
    return [_frame(recording, number, step) for number, step in enumerate(recording.steps, 1)]


def _frame(recording: Trajectory, number: int, step: Step) -> Frame:
    before = _at(recording, step.before)
    drawing = draw(step.actions, before)
    return Frame(
        number=number,
        before=_shot(before, step.before),
        after=_shot(_at(recording, step.after), step.after),
        drawing=drawing,
        deeds=tuple(Deed(type=action.type, words=say(action)) for action in step.actions),
        chips=tuple(Deed(type=action.type, words=say(action)) for action in drawing.chips),
        thought=clip(step.thought, THOUGHT),
        claim=clip(step.claim or "", THOUGHT),
        error=clip(step.error or "", THOUGHT),
        actor=clip(step.actor or "", 40),
        has_tree=bool(step.before_ui or step.after_ui),
    )


def _at(recording: Trajectory, position: int | None) -> Screen | None:
    if position is None or not 0 <= position < len(recording.screens):
        return None
    return recording.screens[position]


def _shot(screen: Screen | None, position: int | None) -> Shot | None:
    if screen is None or position is None:
        return None
    return Shot(position=position, width=screen.width, height=screen.height)
