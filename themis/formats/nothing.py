"""What to say to a person where no reader knows anything: what was seen, what it is nearest to."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from themis.domain.errors import UnknownFormat
from themis.formats.bounds import MAX_DEPTH
from themis.formats.contract import Reader

_MAX_FILES = 2_000  # that are looked at for the message
_MAX_KINDS = 3
_MAX_NEAR = 2
_NAMED = re.compile(r"[A-Za-z_]+\.(?:jsonl?|pkl\.gz)")
_KIND = re.compile(r"\.[a-z0-9]{1,8}")
READ_ON = "What is read, and how it is recognised, stands in docs/formats.md"


def no_recording(path: Path, readers: Sequence[Reader]) -> UnknownFormat:
    """The error; a few hundred characters beside the path, however much stands there."""
    names = list(_names(path))
    near = [each for each in readers if _is_near(each, names)][:_MAX_NEAR]
    said = f"{path}: no recording found in {_seen(names)}. "
    if len(readers) == 1:
        said += f"Looked for {readers[0].name} alone, known by {readers[0].marks}. "
    elif near:
        marks = "; ".join(f"{each.name}, known by {each.marks}" for each in near)
        said += f"The nearest is {marks}. "
    return UnknownFormat(said + READ_ON)


def _names(path: Path) -> Iterator[str]:
    """Names of files at or below a path, as many as are looked at."""
    if not path.is_dir():
        yield path.name
        return
    left = _MAX_FILES
    for folder, folders, files in os.walk(path):
        if len(Path(folder).parts) - len(path.parts) >= MAX_DEPTH:
            folders.clear()
        for name in sorted(files)[:left]:
            left -= 1
            yield name
        if not left:
            return


def _seen(names: list[str]) -> str:
    """ "12 files (10 .png, 2 .json)"."""
    if not names:
        return "an empty folder"
    more = "at least " if len(names) >= _MAX_FILES else ""
    counted = Counter(_kind(name) for name in names).most_common(_MAX_KINDS)
    kinds = ", ".join(f"{count} {kind}" for kind, count in counted)
    return f"{more}{len(names)} {'file' if len(names) == 1 else 'files'} ({kinds})"


def _kind(name: str) -> str:
    ending = Path(name).suffix.lower()
    return ending if _KIND.fullmatch(ending) else "of another kind"


def _is_near(reader: Reader, names: list[str]) -> bool:
    """Whether a file has a name that the reader looks for: only what it holds is another."""
    return not set(_NAMED.findall(reader.marks)).isdisjoint(names)
