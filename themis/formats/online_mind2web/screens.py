"""The screenshots of a submission: which state of the page each shows, and how large it is."""

from __future__ import annotations

import re
from pathlib import Path

from themis.domain.errors import UnreadableTrajectory
from themis.formats.bounds import MAX_PICTURES
from themis.formats.chat.embedded import Embedded
from themis.formats.files import is_folder, names_in, opened
from themis.formats.pictures import Size, inside

FOLDER = "trajectory"
_NUMBERED = re.compile(r"\D{0,80}(\d{1,18}).{0,200}\.(?:png|jpe?g|webp)", re.IGNORECASE)
_PIECE = 2**16  # bytes that are compared at a time


class Screens:
    """The pictures of one run by the number of actions that had been done when each was taken."""

    def __init__(self, folder: Path, n_actions: int, held: Embedded) -> None:
        self._folder = folder / FOLDER if is_folder(folder / FOLDER) else folder
        self._held = held
        self._album = held.album
        self._names = _numbered(self._folder)
        shift = _shift(sorted(self._names), n_actions)
        self._states = {number + shift: name for number, name in self._names.items()}
        if min(self._names, default=0) > 1:  # times, or whatever: only their order counts
            late = int(len(self._names) <= n_actions)
            self._states = {at + late: self._names[number] for at, number in enumerate(self._names)}
        self._positions = {done: self.named(name) for done, name in self._states.items()}

    def __len__(self) -> int:
        return len(self._names)

    def after(self, done: int) -> int | None:
        """The position of the picture taken when that many actions had been done."""
        return self._positions.get(done)

    def named(self, name: str) -> int | None:
        """The position of a picture by its file's name, or of one that stood in the result."""
        if (standing := self._held.standing(name)) is not None:
            return standing
        return self._album.add_file(self._folder, name.removeprefix(f"{FOLDER}/"))

    def size(self, position: int | None) -> Size | None:
        """How large a picture is, where its header says."""
        return self._album.size(position)

    def is_same(self, done: int, other: int) -> bool:
        """Whether two of them are there and equal byte by byte."""
        names = (self._states.get(done), self._states.get(other))
        paths = [inside(self._folder, name) for name in names if name is not None]
        found = [path for path in paths if path is not None]
        return len(found) == 2 and _equal(found[0], found[1])


def _numbered(folder: Path) -> dict[int, str]:
    """The first picture of each number, in order of the numbers."""
    found: dict[int, str] = {}
    for name in names_in(folder, most=MAX_PICTURES):
        if match := _NUMBERED.fullmatch(name):
            found.setdefault(int(match[1]), name)
    return dict(sorted(found.items()))


def _shift(numbers: list[int], n_actions: int) -> int:
    """From 0, or from 1 to one an action: the number counts actions done. From 1 to more: not."""
    if not numbers or numbers[0] != 1:
        return 0
    return -1 if numbers[-1] > n_actions else 0


def _equal(first: Path, second: Path) -> bool:
    try:
        if first.stat().st_size != second.stat().st_size:
            return False
        with opened(first) as one, opened(second) as two:
            while piece := one.read(_PIECE):
                if piece != two.read(_PIECE):
                    return False
    except (OSError, UnreadableTrajectory):
        return False
    return True
