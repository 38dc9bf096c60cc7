"""One spoilt recording through every reader: read or refused by name, in bounds."""

from __future__ import annotations

import json
import math
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from tests.fuzz.mutations import ALL
from themis.domain.action import Action
from themis.domain.errors import UnreadableTrajectory
from themis.domain.wire import dump
from themis.formats.contract import Recording
from themis.formats.registry import find

SECONDS = 10.0  # of processor time for one recording of a few kilobytes


class Broken(AssertionError):
    """A reader did what no reader may do."""


def spoil(folder: Path, seed: int) -> None:
    """Spoil a recording in one to four ways; the same seed does the same."""
    chance = random.Random(seed)  # noqa: S311  repeatable on purpose
    for _ in range(chance.choice((1, 1, 2, 4))):
        chance.choice(ALL)(folder, chance)


def read_all(folder: Path) -> int:
    """Read whatever is found below a folder; how many recordings came of it. Raises Broken."""
    started = time.process_time()
    n_read = 0
    try:
        for found in find(folder):
            n_read += _read(found.place, found.read, folder)
    except UnreadableTrajectory as error:
        _check_words(str(error))
    if time.process_time() - started > SECONDS:
        raise Broken(f"{time.process_time() - started:.1f} s for a small recording")
    return n_read


def _read(place: str, read: object, folder: Path) -> bool:
    assert callable(read)
    try:
        recording = read()
    except UnreadableTrajectory as error:
        _check_words(str(error))
        return False
    check(recording, folder)
    return True


def _check_words(said: str) -> None:
    if not said or len(said) > 5_000:
        raise Broken(f"an error of {len(said)} characters")


def check(recording: Recording, folder: Path) -> None:
    """What is true of every recording, whatever it was read from."""
    trajectory = recording.trajectory
    json.dumps(dump(trajectory), allow_nan=False).encode("utf-8")
    n_pictures = len(recording.pictures)
    for step in trajectory.steps:
        for at in (step.before, step.after):
            if at is not None and not 0 <= at < n_pictures:
                raise Broken(f"a step refers to picture {at} of {n_pictures}")
        for action in step.actions:
            if not all(map(math.isfinite, _numbers(action))):
                raise Broken(f"an action with a number that is none: {action}")
    for picture in recording.pictures:
        if picture.path is not None and not _is_inside(picture.path, folder):
            raise Broken(f"a picture outside the recording: {picture.path}")


def _is_inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve()) and not path.is_symlink()


def _numbers(action: Action) -> Iterator[float]:
    for point in (action.point, *action.path):
        if point is not None:
            yield from (point.x, point.y)
    if action.box is not None:
        yield from (action.box.x, action.box.y, action.box.width, action.box.height)
    if action.seconds is not None:
        yield action.seconds


def _pipes(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if (Path(folder) / name).is_fifo()]


def fresh(sample: Path, folder: Path) -> Path:
    """A copy of a good recording to spoil."""
    shutil.rmtree(folder, ignore_errors=True)
    return Path(shutil.copytree(sample, folder, symlinks=True, ignore=_pipes))
