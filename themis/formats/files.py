"""Opening what stands on disk: regular files only, never through a link, never without a bound."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from themis.domain.errors import UnreadableTrajectory
from themis.formats.bounds import MAX_PEEK

# A pipe would block the open itself; a link would lead out of the folder.
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A regular file, open for reading; UnreadableTrajectory where it is anything else."""
    try:
        with os.fdopen(os.open(path, _FLAGS), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UnreadableTrajectory(f"{path}: not a regular file; put the file itself there")
            yield file
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableTrajectory(
            f"{path}: cannot be read ({reason}); check that it is a plain file"
        ) from error


def read_bytes(path: Path, *, limit: int) -> bytes:
    """The whole file; UnreadableTrajectory where it is larger than `limit` bytes."""
    with opened(path) as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise UnreadableTrajectory(f"{path}: larger than {limit} bytes; split or shorten it")
    return content


def read_text(path: Path, *, limit: int) -> str:
    """The whole file as text; UnreadableTrajectory where it is not UTF-8."""
    try:
        return read_bytes(path, limit=limit).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableTrajectory(f"{path}: not UTF-8 ({error}); save it as UTF-8") from error


def peek(path: Path, *, limit: int = MAX_PEEK) -> str:
    """The beginning of a file as text, as good as it goes; empty where it cannot be opened."""
    try:
        with opened(path) as file:
            return file.read(limit).decode("utf-8-sig", errors="replace")
    except UnreadableTrajectory:
        return ""


def is_plain(path: Path) -> bool:
    """Whether a regular file stands there that is not a link."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Whether a folder stands there that is not a link."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except (OSError, ValueError):
        return False


def names_in(folder: Path, *, most: int) -> list[str]:
    """What stands directly in a folder, sorted; empty where it cannot be listed."""
    names: list[str] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                names.append(entry.name)
                if len(names) >= most:
                    break
    except OSError:
        return []
    return sorted(names)


def upward(folder: Path, *, most: int) -> Iterator[Path]:
    """The folder and those above it, nearest first."""
    here = folder.absolute()
    yield from (here, *here.parents[: max(0, most)])
