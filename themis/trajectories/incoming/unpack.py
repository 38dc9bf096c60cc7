"""Files laid out in a room: archives become folders of their name, whole or not at all."""

from __future__ import annotations

import errno
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from themis.domain.errors import UnreadableTrajectory
from themis.trajectories.incoming import inflate, kinds, names, tars, zips
from themis.trajectories.incoming.room import Room

BROKEN = (*zips.BROKEN, *tars.BROKEN, *inflate.BROKEN)
_ABSURD = {None, errno.EINVAL, errno.EOVERFLOW}  # of bz2, and of seeking where an archive says


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that has come in whole and lies on the disk of the room."""

    name: str  # as its bringer calls it, folders included
    path: Path


@dataclass(frozen=True, slots=True)
class Piecewise:
    """A file that comes in as it is read."""

    name: str
    pieces: Iterable[bytes]


def lay_out(files: Iterable[Kept | Piecewise], room: Room) -> list[str]:
    """Put files where their names say; a sentence for each that was left out.

    An archive is recognised by its content. Below the top of what was brought its name must
    say so too: an office document is a zip, and stays a file where a run refers to it. An archive
    within an archive stays a file.
    """
    complaints = []
    for file in files:
        try:
            names.parts_of(file.name)
            if isinstance(file, Kept):
                _lay_kept(file, room)
            else:
                _lay_pieces(file, room)
        except UnreadableTrajectory as error:
            complaints.append(str(error))
    return complaints


def is_archive(file: Path) -> bool:
    """Whether a file of this machine is an archive, or says so."""
    try:
        head = _head_of(file)
    except OSError:
        return False
    return kinds.archive_of(head) != "" or bool(kinds.ending_of(file.name))


def unopened(folder: Path, *, most: int = 3) -> list[str]:
    """Archives that stayed files below a folder, the first few by name."""
    found = (path for path in folder.rglob("*") if path.is_file() and kinds.ending_of(path.name))
    return [str(path.relative_to(folder)) for path in islice(found, most)]


def unpack(name: str, archive: Path, room: Room) -> None:
    """Unpack one archive into a folder of its name, or leave nothing of it.

    Half a run would be judged as if it were whole. Raises UnreadableTrajectory.
    """
    title = name[: -len(kinds.ending_of(name)) or None] or "archive"
    if title.endswith("/"):
        title += "archive"
    try:
        with room.all_or_nothing(room.folder_of(title)):
            _fill(title, archive, room)
    except UnreadableTrajectory as error:
        raise UnreadableTrajectory(f"{names.shown(name)}: {error}") from None
    except (*BROKEN, OSError) as error:
        if isinstance(error, OSError) and error.errno not in _ABSURD:
            raise  # the disk's fault, not the archive's
        raise UnreadableTrajectory(
            f"{names.shown(name)}: not a whole archive ({str(error)[:100]}); pack it again"
        ) from None


def _fill(title: str, archive: Path, room: Room) -> None:
    for inner, pieces in _members(archive):
        parts = names.parts_of(inner)
        if names.is_junk(parts):
            deque(pieces, maxlen=0)
        else:
            room.write(f"{title}/{'/'.join(parts)}", pieces)


def _lay_kept(file: Kept, room: Room) -> None:
    if _is_unpacked(file.name, _head_of(file.path)):
        unpack(file.name, file.path, room)
    else:
        room.link(file.name, file.path)


def _lay_pieces(file: Piecewise, room: Room) -> None:
    pieces = iter(file.pieces)
    head = b""
    for piece in pieces:
        head += piece
        if kinds.is_enough(head):
            break
    if not _is_unpacked(file.name, head):
        room.write(file.name, _after(head, pieces))
        return
    with tempfile.NamedTemporaryFile(dir=room.folder.parent) as spool:
        for piece in _after(head, pieces):
            spool.write(piece)
        spool.flush()
        unpack(file.name, Path(spool.name), room)


def _is_unpacked(name: str, head: bytes) -> bool:
    """Whether a file is to be unpacked; raises UnreadableTrajectory where it should but cannot."""
    claims, kind = kinds.ending_of(name), kinds.archive_of(head)
    is_top = len(names.parts_of(name)) == 1
    if kind == kinds.FOREIGN and (claims or is_top):
        raise UnreadableTrajectory(
            f"{names.shown(name)}: a {kinds.foreign_of(head)} archive cannot be unpacked here; "
            "pack it as zip or tar.gz"
        )
    if claims and not kind and not kinds.is_picture(head):
        raise UnreadableTrajectory(
            f"{names.shown(name)}: not a whole archive of any kind that is known; pack it again"
        )
    return kind in {kinds.ZIP, kinds.TAR} and bool(claims or is_top)


def _members(archive: Path) -> Iterator[tuple[str, Iterator[bytes]]]:
    head = _head_of(archive)
    if kinds.archive_of(head) == kinds.ZIP:
        yield from zips.members(archive)
        return
    size = archive.stat().st_size
    with archive.open("rb") as opened:
        yield from tars.members(inflate.Stream(opened, kinds.stream_of(head), size=size))


def _head_of(file: Path) -> bytes:
    with file.open("rb") as opened:
        head = opened.read(kinds.BLOCK)
        return head if kinds.is_enough(head) else head + opened.read(kinds.HEAD)


def _after(head: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    if head:
        yield head
    yield from pieces
