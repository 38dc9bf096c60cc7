"""What was found on a screen of AITW: boxes as (top, left, height, width), texts, kinds."""

from __future__ import annotations

import json
from dataclasses import dataclass

from themis.domain.action import Box, Point
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.formats.fields import items, number, text
from themis.formats.jsonfile import parse

_POSITIONS = ("ui_positions", "image/ui_annotations_positions")
_TEXTS = ("ui_text", "image/ui_annotations_text")
_KINDS = ("ui_types", "image/ui_annotations_ui_types")
KEYS = (*_POSITIONS, *_TEXTS, *_KINDS)


@dataclass(frozen=True, slots=True)
class Element:
    """One text or icon, in pixels of the recorded screen."""

    box: Box
    text: str
    kind: str  # "TEXT", "ICON_HOME"

    @property
    def name(self) -> str:
        """How an action names it."""
        return f"text={self.text}" if self.text else f"type={self.kind}"

    def holds(self, point: Point) -> bool:
        """Whether the point lies on it."""
        across, along = point.x - self.box.x, point.y - self.box.y
        return 0 <= across <= self.box.width and 0 <= along <= self.box.height


def elements_of(step: dict[str, Json]) -> tuple[Element, ...]:
    """Those of one step, in the source's order; a place that is none is passed over."""
    texts, kinds = _list(step, _TEXTS), _list(step, _KINDS)
    found = []
    for at, place in enumerate(_list(step, _POSITIONS)):
        numbers = [number(each) for each in items(place)]
        sides = [each for each in numbers if each is not None]
        if len(sides) == len(numbers) == 4:
            top, left, height, width = sides
            box = Box(x=left, y=top, width=max(0.0, width), height=max(0.0, height))
            found.append(Element(box, _at(texts, at), _at(kinds, at)))
    return tuple(found)


def hit(elements: tuple[Element, ...], point: Point) -> Element | None:
    """The smallest element the point lies on."""
    under = [each for each in elements if each.holds(point)]
    return min(under, key=lambda each: each.box.width * each.box.height, default=None)


def as_text(elements: tuple[Element, ...]) -> str | None:
    """The elements as JSON, with corners in place of top, left, height and width."""
    told = [
        {"type": each.kind, "text": each.text, "bounds": _corners(each.box)} for each in elements
    ]
    return json.dumps(told, ensure_ascii=False) if told else None


def _corners(box: Box) -> str:
    return f"[{box.x:g},{box.y:g}][{box.x + box.width:g},{box.y + box.height:g}]"


def _list(step: dict[str, Json], names: tuple[str, ...]) -> list[Json]:
    """A list, or the text of one."""
    held = next((step[name] for name in names if name in step), None)
    if not isinstance(held, str):
        return items(held)
    try:
        return items(parse(held, at="ui"))
    except UnreadableTrajectory:
        return []


def _at(held: list[Json], at: int) -> str:
    return text(held[at]) if at < len(held) else ""
