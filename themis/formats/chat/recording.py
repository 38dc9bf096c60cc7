"""What the readers of chat logs end with: one conversation, told as steps, as a recording."""

from __future__ import annotations

from themis.domain.trajectory import Platform, Trajectory
from themis.formats.chat.conversation import (
    Conversation,
    Dialect,
    instruction_of,
    meta_of,
    tools_of,
)
from themis.formats.chat.turns import Told
from themis.formats.contract import Recording
from themis.formats.fields import number
from themis.formats.pictures import Size


def recorded(
    conversation: Conversation, dialect: Dialect, story: Told, platform: Platform, name: str
) -> Recording:
    """The run of a conversation; UnreadableTrajectory where nobody asked for it."""
    pictures = conversation.pictures
    trajectory = Trajectory(
        instruction=instruction_of(conversation, dialect),
        platform=platform,
        steps=story.steps,
        ending=story.ending,
        format=name,
        meta=meta_of(conversation, story.rest),
        warnings=tuple(pictures.warnings),
    )
    return Recording(trajectory=trajectory, pictures=pictures.album.pictures)


def declared_display(conversation: Conversation, across: str, along: str) -> Size | None:
    """The display as a tool declared it to the model under these names; None where none did."""
    for tool in tools_of(conversation):
        wide, high = number(tool.get(across)), number(tool.get(along))
        if wide and high and wide >= 1 and high >= 1:
            return Size(int(wide), int(high))
    return None
