"""Actions as drawings on the screen they were decided on, in pixels of that screen."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from themis.domain.action import Action, ActionType, Box, Direction, Point
from themis.domain.trajectory import Screen
from themis.web.wording import clip, say

UNIT = 90  # a mark is the screen's longer side over this
CAPTIONED = {ActionType.TYPE, ActionType.SELECT_OPTION, ActionType.KEY, ActionType.UPLOAD_FILE}
TOWARDS = {
    Direction.UP: (0, -1),
    Direction.DOWN: (0, 1),
    Direction.LEFT: (-1, 0),
    Direction.RIGHT: (1, 0),
}
GLYPH = 0.62  # width of a monospaced character, in font sizes
MAX_PATH = 400  # points drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """A chip with text beside a point."""

    text: str
    x: float
    y: float
    width: float
    height: float
    font: float

    @property
    def baseline(self) -> float:
        """Where the text stands."""
        return round(self.y + self.height * 0.68, 1)

    @property
    def inset(self) -> float:
        """Where the text begins."""
        return round(self.x + self.font * 0.6, 1)

    @property
    def corner(self) -> float:
        """The radius of its corners."""
        return round(self.height * 0.25, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One action, drawn."""

    title: str
    kind: str  # click, double, right, hold, move, box, path, scroll
    x: float
    y: float
    radius: float
    line: str = ""  # points of a polyline
    head: str = ""  # points of an arrow head
    box: Box | None = None
    caption: Caption | None = None

    @property
    def outer(self) -> float:
        """The radius of the second ring."""
        return round(self.radius * 1.4, 1)

    @property
    def dot(self) -> float:
        """The radius of its centre."""
        return round(self.radius * 0.12, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What is drawn on the picture, and what has no place on it."""

    marks: tuple[Mark, ...]
    chips: tuple[Action, ...]


def draw(actions: Iterable[Action], screen: Screen | None) -> Drawing:
    """Marks for actions with a place on the screen; the others as chips."""
    marks, chips = [], []
    for action in actions:
        mark = _mark(action, screen) if screen else None
        if mark is None:
            chips.append(action)
        else:
            marks.append(mark)
    return Drawing(marks=tuple(marks), chips=tuple(chips))


def _mark(action: Action, screen: Screen) -> Mark | None:
    unit = max(screen.width, screen.height) / UNIT
    if len(action.path) > 1 and _is_on(action.path[0], screen):
        return _path(action, unit)
    at = action.point or (_centre(action.box) if action.box else None)
    if at is None or not _is_on(at, screen):
        return None
    if action.type is ActionType.SCROLL and action.direction:
        return _scroll(action, at, unit)
    return Mark(
        title=say(action),
        kind=_kind(action),
        x=round(at.x, 1),
        y=round(at.y, 1),
        radius=round(unit * 1.6, 1),
        box=action.box,
        caption=_caption(action, at, screen, unit),
    )


def _kind(action: Action) -> str:
    if action.type is ActionType.LONG_PRESS:
        return "hold"
    if action.type is ActionType.MOVE:
        return "move"
    if action.button and action.button.lower() not in {"left", "primary"}:
        return "right"
    return "double" if action.count > 1 else "click"


def _path(action: Action, unit: float) -> Mark:
    stride = max(1, len(action.path) // MAX_PATH)
    points = [*action.path[:-1:stride], action.path[-1]]
    start, before, end = points[0], points[-2], points[-1]
    return Mark(
        title=say(action),
        kind="path",
        x=round(start.x, 1),
        y=round(start.y, 1),
        radius=round(unit * 0.6, 1),
        line=_points(points),
        head=_head(before, end, unit * 1.4),
    )


def _scroll(action: Action, at: Point, unit: float) -> Mark:
    assert action.direction is not None  # noqa: S101  the caller has looked
    dx, dy = TOWARDS[action.direction]
    start = Point(x=at.x - dx * unit * 3, y=at.y - dy * unit * 3)
    end = Point(x=at.x + dx * unit * 3, y=at.y + dy * unit * 3)
    return Mark(
        title=say(action),
        kind="scroll",
        x=round(at.x, 1),
        y=round(at.y, 1),
        radius=round(unit * 0.5, 1),
        line=_points([start, end]),
        head=_head(start, end, unit * 1.4),
    )


def _caption(action: Action, at: Point, screen: Screen, unit: float) -> Caption | None:
    if action.type not in CAPTIONED:
        return None
    font = unit * 1.1
    text = clip(say(action), 44)
    width, height = (len(text) + 2) * font * GLYPH, font * 1.9
    x = min(max(at.x + unit * 1.8, 0), max(screen.width - width, 0))
    below = at.y + unit * 1.6
    y = below if below + height < screen.height else at.y - unit * 1.6 - height
    return Caption(
        text=text,
        x=round(x, 1),
        y=round(y, 1),
        width=round(width, 1),
        height=round(height, 1),
        font=round(font, 1),
    )


def _head(start: Point, end: Point, size: float) -> str:
    angle = math.atan2(end.y - start.y, end.x - start.x)
    wings = [
        Point(x=end.x + size * math.cos(angle + turn), y=end.y + size * math.sin(angle + turn))
        for turn in (math.pi * 0.84, -math.pi * 0.84)
    ]
    return _points([wings[0], end, wings[1]])


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in points)


def _centre(box: Box) -> Point:
    return Point(x=box.x + box.width / 2, y=box.y + box.height / 2)


def _is_on(point: Point, screen: Screen) -> bool:
    return 0 <= point.x <= screen.width and 0 <= point.y <= screen.height
