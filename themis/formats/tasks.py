"""Task files of a benchmark in a folder of their own, found by the id a recording names."""

from __future__ import annotations

import os
from bisect import bisect_left
from pathlib import Path

from themis.domain.errors import UnreadableTrajectory
from themis.formats.bounds import MAX_DEPTH, MAX_ENTRIES


class TaskFiles:
    """A folder tree of task files: `<domain>/<id>.json`, `<id>-<words>.yaml`, at any depth.

    Only names are looked at, and only those that were found: an id out of a recording is never
    made into a path.
    """

    def __init__(self, folder: Path) -> None:
        """Raises UnreadableTrajectory where it is no folder or holds more than is looked at."""
        self.folder = folder
        found = sorted((path.stem, str(path)) for path in _files_below(folder))
        self._stems = [stem for stem, _ in found]
        self._paths = [Path(path) for _, path in found]

    def named(self, identity: str, *endings: str) -> tuple[Path, ...]:
        """The files called after an id, those with the ending named first."""
        return self._between(identity, identity + "\0", endings)

    def beginning(self, start: str, *endings: str) -> tuple[Path, ...]:
        """The files whose names begin like that, in order."""
        return self._between(start, start + "\U0010ffff", endings) if start else ()

    def _between(self, low: str, high: str, endings: tuple[str, ...]) -> tuple[Path, ...]:
        held = self._paths[bisect_left(self._stems, low) : bisect_left(self._stems, high)]
        return tuple(path for ending in endings for path in held if path.suffix == ending)


def _files_below(folder: Path) -> list[Path]:
    found: list[Path] = []
    pending = [(folder, 0)]
    looked_at = 0
    while pending:
        here, depth = pending.pop()
        for entry in _entries(here):
            looked_at += 1
            if looked_at > MAX_ENTRIES or depth > MAX_DEPTH:
                raise UnreadableTrajectory(
                    f"{folder}: more than {MAX_ENTRIES} files or {MAX_DEPTH} folders deep;"
                    " name the folder of the tasks alone"
                )
            if entry.is_dir(follow_symlinks=False):
                pending.append((Path(entry.path), depth + 1))
            elif entry.is_file(follow_symlinks=False):
                found.append(Path(entry.path))
    return found


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return [entry for _, entry in zip(range(MAX_ENTRIES + 1), entries, strict=False)]
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableTrajectory(
            f"{folder}: the tasks cannot be listed ({reason}); name the folder that holds them"
        ) from error
