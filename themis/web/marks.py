"""Actions as drawings on the screen they were decided on, in pixels of that screen."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from themis.domain.action import Action, ActionType, Box, Delta, Direction, Point
from themis.domain.trajectory import Screen
from themis.web.chips import MAX_TEXT, Chip, beside, notes
from themis.web.wording import clip, say

UNIT = 90  # a mark is the screen's longer side over this
TOWARDS = {
    Direction.UP: (0, -1),
    Direction.DOWN: (0, 1),
    Direction.LEFT: (-1, 0),
    Direction.RIGHT: (1, 0),
}
KINDS = {
    ActionType.LONG_PRESS: "hold",
    ActionType.MOVE: "move",
    ActionType.MOUSE_DOWN: "down",
    ActionType.MOUSE_UP: "up",
    ActionType.OBSERVE: "look",
    ActionType.DRAG: "path",
    ActionType.SWIPE: "path",
}
SELF_EVIDENT = {  # the drawing says it all
    *(ActionType.CLICK, ActionType.LONG_PRESS, ActionType.MOUSE_DOWN, ActionType.MOUSE_UP),
    *(ActionType.MOVE, ActionType.DRAG, ActionType.SWIPE, ActionType.SCROLL, ActionType.PINCH),
}
MAX_PATH = 400  # points drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """A way something goes: the points of a line and of its head."""

    line: str
    head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One action, drawn."""

    title: str
    kind: str  # click, double, right, hold, down, up, move, look, path, scroll, pinch
    x: float
    y: float
    radius: float
    arrows: tuple[Arrow, ...] = ()
    box: Box | None = None
    caption: Chip | None = None

    @property
    def outer(self) -> float:
        """The radius of the second ring."""
        return round(self.radius * 1.4, 1)

    @property
    def dot(self) -> float:
        """The radius of its centre."""
        return round(self.radius * 0.12, 1)

    @property
    def has_ring(self) -> bool:
        """Whether it is at one point: a scroll, a pinch and a look are not."""
        return self.kind not in {"scroll", "pinch", "look"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What is drawn on the picture: at its places, and at its edge for what has none."""

    marks: tuple[Mark, ...]
    chips: tuple[Action, ...]
    notes: tuple[Chip, ...] = ()


def draw(actions: Iterable[Action], screen: Screen | None) -> Drawing:
    """Marks for actions with a place on the screen; the others as chips."""
    marks, chips = [], []
    for action in actions:
        mark = _mark(action, screen) if screen else None
        if mark is None:
            chips.append(action)
        else:
            marks.append(mark)
    told = notes(chips, screen, _unit(screen)) if screen and chips else ()
    return Drawing(marks=tuple(marks), chips=tuple(chips), notes=told)


def _unit(screen: Screen) -> float:
    return max(screen.width, screen.height) / UNIT


def _mark(action: Action, screen: Screen) -> Mark | None:
    unit = _unit(screen)
    if len(action.path) > 1 and _is_on(action.path[0], screen):
        return _path(action, unit)
    at = action.point or _start(action) or (_centre(action.box) if action.box else None)
    if at is None or not _is_on(at, screen):
        return None
    direction = action.direction or _direction(action.delta)
    if action.type in {ActionType.SCROLL, ActionType.SWIPE} and direction:
        return _swept(action, at, direction, unit)
    if action.type is ActionType.PINCH:
        return _pinch(action, at, unit)
    return Mark(
        title=say(action),
        kind=_kind(action),
        x=round(at.x, 1),
        y=round(at.y, 1),
        radius=round(unit * 1.6, 1),
        arrows=_pressing(action, at, unit),
        box=action.box,
        caption=_caption(action, at, screen, unit),
    )


def _kind(action: Action) -> str:
    if action.type in KINDS:
        return KINDS[action.type]
    if action.button and action.button.lower() not in {"left", "primary"}:
        return "right"
    return "double" if action.count > 1 else "click"


def _start(action: Action) -> Point | None:
    return action.path[0] if action.path else None


def _direction(delta: Delta | None) -> Direction | None:
    """Where a scroll goes that only says how far."""
    if delta is None or not (delta.dx or delta.dy):
        return None
    if abs(delta.dx) > abs(delta.dy):
        return Direction.RIGHT if delta.dx > 0 else Direction.LEFT
    return Direction.DOWN if delta.dy > 0 else Direction.UP


def _path(action: Action, unit: float) -> Mark:
    stride = max(1, len(action.path) // MAX_PATH)
    points = [*action.path[:-1:stride], action.path[-1]]
    return Mark(
        title=say(action),
        kind="path",
        x=round(points[0].x, 1),
        y=round(points[0].y, 1),
        radius=round(unit * 0.6, 1),
        arrows=(_arrow(points, unit),),
    )


def _swept(action: Action, at: Point, direction: Direction, unit: float) -> Mark:
    """A scroll around its point; a swipe from it."""
    dx, dy = TOWARDS[direction]
    is_scroll = action.type is ActionType.SCROLL
    back = unit * 3 if is_scroll else 0.0
    ahead = unit * (3 if is_scroll else 8)
    start = Point(x=at.x - dx * back, y=at.y - dy * back)
    end = Point(x=at.x + dx * ahead, y=at.y + dy * ahead)
    return Mark(
        title=say(action),
        kind="scroll" if is_scroll else "path",
        x=round(at.x, 1),
        y=round(at.y, 1),
        radius=round(unit * (0.5 if is_scroll else 0.6), 1),
        arrows=(_arrow([start, end], unit),),
    )


def _pinch(action: Action, at: Point, unit: float) -> Mark:
    """Two fingers apart from each other, or towards each other."""
    spreads = action.scale is not None and action.scale > 1
    arrows = []
    for side in (-1, 1):
        near = Point(x=at.x + side * unit, y=at.y - side * unit)
        far = Point(x=at.x + side * unit * 4, y=at.y - side * unit * 4)
        arrows.append(_arrow([near, far] if spreads else [far, near], unit))
    return Mark(
        title=say(action),
        kind="pinch",
        x=round(at.x, 1),
        y=round(at.y, 1),
        radius=round(unit * 0.6, 1),
        arrows=tuple(arrows),
    )


def _pressing(action: Action, at: Point, unit: float) -> tuple[Arrow, ...]:
    """A button that goes down, or up, and stays there."""
    ways = {ActionType.MOUSE_DOWN: 1, ActionType.MOUSE_UP: -1}
    if action.type not in ways:
        return ()
    reach = unit * 0.8 * ways[action.type]
    points = [Point(x=at.x, y=at.y - reach), Point(x=at.x, y=at.y + reach)]
    return (_arrow(points, unit * 0.5),)


def _caption(action: Action, at: Point, screen: Screen, unit: float) -> Chip | None:
    is_bare = action.type in SELF_EVIDENT and not action.modifiers and action.seconds is None
    return None if is_bare else beside(clip(say(action), MAX_TEXT), at, screen, unit)


def _arrow(points: list[Point], unit: float) -> Arrow:
    start, end, size = points[-2], points[-1], unit * 1.4
    angle = math.atan2(end.y - start.y, end.x - start.x)
    wings = [
        Point(x=end.x + size * math.cos(angle + turn), y=end.y + size * math.sin(angle + turn))
        for turn in (math.pi * 0.84, -math.pi * 0.84)
    ]
    return Arrow(line=_points(points), head=_points([wings[0], end, wings[1]]))


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in points)


def _centre(box: Box) -> Point:
    return Point(x=box.x + box.width / 2, y=box.y + box.height / 2)


def _is_on(point: Point, screen: Screen) -> bool:
    return 0 <= point.x <= screen.width and 0 <= point.y <= screen.height
