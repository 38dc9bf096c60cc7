"""What a watched place is: it lists the items that stand in it and fetches one at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A run's folder, a folder of runs, an archive: whatever stands directly in the place."""

    name: str
    fingerprint: str  # of the names, sizes and times of all its files
    n_files: int
    n_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An item that can be read now, and a sentence for each file that was left out of it."""

    path: Path
    root: Path | None = None  # a folder whose name nobody needs to see
    complaints: tuple[str, ...] = ()


class Place(Protocol):
    """A folder or a prefix."""

    address: str  # as people write it

    def items(self) -> Iterator[Item]:
        """What stands there now, sorted by name; raises Unreachable or Misconfigured."""
        ...

    def fetched(self, item: Item) -> AbstractContextManager[Fetched]:
        """The item on this machine, for as long as it is being read.

        Raises Unreachable, or UnreadableTrajectory where the item is more than is taken.
        """
        ...


def fingerprint_of(files: Iterable[tuple[str, int, str]]) -> str:
    """One text for the (name, bytes, time or tag) of all files, in whatever order they come."""
    known = hashlib.sha256()
    for name, size, mark in sorted(files):
        known.update(f"{name}\0{size}\0{mark}\0".encode("utf-8", "surrogatepass"))
    return known.hexdigest()
