"""Words in a box, drawn on a picture: beside a mark, or at its edge for what has no place."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from themis.domain.action import Action, ActionType, Direction, Point
from themis.domain.trajectory import Screen
from themis.web.wording import clip, say

GLYPH = 0.62  # width of a monospaced character, in font sizes
ICON = 1.3  # likewise of an icon
MAX_TEXT = 44  # characters
MAX_NOTES = 4  # drawn at the edge; the rest is told as a number
ICONS: dict[ActionType, str] = {
    **dict.fromkeys((ActionType.TYPE, ActionType.KEY, ActionType.CLIPBOARD), "keyboard"),
    **dict.fromkeys((ActionType.DRAG, ActionType.SWIPE, ActionType.PINCH), "move"),
    **dict.fromkeys((ActionType.CODE, ActionType.TOOL_CALL), "code"),
    **dict.fromkeys((ActionType.NAVIGATE, ActionType.TAB), "window"),
    **dict.fromkeys((ActionType.OPEN_APP, ActionType.CLOSE_APP), "window"),
    ActionType.SCROLL: "scroll",
    ActionType.WAIT: "waiting",
    ActionType.OBSERVE: "eye",
    ActionType.MESSAGE: "message",
    ActionType.TERMINATE: "flag",
    ActionType.SYSTEM_BUTTON: "window",
    ActionType.UPLOAD_FILE: "upload",
    ActionType.SET_CHECKED: "passed",
}
ARROWS = {Direction.UP: "↑", Direction.DOWN: "↓", Direction.LEFT: "←", Direction.RIGHT: "→"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """Text in a box, in pixels of the picture."""

    text: str
    x: float
    y: float
    width: float
    height: float
    font: float
    icon: str = ""

    @property
    def baseline(self) -> float:
        """Where the text stands."""
        return round(self.y + self.height * 0.68, 1)

    @property
    def inset(self) -> float:
        """Where the text begins."""
        return round(self.x + self.font * (0.6 + (ICON + 0.3 if self.icon else 0)), 1)

    @property
    def corner(self) -> float:
        """The radius of its corners."""
        return round(self.height * 0.25, 1)

    @property
    def icon_x(self) -> float:
        """Where its icon begins."""
        return round(self.x + self.font * 0.55, 1)

    @property
    def icon_y(self) -> float:
        """Where its icon begins."""
        return round(self.y + (self.height - self.icon_size) / 2, 1)

    @property
    def icon_size(self) -> float:
        """The side of its icon."""
        return round(self.font * ICON, 1)


def beside(text: str, at: Point, screen: Screen, unit: float) -> Chip:
    """A chip below the right of a point, or where there is room for it."""
    font = unit * 1.1
    width, height = _size(text, font)
    x = min(max(at.x + unit * 1.8, 0), max(screen.width - width, 0))
    below = at.y + unit * 1.6
    y = below if below + height < screen.height else at.y - unit * 1.6 - height
    return _chip(text, (x, max(y, 0.0)), font)


def notes(actions: Sequence[Action], screen: Screen, unit: float) -> tuple[Chip, ...]:
    """A chip for each action, from the lower left corner of a picture upwards."""
    told = [(_words(action), ICONS.get(action.type, "pointer")) for action in actions[:MAX_NOTES]]
    if len(actions) > MAX_NOTES:
        told.append((f"and {len(actions) - MAX_NOTES} more", ""))
    font, gap = unit * 1.1, unit * 0.5
    rise = _size("", font)[1] + gap
    top = screen.height - gap - len(told) * rise
    return tuple(
        _chip(text, (gap * 2, top + index * rise), font, icon)
        for index, (text, icon) in enumerate(told)
    )


def _words(action: Action) -> str:
    arrow = ARROWS[action.direction] if action.direction else ""
    return clip(f"{arrow} {say(action)}".strip(), MAX_TEXT)


def _chip(text: str, at: tuple[float, float], font: float, icon: str = "") -> Chip:
    width, height = _size(text, font)
    return Chip(
        text=text,
        x=round(at[0], 1),
        y=round(at[1], 1),
        width=round(width + (font * (ICON + 0.3) if icon else 0), 1),
        height=round(height, 1),
        font=round(font, 1),
        icon=icon,
    )


def _size(text: str, font: float) -> tuple[float, float]:
    """Chinese, Japanese and Korean letters are twice as wide."""
    cells = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
    return (cells + 2) * font * GLYPH, font * 1.9
