"""The bytes of uploads: one file a part, under THEMIS_HOME/incoming, until they are read."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from themis.domain.errors import UnreadableTrajectory


class Busy(UnreadableTrajectory):
    """Somebody else writes to this part now."""


def folder_of(upload_id: str) -> Path:
    """Where the parts of an upload lie."""
    return Path(settings.HOME) / "incoming" / "uploads" / upload_id


def path_of(upload_id: str, number: int) -> Path:
    """Where one part lies."""
    return folder_of(upload_id) / str(number)


@contextmanager
def held(file: Path) -> Iterator[BinaryIO]:
    """A part to write to, held alone until the end; raises Busy where another holds it.

    The lock is the kernel's: a process that dies lets go of it.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(handle, "wb") as out:
        try:
            fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy("other bytes of this file are being written; try again") from None
        yield out


def write(out: BinaryIO, *, offset: int, pieces: Iterable[bytes]) -> int:
    """Write from an offset on, over what a broken attempt may have left; how many bytes."""
    written = 0
    out.seek(offset)
    for piece in pieces:
        out.write(piece)
        written += len(piece)
    out.flush()
    return written


def forget(upload_id: str) -> None:
    """Delete everything of an upload."""
    shutil.rmtree(folder_of(upload_id), ignore_errors=True)


def forget_part(upload_id: str, number: int) -> None:
    """Delete one part."""
    path_of(upload_id, number).unlink(missing_ok=True)


def sweep(*, keep: set[str], older_than: float) -> None:
    """Delete what processes that died have left: folders that nobody names, `older_than` seconds.

    `keep` are uploads still under way.
    """
    incoming = Path(settings.HOME) / "incoming"
    for folder in (*_folders(incoming), *_folders(incoming / "uploads")):
        is_ours = folder.name == "uploads" or folder.name in keep
        if not is_ours and time.time() - folder.stat().st_mtime > older_than:
            shutil.rmtree(folder, ignore_errors=True)


def _folders(parent: Path) -> list[Path]:
    try:
        return [path for path in parent.iterdir() if path.is_dir()]
    except OSError:
        return []
