"""Marks around recorded text, so that no recording can pass for a word of the court."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from themis.domain.trajectory import Step, Trajectory
from themis.domain.wire import clean

MARK_CHARS = 24


@dataclass(frozen=True, slots=True)
class Fence:
    """Wraps text between two lines that carry a mark which the text itself cannot hold."""

    mark: str

    def wrap(self, title: str, text: str) -> str:
        """The text between its marks; wherever it holds the mark itself, the mark is taken out."""
        body = clean(text).replace(self.mark, "[mark removed]")
        return f"<<<{title} {self.mark}>>>\n{body}\n<<<end of {title} {self.mark}>>>"


def fence_of(trajectory: Trajectory) -> Fence:
    """The fence of one case: the same at every run, and unknown to whoever wrote the content.

    Neither the label nor what else is known about the run goes in: a corrected label must not
    make a recorded deliberation unusable.
    """
    content = hashlib.sha256()
    for text in _texts(trajectory):
        raw = text.encode("utf-8", "surrogatepass")
        content.update(len(raw).to_bytes(8, "big") + raw)
    return Fence(content.hexdigest()[:MARK_CHARS])


def _texts(trajectory: Trajectory) -> Iterator[str]:
    yield trajectory.instruction
    yield trajectory.ending.answer or ""
    for screen in trajectory.screens:
        yield screen.digest
    for step in trajectory.steps:
        yield from _texts_of_step(step)


def _texts_of_step(step: Step) -> Iterator[str]:
    yield step.thought
    for text in (step.before_ui, step.after_ui, step.claim, step.error):
        yield text or ""
    for action in step.actions:
        yield action.text or action.element or action.name
