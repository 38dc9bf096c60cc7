"""Tar files, read once from front to back: no header is larger than it may be, nothing is linked.

The library's own reader takes extended headers of any size into memory and keeps every member;
only its reading of one header block is used here.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings

from themis.domain.errors import UnreadableTrajectory
from themis.trajectories.incoming import names
from themis.trajectories.incoming.inflate import Stream

BLOCK = tarfile.BLOCKSIZE
CHUNK = 2**18
MAX_HEADER = 2**18  # bytes of an extended header or a long name
PAX = {tarfile.XHDTYPE: False, tarfile.SOLARIS_XHDTYPE: False, tarfile.XGLTYPE: True}
BROKEN = (tarfile.HeaderError, ValueError, EOFError, OverflowError)


@dataclass(slots=True)
class _Ahead:
    """What extended headers say of the members after them; for all of them, and for the next."""

    for_all: dict[str, str]
    for_next: dict[str, str]

    def taken(self) -> dict[str, str]:
        """What holds for the member that has come."""
        said = self.for_all | self.for_next
        self.for_next = {}
        return said


def members(stream: Stream) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Name and content of each file in a tar; raises UnreadableTrajectory or one of BROKEN.

    The content of one must be read before the next is asked for.
    """
    ahead = _Ahead(for_all={}, for_next={})
    for _ in range(settings.UPLOAD_FILES * 3):  # a file may have two headers of its own
        block = _exactly(stream, BLOCK)
        if not block.strip(b"\0"):
            _drain(stream)
            return
        header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        if not _is_about_next(header, stream, ahead):
            yield from _member(header, stream, ahead.taken())
    raise UnreadableTrajectory(
        f"over {settings.UPLOAD_FILES:,} files once unpacked; upload in parts"
    )


def _member(
    header: tarfile.TarInfo, stream: Stream, said: dict[str, str]
) -> Iterator[tuple[str, Iterator[bytes]]]:
    name = said.get("path", header.name)
    if header.isdir():
        return
    if header.type == tarfile.GNUTYPE_SPARSE or any(key.startswith("GNU.sparse") for key in said):
        raise UnreadableTrajectory(
            f"{names.shown(name)} is a sparse file; pack it without --sparse"
        )
    if header.type not in tarfile.REGULAR_TYPES:
        raise UnreadableTrajectory(
            f"{names.shown(name)} is a link or device; pack plain files only"
        )
    size = _size(said.get("size", str(header.size)))
    yield name, _content(stream, size)
    _exactly(stream, -size % BLOCK)


def _is_about_next(header: tarfile.TarInfo, stream: Stream, ahead: _Ahead) -> bool:
    """Read an extended header; False where it is a member's own."""
    kind = header.type
    if kind not in PAX and kind not in {tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK}:
        return False
    size = _size(str(header.size))
    if size > MAX_HEADER:
        raise UnreadableTrajectory(f"a header of it is over {MAX_HEADER // 1024} kB; pack it again")
    content = _exactly(stream, size)
    _exactly(stream, -size % BLOCK)
    if kind in PAX:
        target = ahead.for_all if PAX[kind] else ahead.for_next
        target |= _records(content)
        if len(target) > MAX_HEADER // 64:
            raise UnreadableTrajectory("its headers say too much; pack it again")
    elif kind == tarfile.GNUTYPE_LONGNAME:
        ahead.for_next["path"] = content.rstrip(b"\0").decode("utf-8", "surrogateescape")
    return True


def _records(content: bytes) -> dict[str, str]:
    """The records of a PAX header: "LENGTH KEY=VALUE\\n", one after the other."""
    found: dict[str, str] = {}
    at = 0
    while at < len(content):
        digits, _, _ = content[at : at + 12].partition(b" ")
        length = _size(digits.decode("ascii", "replace"))
        record = content[at + len(digits) + 1 : at + length]
        is_short = length <= len(digits) or at + length > len(content)
        if is_short or not record.endswith(b"\n") or b"=" not in record:
            raise UnreadableTrajectory("an extended header of it is broken; pack it again")
        key, _, value = record[:-1].partition(b"=")
        found[key.decode("utf-8", "surrogateescape")] = value.decode("utf-8", "surrogateescape")
        at += length
    return found


def _size(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise UnreadableTrajectory("a size in it is no number; pack it again")
    return int(text)


def _content(stream: Stream, size: int) -> Iterator[bytes]:
    while size:
        piece = _exactly(stream, min(size, CHUNK))
        size -= len(piece)
        yield piece


def _exactly(stream: Stream, count: int) -> bytes:
    content = stream.read(count)
    if len(content) < count:
        raise EOFError("it is cut off")
    return content


def _drain(stream: Stream) -> None:
    """Read what follows the end, so that the checksum of the compression is looked at."""
    while stream.read(CHUNK):
        pass
