"""Where the mouse is and what is held while actions are read one after another."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

from themis.domain.action import Action, Point, Space
from themis.formats.frame import NORM1, PX, Frame

MODIFIERS = ("ctrl", "shift", "alt", "meta")
NOWHERE = Frame()


class Spot(NamedTuple):
    """A place in the source's own numbers: they stay, while the picture changes below them."""

    x: float
    y: float
    space: Space = PX


@dataclass(slots=True)
class Mouse:
    """What earlier actions left behind: a later click() without a place happens there."""

    spot: Spot | None = None
    held: tuple[str, ...] = ()  # modifiers that are down, by their one name
    frame: Frame = NOWHERE  # the screen the next action is decided on

    def go(self, x: float | None, y: float | None) -> None:
        """Move to a place; what is left out stays as it was, and is unknown if it was."""
        here = self.spot
        space = here.space if here and (x is None or y is None) else _told(x, y)
        x = here.x if x is None and here else x
        y = here.y if y is None and here else y
        self.spot = None if x is None or y is None else _spot(x, y, space)

    def shift(self, across: float, along: float) -> None:
        """Move by so much from where it is."""
        if self.spot is not None:
            x, y, space = self.spot
            self.spot = _spot(x + across, y + along, space)

    def place(self) -> Point | None:
        """Where it is, in pixels of the screen; None where that is unknown or off it."""
        return self.resolved(self.spot)

    def resolved(self, spot: Spot | None) -> Point | None:
        """A place in pixels of the screen."""
        return self.frame.place(spot.x, spot.y, spot.space) if spot is not None else None

    def here(self, action: Action) -> Action:
        """The action, done where the mouse is."""
        return replace(action, point=self.place(), space=self.written(), modifiers=self.held)

    def written(self) -> Space | None:
        """The space the place was written in, where it is not pixels of the screen."""
        return self.spot.space if self.spot is not None and self.spot.space != PX else None

    def press(self, key: str, *, down: bool) -> None:
        """A key goes down or up; only modifiers are kept."""
        others = tuple(held for held in self.held if held != key)
        self.held = (*others, key) if down and key in MODIFIERS else others


def _spot(x: float, y: float, space: Space) -> Spot | None:
    return Spot(float(x), float(y), space) if math.isfinite(x) and math.isfinite(y) else None


def _told(x: float | None, y: float | None) -> Space:
    """0 to 1 of the screen is written with a point; pixels that near the corner are whole."""
    within = all(number is not None and 0 <= number <= 1 for number in (x, y))
    return NORM1 if within and (isinstance(x, float) or isinstance(y, float)) else PX
