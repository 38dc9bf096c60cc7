"""Plays a story on a surface and keeps every step of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

from PIL import Image

from demo.recorder.story import Beat, Story
from demo.recorder.surface import Look, Surface
from demo.recorder.tree import render
from themis.domain.action import Action, ActionType
from themis.domain.trajectory import Claim, Step


@dataclass(slots=True)
class Album:
    """The distinct screens of a take, in the order they were first seen."""

    images: list[Image.Image] = field(default_factory=list)
    _places: dict[str, int] = field(default_factory=dict)

    def add(self, image: Image.Image) -> int:
        """The position of this screen; equal screens share one."""
        place = self._places.setdefault(sha256(image.tobytes()).hexdigest(), len(self.images))
        if place == len(self.images):
            self.images.append(image)
        return place


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """What was recorded of one story."""

    steps: tuple[Step, ...]
    images: tuple[Image.Image, ...]


def perform(story: Story, surface: Surface) -> Take:
    """Play the whole script, then let the agent state its claim."""
    album = Album()
    look = surface.look(story.opens_on)
    steps: list[Step] = []
    for beat in story.script:
        actions, after = _act(beat, surface, look)
        steps.append(_step(beat.thought, actions, album, look, after))
        look = after
    steps.append(_step(story.thought, (_farewell(story),), album, look, look))
    return Take(steps=tuple(steps), images=tuple(album.images))


def _act(beat: Beat, surface: Surface, look: Look) -> tuple[tuple[Action, ...], Look]:
    actions = tuple(move(surface, look) for move in beat.moves)
    return actions, surface.look(beat.shows)


def _step(
    thought: str, actions: tuple[Action, ...], album: Album, before: Look, after: Look
) -> Step:
    return Step(
        thought=thought,
        actions=actions,
        before=album.add(before.image),
        after=album.add(after.image),
        before_ui=render(before.nodes),
        after_ui=render(after.nodes),
    )


def _farewell(story: Story) -> Action:
    status = "success" if story.claim is Claim.SUCCESS else "infeasible"
    return Action(type=ActionType.TERMINATE, status=status, text=story.answer)
