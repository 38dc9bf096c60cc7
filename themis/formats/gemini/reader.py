"""Runs of Gemini with its computer-use tool, as contents of its API."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from themis.domain.action import Action, ActionType
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Platform, Step
from themis.formats.actions.gemini import read_call
from themis.formats.chat.conversation import (
    Conversation,
    read_conversation,
    tools_of,
)
from themis.formats.chat.recognise import GEMINI, logs_in, the_log
from themis.formats.chat.recording import recorded
from themis.formats.chat.turns import told
from themis.formats.contract import Recording
from themis.formats.fields import record, text
from themis.formats.frame import Frame
from themis.formats.gemini.contents import Contents, Turns, called


class Gemini:
    """Requests, responses or contents of the Gemini API, in JSON or JSON Lines."""

    name = GEMINI
    title = "Gemini computer use"
    marks = "a .json or .jsonl with calls of Gemini's functions for computers, such as click_at"

    def find(self, folder: Path, names: frozenset[str]) -> Iterator[Path]:
        """The folder, if it holds one log; each file, if it holds several."""
        return logs_in(folder, names, GEMINI)

    def read(self, source: Path) -> Recording:
        """One run, whole; raises UnreadableTrajectory with file, field and remedy."""
        path = the_log(source, GEMINI)
        dialect = Contents()
        conversation = read_conversation(path, dialect)
        turns = Turns(conversation)
        story = told(turns.turns, _read, conversation.pictures, path=path, last=turns.shown)
        platform = _platform(conversation, story.steps)
        return recorded(conversation, dialect, story, platform, GEMINI)


def _read(part: dict[str, Json], frame: Frame) -> tuple[Action, ...]:
    return (read_call(called(part), frame),)


def _platform(conversation: Conversation, steps: tuple[Step, ...]) -> Platform:
    """A browser where it was declared; what kind of phone or desktop it was is not said."""
    for tool in tools_of(conversation):
        declared = record(tool.get("computerUse") or tool.get("computer_use"))
        environment = text(declared.get("environment"))
        if environment:
            return Platform.WEB if environment.endswith("BROWSER") else Platform.UNKNOWN
    kinds = {action.type for step in steps for action in step.actions}
    return Platform.WEB if ActionType.NAVIGATE in kinds else Platform.UNKNOWN
