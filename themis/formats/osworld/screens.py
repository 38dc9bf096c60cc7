"""Which picture stands before and which after each step.

Stock OSWorld takes one after each action and names it in the line (`screenshot_file`), or in the
file (`step_3_20250226@163702.png`). Others take `step_3.png` before the action and name it
nowhere; one picture more than there are steps is then the screen after the last.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from themis.formats.bounds import MAX_PICTURES
from themis.formats.fields import text
from themis.formats.files import names_in
from themis.formats.osworld.lines import Told, Turn
from themis.formats.pictures import Album

_KINDS = r"\.(?:png|jpe?g|webp)"
_SHOT = re.compile(r"(?:step|screenshot|screen)[_-]?(\d{1,6})(?:[_-](\d[\w@.:-]{0,40}))?" + _KINDS)
_FIRST = re.compile(r"(?:[a-z]{1,20}_)?initial(?:_[\w@.:-]{1,40})?" + _KINDS)


@dataclass(slots=True)
class Views:
    """Positions in the album, one of each for every step."""

    before: list[int | None]
    after: list[int | None]
    warnings: list[str] = field(default_factory=list)


def has_shots(names: frozenset[str]) -> bool:
    """Whether screenshots of steps stand among these files."""
    return any(_SHOT.fullmatch(name) for name in names)


def arrange(told: Told, folder: Path, album: Album) -> Views:
    """The screens around every step, put into the album."""
    turns = told.turns
    names = names_in(folder, most=2 * MAX_PICTURES)
    if any("screenshot_file" in line for turn in turns for line in turn.lines):
        views = _named(told, folder, album)
        _chain(views, turns)
    else:
        shots = [(int(match[1]), match[2] or "", match[0]) for match in map(_SHOT.fullmatch, names)
                 if match]  # fmt: skip
        if any(moment for _, moment, _ in shots):
            views = _timed(turns, shots, folder, album)
            _chain(views, turns)
        else:
            views = _numbered(turns, {number: name for number, _, name in shots}, folder, album)
    if views.before[0] is None and (first := _first(turns, names)):
        views.before[0] = album.add_file(folder, first)
    return views


def _nothing(turns: list[Turn]) -> Views:
    return Views(before=[None] * len(turns), after=[None] * len(turns))


def _named(told: Told, folder: Path, album: Album) -> Views:
    """After each line the picture it names; the last of a step is the screen after it."""
    views = _nothing(told.turns)
    for at, turn in enumerate(told.turns):
        for number, line in zip(turn.at, turn.lines, strict=True):
            name = text(line.get("screenshot_file"))
            views.after[at] = _added(album, folder, name) if name else None
            if name and views.after[at] is None:
                views.warnings.append(
                    f"{told.path.name} line {number}: {name:.120} is not in the folder"
                )
    return views


def _added(album: Album, folder: Path, name: str) -> int | None:
    """The picture, also where the line names the place it once stood at."""
    found = album.add_file(folder, name)
    return album.add_file(folder, PurePosixPath(name).name) if found is None else found


def _timed(
    turns: list[Turn], shots: list[tuple[int, str, str]], folder: Path, album: Album
) -> Views:
    views = _nothing(turns)
    for at, turn in enumerate(turns):
        for number, _, name in sorted(shots):
            if number == turn.whole_number:
                views.after[at] = album.add_file(folder, name)
    return views


def _numbered(turns: list[Turn], shots: dict[int, str], folder: Path, album: Album) -> Views:
    """Before each step the picture of its number; where they are counted otherwise, in order."""
    views = _nothing(turns)
    numbers = [turn.whole_number for turn in turns]
    counted = _in_order(numbers, sorted(shots))
    for at, number in enumerate(counted):
        following = None if number is None else number + 1
        views.before[at] = album.add_file(folder, shots[number]) if number in shots else None
        views.after[at] = album.add_file(folder, shots[following]) if following in shots else None
    if len(shots) == len(turns) and counted != numbers:
        views.warnings.append(
            f"{shots[min(shots)]} and the others are numbered otherwise than the steps: taken to"
            " be the screens before them, in order"
        )
    return views


def _in_order(numbers: list[int | None], shots: list[int]) -> list[int | None]:
    """The number of the picture before each step.

    As many pictures as steps, or one more, stand in order whatever the first is called.
    """
    spare = len(shots) - len(numbers)
    if spare in (0, 1) and _is_whole(shots) and (None in numbers or _is_whole(numbers)):
        return list(shots[: len(numbers)])
    return numbers


def _is_whole(numbers: Sequence[int | None]) -> bool:
    """Whether they count up without gaps."""
    start = numbers[0]
    return start is not None and list(numbers) == list(range(start, start + len(numbers)))


def _chain(views: Views, turns: list[Turn]) -> None:
    """What is seen after a step is what the next is decided on."""
    for at in range(1, len(turns)):
        if follows(turns[at - 1].whole_number, turns[at].whole_number):
            views.before[at] = views.after[at - 1]


def follows(number: int | None, following: int | None) -> bool:
    """Whether no step was left out between two."""
    return number is None or following is None or number <= following <= number + 1


def _first(turns: list[Turn], names: list[str]) -> str | None:
    """A picture of the screen before anything was done."""
    if initial := next((name for name in names if _FIRST.fullmatch(name)), None):
        return initial
    if any(turn.whole_number == 0 for turn in turns):
        return None
    zero = (match[0] for match in map(_SHOT.fullmatch, names) if match and int(match[1]) == 0)
    return next(zero, None)
