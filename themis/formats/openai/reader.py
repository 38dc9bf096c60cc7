"""Runs of the computer tool of the Responses API of OpenAI."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from themis.domain.trajectory import Platform, Trajectory
from themis.formats.actions.claude_pointing import Cursor
from themis.formats.chat.conversation import (
    Conversation,
    instruction_of,
    meta_of,
    read_conversation,
    tools_of,
)
from themis.formats.chat.recognise import OPENAI, logs_in, the_log
from themis.formats.chat.turns import told
from themis.formats.contract import Recording
from themis.formats.fields import number, text
from themis.formats.openai.items import Items
from themis.formats.openai.turns import Turns, read_call
from themis.formats.pictures import Size

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
    pictures = conversation.pictures
    story = told(
        turns.turns,
        partial(read_call, cursor=Cursor()),
        pictures,
        path=conversation.path,
        display=_display(conversation),
        last=turns.shown,
    )
    trajectory = Trajectory(
        instruction=instruction_of(conversation, Items()),
        platform=_platform(conversation),
        steps=story.steps,
        ending=story.ending,
        format=format,
        meta=meta_of(conversation, story.rest),
        warnings=tuple(pictures.warnings),
    )
    return Recording(trajectory=trajectory, pictures=pictures.album.pictures)


def _display(conversation: Conversation) -> Size | None:
    """The display as it was declared to the model, by the tool's preview version."""
    for tool in tools_of(conversation):
        wide, high = number(tool.get("display_width")), number(tool.get("display_height"))
        if wide and high and wide >= 1 and high >= 1:
            return Size(int(wide), int(high))
    return None


def _platform(conversation: Conversation) -> Platform:
    named = (text(tool.get("environment")) for tool in tools_of(conversation))
    return next((_PLATFORMS[name] for name in named if name in _PLATFORMS), Platform.UNKNOWN)
