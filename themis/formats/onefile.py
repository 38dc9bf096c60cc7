"""Formats whose recordings are files: a folder stands for the only one in it."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from themis.domain.errors import UnreadableTrajectory
from themis.formats.bounds import MAX_ENTRIES
from themis.formats.contract import Reader
from themis.formats.files import names_in


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
