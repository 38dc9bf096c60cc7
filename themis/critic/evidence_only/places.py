"""UI trees for people to point at: every element with its place on the recorded picture."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice

from themis.critic.evidence_only import ui_json, ui_lines, ui_xml
from themis.critic.evidence_only.attributes import element_of
from themis.critic.evidence_only.elements import Element
from themis.domain.action import Box

MAX_CHARS = 4_000_000
MAX_PLAIN = 600_000  # characters of a tree in lines
MAX_NODES = 20_000  # walked over
MAX_ELEMENTS = 2_500  # kept: more are on no screen
DENSITIES = (1.25, 1.5, 1.75, 2.0, 2.5, 2.625, 2.75, 3.0, 3.5, 4.0)  # pixels of a picture a unit
_NEAR = 0.02
_PAIR = re.compile(r"-?\d{1,6}")


def placed(text: str | None, *, width: int, height: int) -> tuple[Element, ...]:
    """Every element that has words, a state or a place, boxes in pixels of the picture.

    In document order, MAX_ELEMENTS at most; empty where there is no tree. Never raises.
    """
    bounded = (text or "")[:MAX_CHARS].strip()
    if not bounded:
        return ()
    told = (e for e in islice(_elements(bounded), MAX_NODES) if _is_something(e))
    return _fitted(tuple(islice(told, MAX_ELEMENTS)), width, height)


def _elements(text: str) -> Iterator[Element]:
    root = ui_xml.root_of(text)
    if root is not None:
        return (element_of(_with_bounds(ui_xml.plain(node))) for node in root.iter())
    records = ui_json.records(text, is_whole=True)
    if records is not None:
        return map(element_of, records)
    return iter(ui_lines.read(text[:MAX_PLAIN], MAX_NODES))


def _with_bounds(plain: dict[str, str]) -> dict[str, str]:
    """Attributes of a desktop's node, which names corner and size apart: "(10, 20)", "(64, 24)"."""
    numbers = [*_pair(plain, "screencoord"), *_pair(plain, "size")]
    if len(numbers) == 4:
        plain.setdefault("bounds", ",".join(numbers))
    return plain


def _pair(plain: Mapping[str, str], name: str) -> list[str]:
    return _PAIR.findall(plain.get(name, "")[:40])


def _is_something(element: Element) -> bool:
    box = element.box
    has_place = box is not None and box.width > 0 and box.height > 0
    return has_place or bool(element.texts or element.hint) or element.checked is not None


def _fitted(elements: tuple[Element, ...], width: int, height: int) -> tuple[Element, ...]:
    """The elements with boxes in the picture's pixels, cut at its edges; None outside it."""
    across, down = _scale([e.box for e in elements if e.box], width, height)
    return tuple(
        replace(e, box=_cut(e.box, across, down, width, height)) if e.box else e for e in elements
    )


def _scale(boxes: list[Box], width: int, height: int) -> tuple[float, float]:
    """How many pixels of the picture one unit of the tree is, across and down."""
    right = max((box.x + box.width for box in boxes), default=0.0)
    bottom = max((box.y + box.height for box in boxes), default=0.0)
    if 0 < right <= 1 and 0 < bottom <= 1:
        return float(width), float(height)
    whole = next((box for box in boxes if box.x == 0 and box.y == 0 and box.width), None)
    if whole is None or not whole.height:
        return 1.0, 1.0
    across, down = width / whole.width, height / whole.height
    is_alike = abs(across - down) <= _NEAR * across
    is_smaller = across < 1 - _NEAR
    is_denser = any(abs(across - density) <= _NEAR for density in DENSITIES)
    return (across, across) if is_alike and (is_smaller or is_denser) else (1.0, 1.0)


def _cut(box: Box, across: float, down: float, width: int, height: int) -> Box | None:
    left, top = max(box.x * across, 0.0), max(box.y * down, 0.0)
    right = min((box.x + box.width) * across, float(width))
    bottom = min((box.y + box.height) * down, float(height))
    if right - left < 1 or bottom - top < 1:
        return None
    return Box(
        x=round(left, 1),
        y=round(top, 1),
        width=round(right - left, 1),
        height=round(bottom - top, 1),
    )
