"""Marks drawn on a picture: magenta with a white rim, so that they stand out on any page."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from themis.critic.views.marks import Mark, unit_of

INK = (230, 0, 120)
RIM = (255, 255, 255)
LEAST_UNIT = 5.0  # pixels: smaller marks would not be seen
TURN = math.pi * 0.84  # of the wings of an arrow head


def draw(picture: Image.Image, marks: Sequence[Mark], *, scale: float = 1.0) -> None:
    """Draw the marks on the picture; `scale` is its size over that of the screen."""
    _Pen(picture, scale).draw(marks)


class _Pen:
    def __init__(self, picture: Image.Image, scale: float) -> None:
        self._size = picture.size
        self._scale = scale
        self._unit = max(unit_of(*picture.size), LEAST_UNIT)
        self._on = ImageDraw.Draw(picture)
        self._taken: list[tuple[float, float, float, float]] = []
        self._letters = max(11, round(self._unit * 1.15))
        self._font = ImageFont.load_default(size=self._letters)

    def draw(self, marks: Sequence[Mark]) -> None:
        for mark in marks:
            self._draw(mark)
            self._taken += [self._around(*self._at(*spot)) for spot in mark.spots]
        for mark in marks:  # words last: no line of another mark goes through them
            if mark.label:
                self._label(mark)

    def _draw(self, mark: Mark) -> None:
        spots = [self._at(*spot) for spot in mark.spots]
        if mark.frame:
            left, top, right, bottom = mark.frame
            self._frame(*self._at(left, top), *self._at(right, bottom))
        match mark.kind:
            case "path" | "scroll":
                self._arrow(spots)
            case "cross":
                self._cross(*spots[0])
            case "spread" | "pinch":
                self._fingers(*spots[0], outwards=mark.kind == "spread")
            case "note":
                pass
            case _:
                self._rings(*spots[0], mark.kind)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return x * self._scale, y * self._scale

    def _around(self, x: float, y: float) -> tuple[float, float, float, float]:
        far = self._unit * 1.7
        return x - far, y - far, x + far, y + far

    @property
    def _thick(self) -> int:
        return max(2, round(self._unit * 0.3))

    def _rings(self, x: float, y: float, kind: str) -> None:
        radius = self._unit * 1.6
        self._circle(x, y, radius)
        if kind in {"double", "hold"}:
            self._circle(x, y, radius * 1.6)
        dot = self._unit * (0.9 if kind == "hold" else 0.25)
        self._on.ellipse((x - dot, y - dot, x + dot, y + dot), fill=INK, outline=RIM)

    def _circle(self, x: float, y: float, radius: float) -> None:
        rim = self._thick
        for grown, width, color in ((rim / 2, self._thick + rim, RIM), (0, self._thick, INK)):
            far = radius + grown
            self._on.ellipse((x - far, y - far, x + far, y + far), outline=color, width=width)

    def _cross(self, x: float, y: float) -> None:
        arm = self._unit * 1.6
        self._line([(x - arm, y), (x + arm, y)])
        self._line([(x, y - arm), (x, y + arm)])

    def _fingers(self, x: float, y: float, *, outwards: bool) -> None:
        near, far = self._unit, self._unit * 5
        for side in (-1, 1):
            ends = [(x + side * near, y - side * near), (x + side * far, y - side * far)]
            self._arrow(ends if outwards else ends[::-1])

    def _arrow(self, spots: list[tuple[float, float]]) -> None:
        start, end = spots[0], spots[-1]
        before = next((spot for spot in reversed(spots[:-1]) if spot != end), start)
        angle = math.atan2(end[1] - before[1], end[0] - before[0])
        far = self._unit * 1.8
        wings = [
            (end[0] + far * math.cos(angle + turn), end[1] + far * math.sin(angle + turn))
            for turn in (TURN, -TURN)
        ]
        head = [wings[0], end, wings[1]]
        self._line(spots, head)
        dot = self._unit * 0.7
        self._on.ellipse(
            (start[0] - dot, start[1] - dot, start[0] + dot, start[1] + dot), fill=INK, outline=RIM
        )

    def _line(self, *lines: list[tuple[float, float]]) -> None:
        for width, color in ((self._thick * 2, RIM), (self._thick, INK)):
            for line in lines:
                self._on.line(line, fill=color, width=width, joint="curve")

    def _frame(self, left: float, top: float, right: float, bottom: float) -> None:
        thin = max(1, self._thick // 2)
        self._on.rectangle((left - thin, top - thin, right + thin, bottom + thin), outline=RIM)
        self._on.rectangle((left, top, right, bottom), outline=INK, width=thin)

    def _label(self, mark: Mark) -> None:
        pad = self._unit * 0.5
        width = self._font.getlength(mark.label) + 2 * pad
        height = self._letters * 1.2 + 2 * pad
        x, y = self._place(*self._at(*mark.spots[0]), width, height)
        self._taken.append((x, y, x + width, y + height))
        self._on.rounded_rectangle((x, y, x + width, y + height), pad, fill=INK, outline=RIM)
        middle = (x + pad, y + height / 2)
        self._on.text(middle, mark.label, fill=RIM, font=self._font, anchor="lm")

    def _place(self, x: float, y: float, width: float, height: float) -> tuple[float, float]:
        """Beside the spot, where no other mark and no other label is, if there is such a place."""
        gap = self._unit * 2.0
        wanted = [(x + gap, y + gap), (x + gap, y - gap - height)]
        wanted += [(x - gap - width, at_y) for _, at_y in wanted]
        kept = [self._kept_on(at_x, at_y, width, height) for at_x, at_y in wanted]
        return next((at for at in kept if self._is_free(*at, width, height)), kept[0])

    def _kept_on(self, x: float, y: float, width: float, height: float) -> tuple[float, float]:
        most_x, most_y = self._size[0] - width - 1, self._size[1] - height - 1
        return min(max(x, 0), max(most_x, 0)), min(max(y, 0), max(most_y, 0))

    def _is_free(self, x: float, y: float, width: float, height: float) -> bool:
        return not any(
            x < right and left < x + width and y < bottom and top < y + height
            for left, top, right, bottom in self._taken
        )
