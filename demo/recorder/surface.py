"""What a script can drive and see, be it a browser page or a desktop."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PIL import Image

from demo.recorder.errors import RecordingFailed
from demo.recorder.tree import Node, Target, matching
from themis.domain.action import Direction, Point

PATIENCE = 20.0  # seconds until a screen that never settles is an error


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One screen and its UI tree, taken while nothing moved."""

    image: Image.Image
    nodes: tuple[Node, ...]

    def same_as(self, other: Look) -> bool:
        """Whether neither the picture nor the tree differs."""
        return self.nodes == other.nodes and self.image.tobytes() == other.image.tobytes()


class Surface(Protocol):
    """Hands and eyes of the scripted agent. Points are pixels of the screen."""

    def look(self, shows: Target | None = None) -> Look:
        """The screen once it has settled and `shows` is on it."""
        ...

    def click(self, at: Point, *, count: int, button: str) -> None: ...

    def type(self, text: str) -> None: ...

    def press(self, keys: tuple[str, ...]) -> None: ...

    def drag(self, path: tuple[Point, ...]) -> None: ...

    def scroll(self, at: Point, direction: Direction) -> None: ...

    def choose(self, target: Target, option: str) -> None:
        """Pick an option of a native list that no picture of the page can show open."""
        ...


def settled(glance: Callable[[], Look | None], shows: Target | None) -> Look:
    """The first look that equals the one before it; a glance is None while work is under way."""
    deadline = time.monotonic() + PATIENCE
    last: Look | None = None
    while time.monotonic() < deadline:
        now = glance()
        if now and last and now.same_as(last) and (not shows or matching(now.nodes, shows)):
            return now
        last = now
    raise RecordingFailed(f"the screen did not settle{f' on {shows}' if shows else ''}")
