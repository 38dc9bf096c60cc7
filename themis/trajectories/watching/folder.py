"""A folder of this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from themis.domain.errors import Misconfigured, Unreachable
from themis.formats.bounds import MAX_DEPTH, MAX_ENTRIES
from themis.trajectories.watching.contract import Fetched, Item, fingerprint_of

_File = tuple[str, int, str]


class Folder:
    """What stands directly in a folder, hidden files and links left out."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.address = str(self.path)

    def items(self) -> Iterator[Item]:
        """One item a file or folder; Unreachable where the folder cannot be listed."""
        for entry in _listed(self.path):
            files = list(_files(entry, entry.name))
            if files:
                yield Item(
                    name=entry.name,
                    fingerprint=fingerprint_of(files),
                    n_files=len(files),
                    n_bytes=sum(size for _, size, _ in files),
                )

    @contextmanager
    def fetched(self, item: Item) -> Iterator[Fetched]:
        """The item where it stands."""
        yield Fetched(path=self.path / item.name)


def _listed(folder: Path | str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(
                (each for each in entries if not each.name.startswith(".")),
                key=lambda each: each.name,
            )
    except OSError as error:
        raise Unreachable(
            f"{folder}: cannot be listed ({error.strerror}); check that the folder is there"
        ) from error


def _files(entry: os.DirEntry[str], name: str, depth: int = 0) -> Iterator[_File]:
    """The plain files at or below an entry; what vanishes meanwhile is not there."""
    if entry.is_file(follow_symlinks=False):
        try:
            state = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            return
        yield name, state.st_size, str(state.st_mtime_ns)
    elif entry.is_dir(follow_symlinks=False) and depth < MAX_DEPTH:
        inner = _listed(entry.path)
        if len(inner) > MAX_ENTRIES:
            raise Misconfigured(
                f"{entry.path}: more than {MAX_ENTRIES:,} files in one folder; divide it"
            )
        for each in inner:
            yield from _files(each, f"{name}/{each.name}", depth + 1)
