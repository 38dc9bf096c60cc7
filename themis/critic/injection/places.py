"""Every text that a run recorded, with whose words they are and where they stand."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from themis.domain.action import Action, ActionType
from themis.domain.evidence import InjectionSource
from themis.domain.trajectory import Step, Trajectory

_NO_WORDS = re.compile(r"[\W\d_]*|true|false|null|[\w$-]*[.:/][\w$.:/-]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A text and one place where it stands."""

    source: InjectionSource
    text: str
    step: int | None = None  # position in Trajectory.steps
    screen: int | None = None  # position in Trajectory.screens

    @property
    def is_agents(self) -> bool:
        """Whether the agent wrote it."""
        return self.source is InjectionSource.AGENT


def recorded(trajectory: Trajectory) -> Iterator[Recorded]:
    """All texts that a critic may read: the end first, then the steps from the last back."""
    last = len(trajectory.steps) - 1
    if trajectory.ending.answer:
        step = last if last >= 0 else None
        yield Recorded(source=InjectionSource.AGENT, text=trajectory.ending.answer, step=step)
    yield Recorded(source=InjectionSource.TASK, text=trajectory.instruction)
    for position in range(last, -1, -1):
        yield from _of_step(position, trajectory.steps[position])


def words_of_ui(tree: str) -> str:
    """What a UI tree says to a reader, each text on a line; empty where none is set in quotes."""
    lines = tree.replace('\\"', "'").splitlines()
    quoted = (words for line in lines for words in line.split('"')[1::2])
    told = (html.unescape(words) if "&" in words else words for words in quoted)
    return "\n".join(words for words in told if not _NO_WORDS.fullmatch(words))


def _of_step(position: int, step: Step) -> Iterator[Recorded]:
    for tree, screen in ((step.after_ui, step.after), (step.before_ui, step.before)):
        if tree:
            yield Recorded(source=InjectionSource.UI, text=tree, step=position, screen=screen)
    if step.error:
        yield Recorded(source=InjectionSource.ENVIRONMENT, text=step.error, step=position)
    for words in (step.thought, step.claim, step.actor):
        if words:
            yield Recorded(source=InjectionSource.AGENT, text=words, step=position)
    for action in step.actions:
        yield from _of_action(position, step, action)


def _of_action(position: int, step: Step, action: Action) -> Iterator[Recorded]:
    if action.text:
        yield Recorded(source=InjectionSource.AGENT, text=action.text, step=position)
    if action.element:  # what a page calls the thing that was acted on
        yield Recorded(
            source=InjectionSource.UI, text=action.element, step=position, screen=step.before
        )
    named = (action.name if action.type is ActionType.TOOL_CALL else "", action.status)
    for words in named:
        if words:
            yield Recorded(source=InjectionSource.AGENT, text=words, step=position)
