"""Collecting the pictures of one recording, each file once, and their sizes where a header says."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import NamedTuple

from themis.domain.errors import UnreadableTrajectory
from themis.formats.bounds import MAX_PEEK, MAX_PICTURES
from themis.formats.contract import Picture
from themis.formats.files import is_folder, is_plain

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
_MARKS = {_PNG: "image/png", _JPEG: "image/jpeg", b"GIF8": "image/gif"}
_NO_FRAME = (0xC4, 0xC8, 0xCC)  # JPEG markers in the range of frames that are none


class Size(NamedTuple):
    """Pixels across and down."""

    width: int
    height: int


class Album:
    """The pictures found so far; adding one gives its position."""

    def __init__(self, at: str) -> None:
        self._at = at
        self._pictures: list[Picture] = []
        self._positions: dict[Path, int] = {}
        self._sizes: dict[int, Size | None] = {}

    def add_file(self, folder: Path, name: str) -> int | None:
        """A picture beside the recording; None where no plain file of that name is inside."""
        path = inside(folder, name)
        if path is None:
            return None
        if path not in self._positions:
            self._positions[path] = self._add(Picture(name=name, path=path))
        return self._positions[path]

    def add_bytes(self, name: str, content: bytes) -> int:
        """A picture that stood inside the recording."""
        return self._add(Picture(name=name, content=content))

    def _add(self, picture: Picture) -> int:
        if len(self._pictures) >= MAX_PICTURES:
            raise UnreadableTrajectory(
                f"{self._at}: more than {MAX_PICTURES} pictures; split the recording"
            )
        self._pictures.append(picture)
        return len(self._pictures) - 1

    def size(self, position: int | None) -> Size | None:
        """What the header of a picture says of its size; None where there is none to read."""
        if position is None:
            return None
        if position not in self._sizes:
            self._sizes[position] = size_in(self._pictures[position])
        return self._sizes[position]

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """All of them, in the order they were added."""
        return tuple(self._pictures)


def inside(folder: Path, name: str) -> Path | None:
    """The file a relative path names, if it is a plain one inside `folder`, through no link."""
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or "\\" in name or ".." in parts:
        return None
    path = folder
    for part in parts[:-1]:
        path /= part
        if not is_folder(path):
            return None
    path /= parts[-1]
    return path if is_plain(path) else None


def media_type_of(content: bytes) -> str:
    """What the first bytes say a picture is; empty for none that is known."""
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for mark, kind in _MARKS.items() if content.startswith(mark)), "")


def size_in(picture: Picture) -> Size | None:
    """The size that the beginning of a picture states; None where it cannot be read."""
    try:
        return size_of(picture.read(MAX_PEEK))
    except OSError:
        return None


def size_of(content: bytes) -> Size | None:
    """The size a PNG or JPEG header states; None for anything else. Not a check of the picture."""
    if content.startswith(_PNG) and len(content) >= 24:
        size = Size(int.from_bytes(content[16:20]), int.from_bytes(content[20:24]))
    elif content.startswith(_JPEG):
        size = _jpeg_size(content) or Size(0, 0)
    else:
        return None
    return size if size.width and size.height else None


def _jpeg_size(content: bytes) -> Size | None:
    at = len(_JPEG)
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in _NO_FRAME:
            down, across = content[at + 5 : at + 7], content[at + 7 : at + 9]
            return Size(int.from_bytes(across), int.from_bytes(down))
        at += 2 + max(2, int.from_bytes(content[at + 2 : at + 4]))
    return None
