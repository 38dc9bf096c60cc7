"""Places on a device as places in its recorded picture, which is often smaller than the device."""

from __future__ import annotations

import re
from dataclasses import dataclass

from themis.domain.action import Point, Space, SpaceKind
from themis.formats.pictures import Size

PX = Space(kind=SpaceKind.PX)
NORM1 = Space(kind=SpaceKind.NORM1)
NORM1000 = Space(kind=SpaceKind.NORM1000)
_PAIR = re.compile(r"\s*(-?\d{1,6}(?:\.\d{1,6})?)(%?)\s*,\s*(-?\d{1,6}(?:\.\d{1,6})?)(%?)\s*")


@dataclass(frozen=True, slots=True)
class Frame:
    """The sizes of the device and of the picture an action was decided on, where known."""

    device: Size | None = None
    picture: Size | None = None

    def at(self, x: float, y: float) -> Point | None:
        """A place in pixels of the device, in pixels of the picture.

        None where the two cannot be brought together: turned in between, or off the picture.
        """
        if self.picture is None:
            return Point(x=x, y=y)
        device = self.device or self.picture
        if (device.width > device.height) != (self.picture.width > self.picture.height):
            return None
        wide, high = self.picture.width / device.width, self.picture.height / device.height
        if not (0 <= x <= device.width and 0 <= y <= device.height):
            return None
        return Point(x=round(x * wide, 2), y=round(y * high, 2))

    def place(self, x: float | None, y: float | None, space: Space) -> Point | None:
        """A place in any space, in pixels of the picture.

        None where a number is missing, the place is off the screen, or a normalised one has no
        size it could refer to.
        """
        if x is None or y is None:
            return None
        if space.kind is SpaceKind.PX and space.width is None:
            return self.at(x, y)
        size = self.picture or self.device
        across, along = _extent(space)
        if size is None or across <= 0 or along <= 0 or not (0 <= x <= across and 0 <= y <= along):
            return None
        return Point(x=round(x / across * size.width, 2), y=round(y / along * size.height, 2))

    def read(self, pair: str) -> Point | None:
        """A place as Maestro writes it: "50%,15%" or "120,340"; None where it has no size."""
        match = _PAIR.fullmatch(pair)
        if match is None:
            return None
        x, y = float(match[1]), float(match[3])
        if not match[2] and not match[4]:
            return self.at(x, y)
        size = self.picture or self.device
        if size is None or not (match[2] and match[4]):
            return None
        return Point(x=round(size.width * x / 100, 2), y=round(size.height * y / 100, 2))


def _extent(space: Space) -> tuple[float, float]:
    """How far a space reaches, in its own numbers."""
    of_kind = {SpaceKind.NORM1: 1.0, SpaceKind.NORM1000: 1000.0}.get(space.kind, 0.0)
    return space.width or of_kind, space.height or of_kind
