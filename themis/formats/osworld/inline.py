"""Screenshots that stand in the lines of traj.jsonl themselves, as base64.

One whose name says so is the screen before or after its line. One that is merely called
`screenshot` is what the file would be: after a line of stock OSWorld, which says when it acted;
before a line of those that tell `step` and a thought.
"""

from __future__ import annotations

from collections.abc import Iterator

from themis.domain.jsontypes import Json
from themis.formats.chat.embedded import Embedded
from themis.formats.fields import record
from themis.formats.osworld.lines import THOUGHTS, Told
from themis.formats.osworld.screens import Views, follows

_SHOWN = ("screenshot", "screenshot_base64", "screenshot_b64", "image", "image_base64", "image_b64")
_BEFORE = ("screenshot_before", "before_screenshot", "image_before", "before_image")
_AFTER = ("screenshot_after", "after_screenshot", "image_after", "after_image")
_HOLDERS = ("obs", "observation")
_ACTED = ("action_timestamp", "screenshot_file")  # that only a line written after the action has


def take_out(told: Told, pictures: Embedded) -> None:
    """Put a placeholder where a picture stood in a line."""
    for turn in told.turns:
        turn.lines = [
            record(pictures.without(line, f"{told.path.name} line {number}"))
            for number, line in zip(turn.at, turn.lines, strict=True)
        ]


def fill(views: Views, told: Told, pictures: Embedded) -> None:
    """Take such pictures as screens of their steps, where no file is one."""
    befores: list[int | None] = []
    afters: list[int | None] = []
    for turn in told.turns:
        found = [each for line in turn.lines for each in _found(line, pictures)]
        befores.append(next((at for at, is_after in found if not is_after), None))
        afters.append(next((at for at, is_after in reversed(found) if is_after), None))
    if not any(each is not None for each in (*befores, *afters)):
        return
    numbers = [turn.whole_number for turn in told.turns]
    chained = [False, *map(follows, numbers, numbers[1:]), False]
    for at in range(len(numbers)):
        earlier = afters[at - 1] if chained[at] else None
        later = befores[at + 1] if chained[at + 1] else None
        views.before[at] = _first(views.before[at], befores[at], earlier)
        views.after[at] = _first(views.after[at], afters[at], later)


def _first(*positions: int | None) -> int | None:
    """The file's, else the step's own, else what its neighbour saw at the same moment."""
    return next((each for each in positions if each is not None), None)


def _found(line: dict[str, Json], pictures: Embedded) -> Iterator[tuple[int, bool]]:
    """The pictures that a line is plainly about, and whether each was taken after it."""
    acted = any(name in line for name in _ACTED) or not any(name in line for name in THOUGHTS)
    for names, is_after in ((_BEFORE, False), (_AFTER, True), (_SHOWN, acted)):
        for holder in (line, *(record(line.get(name)) for name in _HOLDERS)):
            for name in names:
                position = pictures.standing(holder.get(name))
                if position is not None:
                    yield position, is_after
