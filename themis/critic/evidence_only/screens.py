"""How much two pictures differ, and pictures made small; bounded whatever the bytes hold."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image

from themis.domain.errors import UnreadableScreen

MAX_BYTES = 32 * 1024 * 1024
MAX_PIXELS = 40_000_000
GRID = 192  # cells across and down: one digit of a counter fills several
STEP = 16  # of 255: less is compression noise
STILL = 0.004  # the share of changed cells that a cursor and a clock may make up
_BROKEN = (
    OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, struct.error, zlib.error,
    Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip


def grey(content: bytes, *, side: int) -> Image.Image:
    """A picture in greys, no larger than `side` pixels a side; raises UnreadableScreen."""
    if len(content) > MAX_BYTES:
        raise UnreadableScreen(f"a screen has more than {MAX_BYTES} bytes")
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise UnreadableScreen(f"a screen has more than {MAX_PIXELS} pixels")
            picture.draft("L", (side, side))
            small = picture.convert("L")
            small.thumbnail((side, side))
            return small
    except _BROKEN as error:
        raise UnreadableScreen(f"a screen does not decode: {error}") from error


def difference(one: bytes, other: bytes) -> float:
    """The share of a coarse grid's cells that changed, 0 to 1; raises UnreadableScreen."""
    if one == other:
        return 0.0
    first, second = (_cells(content) for content in (one, other))
    changed = sum(abs(a - b) > STEP for a, b in zip(first, second, strict=True))
    return changed / len(first)


def _cells(content: bytes) -> bytes:
    small = grey(content, side=GRID * 3)
    return small.resize((GRID, GRID), Image.Resampling.BOX).tobytes()
