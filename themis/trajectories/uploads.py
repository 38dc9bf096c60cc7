"""Files as they arrive: laid out in a folder of their own, zips unpacked, nothing outside it."""

from __future__ import annotations

import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from django.conf import settings

from themis.domain.errors import UnreadableTrajectory
from themis.formats.bounds import MAX_UPWARD

MAX_FILES = 20_000  # in one upload, archives unpacked
MAX_UNPACKED = 4 * 2**30  # bytes, in one upload
MAX_DEPTH = 12  # folders
MAX_NAME = 200  # bytes of one folder's or file's name
CHUNK = 2**20


class Upload(Protocol):
    """A file that came in, as Django hands it over."""

    @property
    def size(self) -> int | None:
        """Bytes."""
        ...

    def chunks(self) -> Iterator[bytes]:
        """The content, piece by piece."""
        ...


@contextmanager
def laid_out(files: Sequence[tuple[str, Upload]]) -> Iterator[tuple[Path, list[str]]]:
    """A folder that holds what was uploaded, and a sentence for each file that was left out.

    Zip files become folders of their name. The folder is gone afterwards, whatever happens.
    """
    incoming = settings.HOME / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    private = Path(tempfile.mkdtemp(dir=incoming))
    # Readers look for a task in the folders above a run; above an upload they must find none.
    folder = private.joinpath(*["above"] * MAX_UPWARD)
    folder.mkdir(parents=True)
    try:
        yield folder, _lay_out(files, _Room(folder))
    finally:
        shutil.rmtree(private, ignore_errors=True)


class _Room:
    """A folder with a budget of files and bytes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._n_files = 0
        self._n_bytes = 0

    def write(self, name: str, pieces: Iterator[bytes]) -> None:
        """Write one file under a name from outside; raises UnreadableTrajectory."""
        target = self.folder.joinpath(*parts_of(name))
        self._n_files += 1
        if self._n_files > MAX_FILES:
            raise UnreadableTrajectory(f"more than {MAX_FILES:,} files at once; upload in parts")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                self._fill(file, pieces)
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            raise UnreadableTrajectory(f"{name}: two files of this name; rename one") from None

    def _fill(self, file: IO[bytes], pieces: Iterator[bytes]) -> None:
        for piece in pieces:
            self._n_bytes += len(piece)
            if self._n_bytes > MAX_UNPACKED:
                raise UnreadableTrajectory(
                    f"over {MAX_UNPACKED // 2**30} GB once unpacked; upload in parts"
                )
            file.write(piece)


def parts_of(name: str) -> tuple[str, ...]:
    """The folders and file of a name from outside; raises UnreadableTrajectory if it is unsafe."""
    path = PurePosixPath(name.replace("\\", "/"))
    parts = tuple(part for part in path.parts if part != ".")
    unsafe = (
        not parts
        or path.is_absolute()
        or ".." in parts
        or ":" in parts[0]
        or len(parts) > MAX_DEPTH
        or any(_is_unwritable(part) for part in parts)
    )
    if unsafe:
        raise UnreadableTrajectory(f"{name[:200]!r}: not a name that can be stored; rename it")
    return parts


def _is_unwritable(part: str) -> bool:
    try:
        return len(part.encode()) > MAX_NAME or any(ord(character) < 32 for character in part)
    except UnicodeEncodeError:  # a lone surrogate
        return True


def _lay_out(files: Sequence[tuple[str, Upload]], room: _Room) -> list[str]:
    complaints = []
    for name, upload in files:
        try:
            if name.lower().endswith(".zip"):
                _unpack_whole(name, upload, room)
            else:
                room.write(name, iter(upload.chunks()))
        except UnreadableTrajectory as error:
            complaints.append(str(error))
    return complaints


def _unpack_whole(name: str, upload: Upload, room: _Room) -> None:
    """Unpack a zip, or leave nothing of it: half a run would be judged as if it were whole."""
    into = room.folder.joinpath(*parts_of(name[: -len(".zip")] or "zip"))
    if into.exists():
        raise UnreadableTrajectory(f"{name}: a folder of this name came with it; rename one")
    try:
        _unpack(name, upload, room)
    except UnreadableTrajectory:
        shutil.rmtree(into, ignore_errors=True)
        raise


def _unpack(name: str, upload: Upload, room: _Room) -> None:
    with tempfile.TemporaryFile(dir=room.folder.parent) as spool:
        for piece in upload.chunks():
            spool.write(piece)
        try:
            with zipfile.ZipFile(spool) as archive:
                _check_directory(name, archive)
                for member in archive.infolist():
                    _extract(name, archive, member, room)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
            raise UnreadableTrajectory(
                f"{name}: not a whole zip file ({str(error)[:100]}); pack it again"
            ) from None


def _check_directory(name: str, archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if len(members) > MAX_FILES or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise UnreadableTrajectory(
            f"{name}: over {MAX_FILES:,} files or {MAX_UNPACKED // 2**30} GB once unpacked; "
            "upload in parts"
        )


def _extract(name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, room: _Room) -> None:
    if member.is_dir() or member.filename.startswith("__MACOSX/"):
        return
    if member.flag_bits & 0x1:
        raise UnreadableTrajectory(f"{name}: is encrypted; pack it without a password")
    mode = member.external_attr >> 16
    if mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
        raise UnreadableTrajectory(
            f"{name}: {member.filename[:200]!r} is a link or device; pack plain files only"
        )
    with archive.open(member) as file:
        room.write(f"{name[:-4] or 'zip'}/{member.filename}", iter(lambda: file.read(CHUNK), b""))
