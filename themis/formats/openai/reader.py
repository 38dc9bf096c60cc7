"""Runs of the computer tool of the Responses API of OpenAI."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from themis.domain.trajectory import Platform
from themis.formats.actions.claude_pointing import Cursor
from themis.formats.chat.conversation import (
    Conversation,
    read_conversation,
    tools_of,
)
from themis.formats.chat.recognise import OPENAI, logs_in, the_log
from themis.formats.chat.recording import declared_display, recorded
from themis.formats.chat.turns import told
from themis.formats.contract import Recording
from themis.formats.fields import text
from themis.formats.openai.items import Items
from themis.formats.openai.turns import Turns, read_call

_DECLARED = ("display_width", "display_height")  # by the tool's preview version
_PLATFORMS = {
    "browser": Platform.WEB,
    "mac": Platform.MACOS,
    "windows": Platform.WINDOWS,
    "linux": Platform.LINUX,
    "ubuntu": Platform.LINUX,
}


class OpenAi:
    """Requests, responses, items or chat messages, in JSON or JSON Lines."""

    name = OPENAI
    title = "OpenAI computer use"
    marks = "a .json or .jsonl with computer_call items, or calls of a function `computer`"

    def find(self, folder: Path, names: frozenset[str]) -> Iterator[Path]:
        """The folder, if it holds one log; each file, if it holds several."""
        return logs_in(folder, names, OPENAI)

    def read(self, source: Path) -> Recording:
        """One run, whole; raises UnreadableTrajectory with file, field and remedy."""
        path = the_log(source, OPENAI)
        return recording_of(read_conversation(path, Items()), format=OPENAI)


def recording_of(conversation: Conversation, *, format: str) -> Recording:  # noqa: A002
    """The run that a conversation in items tells."""
    turns = Turns(conversation)
    story = told(
        turns.turns,
        partial(read_call, cursor=Cursor()),
        conversation.pictures,
        path=conversation.path,
        display=declared_display(conversation, *_DECLARED),
        last=turns.shown,
    )
    return recorded(conversation, Items(), story, _platform(conversation), format)


def _platform(conversation: Conversation) -> Platform:
    named = (text(tool.get("environment")) for tool in tools_of(conversation))
    return next((_PLATFORMS[name] for name in named if name in _PLATFORMS), Platform.UNKNOWN)
