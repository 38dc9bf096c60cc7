"""The folder that one upload is laid out in, with a budget of files and bytes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from themis.domain.errors import UnreadableTrajectory
from themis.trajectories.incoming.names import parts_of, same, shown


class Room:
    """A folder with a budget; nothing is written outside it, and no name twice."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._left_files: int = settings.UPLOAD_FILES
        self._left_bytes: int = settings.UPLOAD_UNPACKED
        self._taken: dict[str, tuple[str, ...]] = {}
        self._patience: int = settings.UPLOAD_UNPACKED  # bytes that may be written in vain

    def write(self, name: str, pieces: Iterator[bytes]) -> int:
        """Write one file under a name from outside; its bytes. Raises UnreadableTrajectory."""
        target = self._claim(name)
        written = 0
        with target.open("xb") as file:
            for piece in pieces:
                written += len(piece)
                self._spend(len(piece))
                file.write(piece)
        return written

    def link(self, name: str, file: Path) -> None:
        """Put a file that lies on the same disk under a name, without copying it."""
        self._spend(file.stat().st_size)
        os.link(file, self._claim(name))

    def folder_of(self, name: str) -> Path:
        """A folder that is not there yet, for an archive of that name."""
        parts = parts_of(name)
        if any(each[: len(parts)] == parts for each in self._taken.values()):
            raise UnreadableTrajectory(f"{shown(name)}: this came with it already; rename one")
        return self.folder.joinpath(*parts)

    @contextmanager
    def all_or_nothing(self, folder: Path) -> Iterator[None]:
        """Take everything under a folder away again if the block raises.

        What that leaves free is free for others, but not for ever: bombs cost time.
        """
        files, left, taken = self._left_files, self._left_bytes, dict(self._taken)
        try:
            yield
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            self._patience -= left - self._left_bytes
            self._taken = taken
            if self._patience > 0:
                self._left_files, self._left_bytes = files, left
            raise

    def _claim(self, name: str) -> Path:
        parts = parts_of(name)
        self._left_files -= 1
        if self._left_files < 0:
            raise UnreadableTrajectory(
                f"more than {settings.UPLOAD_FILES:,} files at once; upload in parts"
            )
        twin = self._taken.setdefault(same(parts), parts)
        target = self.folder.joinpath(*parts)
        if twin is not parts:
            raise UnreadableTrajectory(f"{shown(name)}: {_twins(parts, twin)}; rename one")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError):
            del self._taken[same(parts)]
            raise UnreadableTrajectory(
                f"{shown(name)}: a file and a folder of this name; rename one"
            ) from None
        if target.exists():
            del self._taken[same(parts)]
            raise UnreadableTrajectory(
                f"{shown(name)}: a file and a folder of this name; rename one"
            )
        return target

    def _spend(self, n_bytes: int) -> None:
        self._left_bytes -= n_bytes
        if self._left_bytes < 0:
            raise UnreadableTrajectory(
                f"over {settings.UPLOAD_UNPACKED // 2**20:,} MB once unpacked; upload in parts"
            )


def _twins(parts: tuple[str, ...], twin: tuple[str, ...]) -> str:
    if parts == twin:
        return "two files of this name"
    return f"differs from {shown('/'.join(twin))} only in case or in how it is written"
