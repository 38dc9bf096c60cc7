"""Writing a recording into a folder: its pictures under names of ours, and one JSON file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.formats.bounds import MAX_EMBEDDED
from themis.formats.contract import Picture
from themis.formats.pictures import media_type_of

ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", "image/gif": ".gif"}
_MAX_MARK = 16  # bytes that tell a picture's kind


def names_of(pictures: Sequence[Picture]) -> tuple[str, ...]:
    """A path inside the folder for each picture, its ending by what the file begins with.

    Raises UnreadableTrajectory where a picture cannot be read.
    """
    return tuple(_name(number, each) for number, each in enumerate(pictures, 1))


def _name(number: int, picture: Picture) -> str:
    try:
        kind = media_type_of(picture.read(_MAX_MARK))
    except OSError as error:
        raise UnreadableTrajectory(
            f"{picture.name}: cannot be read ({error.strerror}); bring the recording in again"
        ) from error
    return f"screens/{number:04}{ENDINGS.get(kind, '')}"


def lay_out(pictures: Sequence[Picture], names: Sequence[str], folder: Path) -> None:
    """Copy the pictures into a folder that has none yet.

    Raises UnreadableTrajectory where one cannot be read or the folder is taken.
    """
    try:
        (folder / "screens").mkdir(parents=True)
        for name, picture in zip(names, pictures, strict=True):
            _copy(picture, folder / name)
    except OSError as error:
        raise _unwritable(folder, error) from error


def put(document: Json, path: Path, *, indent: int | None = None) -> Path:
    """Write one JSON file; its folder. Raises UnreadableTrajectory where that cannot be."""
    text = json.dumps(document, ensure_ascii=False, indent=indent, allow_nan=False)
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise _unwritable(path.parent, error) from error
    return path.parent


def _copy(picture: Picture, target: Path) -> None:
    if picture.path is not None:
        shutil.copyfile(picture.path, target, follow_symlinks=False)
    else:
        target.write_bytes(picture.read(MAX_EMBEDDED))


def _unwritable(folder: Path, error: OSError) -> UnreadableTrajectory:
    return UnreadableTrajectory(
        f"{folder}: cannot be written ({error.strerror}); choose an empty folder"
    )
