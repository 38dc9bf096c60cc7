"""The bytes of uploads: one file a part, under THEMIS_HOME/incoming, until they are read."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings


def folder_of(upload_id: str) -> Path:
    """Where the parts of an upload lie."""
    return Path(settings.HOME) / "incoming" / "uploads" / upload_id


def path_of(upload_id: str, number: int) -> Path:
    """Where one part lies."""
    return folder_of(upload_id) / str(number)


def write(file: Path, *, offset: int, pieces: Iterable[bytes]) -> int:
    """Write from an offset on, over what a broken attempt may have left; how many bytes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    handle = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.seek(offset)
        for piece in pieces:
            out.write(piece)
            written += len(piece)
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
