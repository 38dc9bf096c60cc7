"""Sentences of the Agent Browser Protocol's harness: `Click at (600, 475)`, `Press CONTROL+A`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from themis.domain.action import Action, ActionType, Point
from themis.formats.actions.browsergym_inputs import scrolled
from themis.formats.actions.keys import chord
from themis.formats.frame import Frame

_NUMBER = r"(-?\d{1,6}(?:\.\d{1,6})?)"
_PLACE = rf"\({_NUMBER}, {_NUMBER}\)"
_Found = re.Match[str]


def read_sentence(written: str, frame: Frame) -> Action | None:
    """The action of one sentence; None where it is none of them."""
    for word, (pattern, fill) in _SENTENCES.items():
        if written.startswith(word):
            found = pattern.fullmatch(written, len(word))
            return replace(fill(found, frame), name=word) if found else None
    return None


def _place(found: _Found, frame: Frame, first: int = 1) -> Point | None:
    return frame.at(float(found[first]), float(found[first + 1]))


def _click(found: _Found, frame: Frame) -> Action:
    return Action(type=ActionType.CLICK, point=_place(found, frame), button="left")


def _hover(found: _Found, frame: Frame) -> Action:
    return Action(type=ActionType.MOVE, point=_place(found, frame))


def _drag(found: _Found, frame: Frame) -> Action:
    path = tuple(at for at in (_place(found, frame), _place(found, frame, 3)) if at is not None)
    return Action(type=ActionType.DRAG, path=path if len(path) == 2 else (), button="left")


def _type(found: _Found, _frame: Frame) -> Action:
    return Action(type=ActionType.TYPE, mode="keys", text=found[1])


def _press(found: _Found, _frame: Frame) -> Action:
    return Action(type=ActionType.KEY, mode="press", keys=chord(found[1]))


def _go(found: _Found, _frame: Frame) -> Action:
    return Action(type=ActionType.NAVIGATE, mode="goto", text=found[1])


def _turn(found: _Found, _frame: Frame) -> Action:
    return Action(type=ActionType.NAVIGATE, mode=found[1])


def _scroll(found: _Found, _frame: Frame) -> Action:
    return scrolled(float(found[1]), float(found[2])) or Action(type=ActionType.SCROLL)


def _pick(found: _Found, _frame: Frame) -> Action:
    if found[2] is None:
        return Action(type=ActionType.TOOL_CALL, element=found[1], text="CANCEL")
    return Action(type=ActionType.SELECT_OPTION, element=found[1], text=found[2])


def _slide(found: _Found, _frame: Frame) -> Action:
    return Action(type=ActionType.TOOL_CALL, text=found[1])


_SENTENCES: dict[str, tuple[re.Pattern[str], Callable[[_Found, Frame], Action]]] = {
    "Click at": (re.compile(rf" {_PLACE}"), _click),
    "Hover at": (re.compile(rf" {_PLACE}"), _hover),
    "Drag from": (re.compile(rf" {_PLACE} to {_PLACE}"), _drag),
    "Type": (re.compile(r' "(.*)"', re.DOTALL), _type),
    "Press": (re.compile(r" (\S+)"), _press),
    "Navigate to": (re.compile(r" (\S+)"), _go),
    "Navigate": (re.compile(r" (back|forward|reload)"), _turn),
    "Scroll": (re.compile(rf" \(delta_x={_NUMBER}, delta_y={_NUMBER}\)"), _scroll),
    "Select picker": (
        re.compile(r" (\S+) -> (?:CANCEL|Select option\(s\) (\[[\d, ]*\]))"),
        _pick,
    ),
    "Slider": (re.compile(r" (\S.*)", re.DOTALL), _slide),
}
WORDS = frozenset(_SENTENCES)
BATCHED = frozenset(("Click at", "Hover at", "Drag from", "Type", "Press"))
"""What several of can be sent at once; the one picture of the answer then stands for each."""
