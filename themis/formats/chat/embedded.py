"""Pictures that stand inside a file, taken out of it: each once, a placeholder in its place."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from pathlib import Path

from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.formats.bounds import MAX_EMBEDDED
from themis.formats.fields import text
from themis.formats.pictures import Album, Size, size_of

_DATA = re.compile(r"data:(image/[\w.+-]{1,40});base64,")
_HELD = re.compile(r"<picture (\d{1,6})>")
_NONE = "<no picture>"
_URL_SAFE = str.maketrans("-_", "+/")  # how Google's SDK writes bytes
_NAMED = ("data", "screenshot", "screenshotBase64", "screenshotBase64WithElementMarker")
_ENDINGS = (".png", ".jpg", ".jpeg", ".webp")
_MAGIC = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF", b"GIF8")
_BEGINNINGS = ("iVBORw0KGgo", "/9j/", "UklGR", "R0lGOD")  # of the same in base64
_SHORTEST = 64  # characters of a picture that stands somewhere without saying what it is
_HEADER = 2**16  # bytes that say how large a picture is


class Embedded:
    """The pictures of one recording, in the order they are first seen; in an album of their own,
    or among those that lie beside the file."""

    def __init__(self, path: Path, album: Album | None = None) -> None:
        self.album = Album(str(path)) if album is None else album
        self.warnings: list[str] = []
        self._path = path
        self._positions: dict[bytes, int] = {}
        self._sizes: dict[int, Size | None] = {}
        self._n_bytes = 0

    def without(self, value: Json, name: str) -> Json:
        """The value with "<picture 3>" where the picture at position 3 stood."""
        if isinstance(value, str):
            return self._string(value, name)
        if isinstance(value, list):
            return [self.without(each, name) for each in value]
        if isinstance(value, dict):
            is_picture = _is_picture(value)
            return {
                key: self._held(held, name, value)
                if isinstance(held, str) and key in _NAMED and (is_picture or key != "data")
                else self.without(held, name)
                for key, held in value.items()
            }
        return value

    def _string(self, value: str, name: str) -> str:
        head = _DATA.match(value[:64])
        if head:
            return self._decoded(value[head.end() :], name)
        is_bare = len(value) >= _SHORTEST and value.startswith(_BEGINNINGS)
        content = _decode(value) if is_bare else b""
        return f"<picture {self._add(content, name)}>" if content else value

    def _held(self, value: str, name: str, around: dict[str, Json]) -> str:
        head = _DATA.match(value[:64])
        if head is None and value.lower().endswith(_ENDINGS):
            return value  # a file beside the log
        kind = _kind(around)
        if kind and not kind.startswith("image/"):
            return f"<{kind[:40]}, {len(value)} characters>"
        if head is None and not _is_picture(around) and not _decode(value).startswith(_MAGIC):
            return value
        return self._decoded(value[head.end() :] if head else value, name)

    def _decoded(self, encoded: str, name: str) -> str:
        content = _decode(encoded)
        if not content:
            self.warnings.append(f"{name}: the picture is no base64 data; it was left out")
            return _NONE
        return f"<picture {self._add(content, name)}>"

    def _add(self, content: bytes, name: str) -> int:
        digest = hashlib.sha256(content).digest()
        if digest not in self._positions:
            self._n_bytes += len(content)
            if self._n_bytes > MAX_EMBEDDED:
                raise UnreadableTrajectory(
                    f"{self._path}: more than {MAX_EMBEDDED} bytes of pictures; split the recording"
                )
            position = self.album.add_bytes(name, content)
            self._positions[digest] = position
            self._sizes[position] = size_of(content)
        return self._positions[digest]

    def standing(self, held: Json) -> int | None:
        """The picture that a placeholder stands for."""
        match = _HELD.fullmatch(text(held)[:_SHORTEST])
        position = int(match[1]) if match else None
        return None if position is None or position >= len(self.album.pictures) else position

    def position(self, held: Json, folder: Path) -> int | None:
        """The picture that a placeholder stands for or that a relative path names."""
        named = text(held)
        if _HELD.fullmatch(named):
            return self.standing(held)
        if not named.lower().endswith(_ENDINGS) or "://" in named:
            return None
        found = self.album.add_file(folder, named)
        if found is None:
            self.warnings.append(f"{self._path.name}: {named:.120} is not in the folder")
        return found

    def size(self, position: int | None) -> Size | None:
        """The size its header states."""
        if position is None:
            return None
        if position not in self._sizes:
            self._sizes[position] = size_of(self.album.pictures[position].read(_HEADER))
        return self._sizes[position]


def _decode(encoded: str) -> bytes:
    """The bytes; none where it is no base64 of either alphabet."""
    plain = encoded.translate(_URL_SAFE).rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _is_picture(value: dict[str, Json]) -> bool:
    """Whether `data` of an object is a picture's: Anthropic's source, Google's blob."""
    return bool(_kind(value)) or value.get("type") == "base64"


def _kind(value: dict[str, Json]) -> str:
    names = ("media_type", "mimeType", "mime_type")
    return next((text(value[name]) for name in names if text(value.get(name))), "")
