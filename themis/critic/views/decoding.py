"""Recorded screens as pixels: one at a time, bounded whatever the bytes hold."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image

from themis.critic.contract import Case
from themis.domain.errors import CriticFailed

MAX_BYTES = 32 * 2**20
MAX_PIXELS = 40_000_000  # an 8K screen has 33 million
PNG, JPEG = "image/png", "image/jpeg"
BROKEN = (
    OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, OverflowError,
    struct.error, zlib.error, Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip


def content_of(case: Case, position: int) -> bytes:
    """The file of a screen; raises CriticFailed where it cannot be read."""
    where = f"screen {position + 1}"
    try:
        content = case.read_screen(case.trajectory.screens[position])
    except OSError as error:
        raise CriticFailed(f"{where} cannot be read from the store: {error}") from error
    if len(content) > MAX_BYTES:
        raise CriticFailed(f"{where} is larger than {MAX_BYTES} bytes")
    return content


def decoded(case: Case, position: int) -> Image.Image:
    """The pixels of a screen; raises CriticFailed where there are none to be had."""
    content = content_of(case, position)
    where = f"screen {position + 1}"
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise CriticFailed(f"{where} has more than {MAX_PIXELS} pixels")
            return _opaque(picture)
    except BROKEN as error:
        raise CriticFailed(
            f"{where} does not decode ({error}): bring the recording in anew, or repair the file"
        ) from error


def encoded(picture: Image.Image, media_type: str) -> bytes:
    """A picture as a file: the same pixels, the same bytes. JPEG is for copies made smaller."""
    out = io.BytesIO()
    if media_type == JPEG:
        picture.save(out, "JPEG", quality=90, subsampling=0)
    else:
        picture.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _opaque(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    clear = picture.convert("RGBA")
    alpha = clear.getchannel("A")
    if alpha.getextrema() == (255, 255):
        return clear.convert("RGB")
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(clear, mask=alpha)
    return ground
