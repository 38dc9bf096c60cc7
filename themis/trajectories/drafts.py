"""Folders of drafts: each is held by the process that fills it, and swept once nobody holds it.

A lock tells, because it ends with its process however that ends, and no other process can be
taken for it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path

PREFIX = ".drafts-"
HELD = ".held"
SETTLED = 3600  # seconds: by then whoever made a folder holds it


class Drafts:
    """A new folder that is this process's until it is closed."""

    def __init__(self, parent: Path) -> None:
        self.path = Path(tempfile.mkdtemp(dir=parent, prefix=PREFIX))
        self._lock = os.open(self.path / HELD, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def close(self) -> None:
        """Delete it with everything in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def sweep(parent: Path) -> None:
    """Delete the folders that processes have left by dying."""
    for folder in parent.glob(f"{PREFIX}*"):
        if _is_settled(folder) and not _is_held(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_settled(folder: Path) -> bool:
    try:
        return time.time() - folder.stat().st_mtime > SETTLED
    except OSError:  # its process has just deleted it
        return False


def _is_held(folder: Path) -> bool:
    try:
        lock = os.open(folder / HELD, os.O_RDWR)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(lock)
    return False
