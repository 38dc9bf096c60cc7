"""Pictures from outside: decoded and measured before anything of them is kept."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from themis.domain.errors import UnreadableScreen
from themis.domain.trajectory import Screen
from themis.formats.contract import Picture
from themis.trajectories import blobs, labour

MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
MAX_BYTES = 32 * 2**20
MAX_PIXELS = 40_000_000  # an 8K screen has 33 million
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    OverflowError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The bytes of a picture that decoded, and what it is."""

    content: bytes
    screen: Screen


def check(picture: Picture, *, is_kept: Callable[[str], bool] = lambda _: False) -> Checked:
    """Decode one picture; raises UnreadableScreen with its name, the cause and what to do.

    Of one that `is_kept` under its digest only the header is read: it was decoded before.
    """
    content = content_of(picture)
    digest = blobs.digest_of(content)
    if labour.is_crowded(content):
        raise UnreadableScreen(
            f"{picture.name}: in over {labour.MAX_PARTS:,} parts; export it again as a plain PNG"
        )
    try:
        with Image.open(io.BytesIO(content), formats=tuple(MEDIA_TYPES)) as image:
            _measure(picture, image, content)
            if not is_kept(digest):
                image.load()
            return Checked(
                content=content,
                screen=Screen(
                    digest=digest,
                    width=image.width,
                    height=image.height,
                    media_type=MEDIA_TYPES[str(image.format)],
                ),
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
        raise UnreadableScreen(
            f"{picture.name}: cannot be read ({error.strerror}); check the file"
        ) from None
    if len(content) > MAX_BYTES:
        raise UnreadableScreen(
            f"{picture.name}: over {MAX_BYTES // 2**20} MB; export smaller screenshots"
        )
    return content


def media_type_of(head: bytes) -> str | None:
    """What a checked picture's first 16 bytes say it is."""
    if head.startswith(b"\x89PNG"):
        return MEDIA_TYPES["PNG"]
    if head.startswith(b"\xff\xd8"):
        return MEDIA_TYPES["JPEG"]
    return MEDIA_TYPES["WEBP"] if head[8:12] == b"WEBP" else None


def _measure(picture: Picture, image: Image.Image, content: bytes) -> None:
    pixels = image.width * image.height
    if pixels > MAX_PIXELS:
        raise UnreadableScreen(
            f"{picture.name}: {image.width}x{image.height} pixels, at most {MAX_PIXELS:,} are "
            "taken; export smaller screenshots"
        )
    if labour.scanned(content, pixels) > labour.MAX_SCANNED:
        raise UnreadableScreen(
            f"{picture.name}: a JPEG in too many scans; export it again as a plain JPEG or PNG"
        )


def _why(content: bytes, error: Exception | Warning) -> str:
    if not content:
        return "is empty; export it again"
    if content.startswith(b"version https://git-lfs"):
        return "is a Git-LFS pointer, not a picture; run `git lfs pull` where it comes from"
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return f"says it has over {MAX_PIXELS:,} pixels; export smaller screenshots"
    if isinstance(error, UnidentifiedImageError):
        return "is not a PNG, JPEG or WebP picture; export it again as one of these"
    return f"is not a whole PNG, JPEG or WebP picture ({str(error)[:120]}); export it again"
