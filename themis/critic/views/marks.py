"""Actions as shapes on the screen they were decided on, in whole pixels of that screen."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import TypeAlias

from themis.domain.action import Action, ActionType, Box, Direction, Point
from themis.domain.trajectory import Screen

Spot: TypeAlias = tuple[int, int]
Frame: TypeAlias = tuple[int, int, int, int]  # left, top, right, bottom

UNIT = 90  # a mark is the screen's longer side over this
MARKS = 6  # of one step
PATH_POINTS = 24
LABEL_CHARS = 40
REACH = 4  # units from the middle of a scroll to its end
TOWARDS = {
    Direction.UP: (0, -1),
    Direction.DOWN: (0, 1),
    Direction.LEFT: (-1, 0),
    Direction.RIGHT: (1, 0),
}
# What is done where the last of the step was, if it has no place of its own.
FOLLOWING = frozenset({ActionType.TYPE, ActionType.KEY, ActionType.CLIPBOARD})
VERBS = {
    ActionType.TYPE: "types",
    ActionType.SELECT_OPTION: "chooses",
    ActionType.UPLOAD_FILE: "gives the file",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One action, drawn."""

    kind: str  # ring, double, right, hold, cross, path, scroll, spread, pinch, note
    spots: tuple[Spot, ...]
    frame: Frame | None = None
    label: str = ""

    @property
    def recipe(self) -> str:
        """All that decides how it looks."""
        spots = " ".join(f"{x},{y}" for x, y in self.spots)
        framed = f" in {','.join(map(str, self.frame))}" if self.frame else ""
        return f"{self.kind} {spots}{framed}{f' {self.label!a}' if self.label else ''}"


def marks_of(actions: Iterable[Action], screen: Screen) -> tuple[Mark, ...]:
    """The marks of the actions that have a place on the screen, in their order."""
    return tuple(_numbered(_standing(list(_marks(actions, screen)))[:MARKS]))


def unit_of(width: int, height: int) -> float:
    """What marks on a picture of that size are measured in."""
    return max(width, height) / UNIT


def _marks(actions: Iterable[Action], screen: Screen) -> Iterator[Mark]:
    last: Spot | None = None
    for action in actions:
        mark = _mark(action, screen)
        if mark is None and last is not None and action.type in FOLLOWING:
            mark = Mark(kind="note", spots=(last,), label=_label(action))
        if mark is not None:
            last = mark.spots[-1]
            yield mark


def _standing(marks: list[Mark]) -> list[Mark]:
    """Without the moves that only lead to where the next action is done."""
    return [
        mark
        for mark, after in zip_longest(marks, marks[1:])
        if mark.kind != "cross" or after is None or after.spots[0] != mark.spots[0]
    ]


def _numbered(marks: list[Mark]) -> Iterator[Mark]:
    for number, mark in enumerate(marks, start=1):
        if len(marks) == 1:
            yield mark
        else:
            told = f"{number} {mark.label}".strip()
            yield Mark(kind=mark.kind, spots=mark.spots, frame=mark.frame, label=told)


def _mark(action: Action, screen: Screen) -> Mark | None:
    if len(action.path) > 1 and _is_on(action.path[0], screen):
        return _path(action, screen)
    frame = _frame(action.box, screen)
    at = action.point or (_middle(frame) if frame else None)
    if at is None or not _is_on(at, screen):
        return None
    spot = _spot(at, screen)
    if action.type is ActionType.SCROLL and action.direction:
        return _scroll(action.direction, spot, screen)
    if action.type is ActionType.OBSERVE:
        return Mark(kind="note", spots=(spot,), frame=frame, label="looks here")
    return Mark(kind=_kind(action), spots=(spot,), frame=frame, label=_label(action))


def _kind(action: Action) -> str:
    if action.type is ActionType.PINCH:
        return "spread" if action.scale is not None and action.scale > 1 else "pinch"
    if action.type is ActionType.LONG_PRESS:
        return "hold"
    if action.type is ActionType.MOVE:
        return "cross"
    return "double" if action.count > 1 else "ring"


def _label(action: Action) -> str:
    if action.type in VERBS:
        return f"{VERBS[action.type]} {_told(action.text or '')}"
    if action.type is ActionType.KEY:
        return f"presses {_plain('+'.join(action.keys) or action.text or 'a key')}"
    if action.type is ActionType.SET_CHECKED:
        return {"on": "ticks", "off": "unticks"}.get(action.mode or "", "ticks or unticks")
    if action.type is ActionType.LONG_PRESS:
        return "long press"
    if action.type in {ActionType.MOUSE_DOWN, ActionType.MOUSE_UP, ActionType.MOVE}:
        return action.type.value.replace("_", " ")
    if action.button and action.button.lower() not in {"left", "primary"}:
        return f"{_plain(action.button)} button"
    return f"{action.count} clicks" if action.count > 1 else ""


def _told(text: str) -> str:
    """Typed text as it can be drawn: the font has no letters but Latin ones."""
    line = " ".join(text[: LABEL_CHARS * 4].split())
    if not all(" " <= letter <= "\u00ff" and letter.isprintable() for letter in line):
        return f"a text of {len(text)} characters"
    return f'"{line if len(line) <= LABEL_CHARS else line[: LABEL_CHARS - 3] + "..."}"'


def _plain(name: str) -> str:
    return "".join(letter for letter in name[:20] if " " <= letter <= "~")


def _path(action: Action, screen: Screen) -> Mark:
    known = [each for each in action.path if math.isfinite(each.x) and math.isfinite(each.y)]
    stride = max(1, math.ceil((len(known) - 1) / (PATH_POINTS - 1)))
    points = [*known[:-1:stride], known[-1]]
    label = action.type.value if action.type in {ActionType.DRAG, ActionType.SWIPE} else ""
    return Mark(kind="path", spots=tuple(_spot(each, screen) for each in points), label=label)


def _scroll(direction: Direction, at: Spot, screen: Screen) -> Mark:
    dx, dy = TOWARDS[direction]
    far = unit_of(screen.width, screen.height) * REACH
    ends = (Point(x=at[0] + side * dx * far, y=at[1] + side * dy * far) for side in (-1, 1))
    spots = tuple(_spot(end, screen) for end in ends)
    return Mark(kind="scroll", spots=spots, label=f"scrolls {direction.value}")


def _frame(box: Box | None, screen: Screen) -> Frame | None:
    """The part of a box that is on the screen; None where hardly any is, or it is all of it."""
    if box is None or not all(map(math.isfinite, (box.x, box.y, box.width, box.height))):
        return None
    left, top = max(box.x, 0), max(box.y, 0)
    right, bottom = min(box.x + box.width, screen.width), min(box.y + box.height, screen.height)
    if right - left < 2 or bottom - top < 2:
        return None
    return (round(left), round(top), round(right), round(bottom))


def _middle(frame: Frame) -> Point:
    left, top, right, bottom = frame
    return Point(x=(left + right) / 2, y=(top + bottom) / 2)


def _spot(point: Point, screen: Screen) -> Spot:
    return _within(point.x, screen.width), _within(point.y, screen.height)


def _within(at: float, size: int) -> int:
    return round(min(max(at, 0), max(size - 1, 0)))


def _is_on(point: Point, screen: Screen) -> bool:
    return 0 <= point.x <= screen.width and 0 <= point.y <= screen.height
