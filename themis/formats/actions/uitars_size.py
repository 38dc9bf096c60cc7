"""The size to which UI-TARS 1.5 has a picture resized before it looks at it."""

from __future__ import annotations

import math

from themis.formats.pictures import Size

FACTOR = 28  # both sides are multiples of it
MIN_PIXELS = 100 * FACTOR**2
MAX_PIXELS = 16384 * FACTOR**2
_MAX_RATIO = 200


def smart_resize(size: Size, least: int = MIN_PIXELS, most: int = MAX_PIXELS) -> Size | None:
    """The resized picture's size; None for a strip too narrow to be read."""
    if max(size) > _MAX_RATIO * min(size):
        return None
    wide, high = (max(FACTOR, round(side / FACTOR) * FACTOR) for side in size)
    if wide * high > most:
        shrink = math.sqrt(size.width * size.height / most)
        wide, high = (math.floor(side / shrink / FACTOR) * FACTOR for side in size)
    elif wide * high < least:
        grow = math.sqrt(least / (size.width * size.height))
        wide, high = (math.ceil(side * grow / FACTOR) * FACTOR for side in size)
    return Size(wide, high) if wide and high else None
