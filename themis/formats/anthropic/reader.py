"""Runs of Claude with its computer or browser tools, as the message log of the API."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from themis.domain.trajectory import Platform, Trajectory
from themis.formats.actions.claude import read_call
from themis.formats.actions.claude_pointing import Cursor
from themis.formats.anthropic.messages import Messages, turns_of
from themis.formats.chat.conversation import (
    Conversation,
    instruction_of,
    meta_of,
    read_conversation,
    tools_of,
)
from themis.formats.chat.recognise import ANTHROPIC, logs_in, the_log
from themis.formats.chat.turns import told
from themis.formats.contract import Recording
from themis.formats.fields import number, text
from themis.formats.pictures import Size


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
        pictures = conversation.pictures
        read = partial(read_call, cursor=Cursor())
        story = told(turns, read, pictures, display=_display(conversation), path=path, last=after)
        trajectory = Trajectory(
            instruction=instruction_of(conversation, dialect),
            platform=_platform(conversation),
            steps=story.steps,
            ending=story.ending,
            format=ANTHROPIC,
            meta=meta_of(conversation, story.rest),
            warnings=tuple(pictures.warnings),
        )
        return Recording(trajectory=trajectory, pictures=pictures.album.pictures)


def _display(conversation: Conversation) -> Size | None:
    """The display as it was declared to the model; the toolsets declare none."""
    for tool in tools_of(conversation):
        wide, high = number(tool.get("display_width_px")), number(tool.get("display_height_px"))
        if wide and high and wide >= 1 and high >= 1:
            return Size(int(wide), int(high))
    return None


def _platform(conversation: Conversation) -> Platform:
    for tool in tools_of(conversation):
        if text(tool.get("type")).startswith("browser_toolset"):
            return Platform.WEB
        if number(tool.get("display_number")) is not None:
            return Platform.LINUX  # it numbers displays of X11
    return Platform.UNKNOWN
