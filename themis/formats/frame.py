"""Places on a device as places in its recorded picture, which is often smaller than the device."""

from __future__ import annotations

import re
from dataclasses import dataclass

from themis.domain.action import Point
from themis.formats.pictures import Size

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
