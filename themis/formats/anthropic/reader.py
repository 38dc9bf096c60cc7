"""Runs of Claude with its computer or browser tools, as the message log of the API."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from themis.domain.trajectory import Platform
from themis.formats.actions.claude import read_call
from themis.formats.actions.claude_pointing import Cursor
from themis.formats.anthropic.messages import Messages, turns_of
from themis.formats.chat.conversation import (
    Conversation,
    read_conversation,
    tools_of,
)
from themis.formats.chat.recognise import ANTHROPIC, logs_in, the_log
from themis.formats.chat.recording import declared_display, recorded
from themis.formats.chat.turns import told
from themis.formats.contract import Recording
from themis.formats.fields import number, text

_DECLARED = ("display_width_px", "display_height_px")


class Anthropic:
    """Requests, responses or messages of the Messages API, in JSON or JSON Lines."""

    name = ANTHROPIC
    title = "Claude computer use"
    marks = "a .json or .jsonl with tool_use blocks of the tool `computer` or of its toolsets"

    def find(self, folder: Path, names: frozenset[str]) -> Iterator[Path]:
        """The folder, if it holds one log; each file, if it holds several."""
        return logs_in(folder, names, ANTHROPIC)

    def read(self, source: Path) -> Recording:
        """One run, whole; raises UnreadableTrajectory with file, field and remedy."""
        path = the_log(source, ANTHROPIC)
        dialect = Messages()
        conversation = read_conversation(path, dialect)
        turns, after = turns_of(conversation)
        display = declared_display(conversation, *_DECLARED)  # the toolsets declare none
        read = partial(read_call, cursor=Cursor())
        pictures = conversation.pictures
        story = told(turns, read, pictures, display=display, path=path, last=after)
        return recorded(conversation, dialect, story, _platform(conversation), ANTHROPIC)


def _platform(conversation: Conversation) -> Platform:
    for tool in tools_of(conversation):
        if text(tool.get("type")).startswith("browser_toolset"):
            return Platform.WEB
        if number(tool.get("display_number")) is not None:
            return Platform.LINUX  # it numbers displays of X11
    return Platform.UNKNOWN
