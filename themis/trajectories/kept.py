"""A screen has two media types: that of the picture brought, and that of the file it is kept as."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from themis.domain.trajectory import Screen
from themis.trajectories import blobs
from themis.trajectories.pictures import MEDIA_TYPES, media_type_of

PNG, WEBP = MEDIA_TYPES["PNG"], MEDIA_TYPES["WEBP"]


def as_kept(screen: Screen) -> Screen:
    """The screen with the media type of its file: PNG may be kept as WebP."""
    if screen.media_type != PNG:
        return screen
    with blobs.path_of(screen.digest).open("rb") as file:
        return replace(screen, media_type=media_type_of(file.read(16)) or screen.media_type)


def as_brought(screen: Screen) -> Screen:
    """The screen with the media type of the picture that was brought; reads a WebP file whole.

    A file that is not the bytes its name stands for was made of a PNG: nothing else is turned
    into something else.
    """
    if screen.media_type != WEBP:
        return screen
    try:
        with blobs.path_of(screen.digest).open("rb") as file:
            is_brought = hashlib.file_digest(file, "sha256").hexdigest() == screen.digest
    except OSError:  # it is away: what the row says has to do
        return screen
    return screen if is_brought else replace(screen, media_type=PNG)
