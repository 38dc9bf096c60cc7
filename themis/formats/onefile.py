"""Formats whose recordings are files: a folder stands for the only one in it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from themis.domain.errors import UnreadableTrajectory
from themis.formats.bounds import MAX_ENTRIES, MAX_PICTURES
from themis.formats.contract import Reader
from themis.formats.files import names_in

FilesIn: TypeAlias = Callable[[Path, frozenset[str]], list[Path]]  # of the names in a folder


def only_file(reader: Reader, source: Path) -> Path:
    """The file named, or the only recording directly in a folder; else UnreadableTrajectory."""
    if not source.is_dir():
        return source
    names = frozenset(names_in(source, most=MAX_ENTRIES))
    found = list(islice(reader.find(source, names), 2))
    if len(found) != 1:
        count = "several recordings" if found else "no recording"
        raise UnreadableTrajectory(f"{source}: {count} ({reader.marks}); name the file")
    return found[0]


def sources(folder: Path, files: list[Path]) -> list[Path]:
    """What names recordings: the folder, if it holds one of these files; each, if several."""
    return [folder] if len(files) == 1 else files


def file_of(source: Path, files_in: FilesIn, what: str) -> Path:
    """The file that one of `sources` names; raises UnreadableTrajectory where it is not the only.

    `what` is what was expected in a folder, in a word.
    """
    if not source.is_dir():
        return source
    found = files_in(source, frozenset(names_in(source, most=MAX_PICTURES)))
    if len(found) != 1:
        raise UnreadableTrajectory(f"{source}: expected one {what}; name the file")
    return found[0]
