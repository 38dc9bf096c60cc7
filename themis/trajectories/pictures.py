"""Pictures from outside: decoded and measured before anything of them is kept."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from themis.domain.errors import UnreadableScreen
from themis.domain.trajectory import Screen
from themis.formats.contract import Picture
from themis.trajectories import blobs

MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
MAX_BYTES = 32 * 2**20
MAX_PIXELS = 40_000_000  # an 8K screen has 33 million
THUMBNAIL = (320, 320)  # pixels, for the filmstrip
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    OverflowError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A picture that decoded, and its thumbnail (WebP)."""

    picture: Picture
    screen: Screen
    thumbnail: bytes


def check(picture: Picture) -> Checked:
    """Decode one picture; raises UnreadableScreen with its name and what to do."""
    content = content_of(picture)
    try:
        with Image.open(io.BytesIO(content), formats=tuple(MEDIA_TYPES)) as image:
            _measure(picture, image)
            image.load()
            return Checked(
                picture=picture,
                screen=Screen(
                    digest=blobs.digest_of(content),
                    width=image.width,
                    height=image.height,
                    media_type=MEDIA_TYPES[str(image.format)],
                ),
                thumbnail=_thumbnail(image),
            )
    except UnreadableScreen:
        raise
    except BROKEN as error:
        raise UnreadableScreen(f"{picture.name}: {_why(content, error)}") from None


def content_of(picture: Picture) -> bytes:
    """The bytes of a picture; raises UnreadableScreen if they are gone or too many."""
    try:
        content = picture.read(MAX_BYTES)
    except OSError as error:
        raise UnreadableScreen(f"{picture.name}: cannot be read ({error.strerror})") from None
    if len(content) > MAX_BYTES:
        raise UnreadableScreen(
            f"{picture.name}: over {MAX_BYTES // 2**20} MB; export smaller screenshots"
        )
    return content


def _measure(picture: Picture, image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise UnreadableScreen(
            f"{picture.name}: {image.width}x{image.height} pixels; at most {MAX_PIXELS:,} are taken"
        )


def _thumbnail(image: Image.Image) -> bytes:
    small = image.convert("RGB")
    small.thumbnail(THUMBNAIL, Image.Resampling.BILINEAR, reducing_gap=2.0)
    out = io.BytesIO()
    small.save(out, "WEBP", quality=70, method=2)
    return out.getvalue()


def _why(content: bytes, error: Exception) -> str:
    if not content:
        return "is empty; export it again"
    if content.startswith(b"version https://git-lfs"):
        return "is a Git-LFS pointer, not a picture; run `git lfs pull` where it comes from"
    if isinstance(error, UnidentifiedImageError):
        return "is not a whole PNG, JPEG or WebP picture, whatever its name says; export it again"
    return f"is not a whole PNG, JPEG or WebP picture ({str(error)[:120]}); export it again"
