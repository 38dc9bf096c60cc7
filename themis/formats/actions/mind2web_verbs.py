"""Online-Mind2Web's verbs: `page -> GO_BACK -> to the results | SUCCESS`, `TYPE [q] -> 'shoes'`.

What stands behind the last arrow describes the action; it is not what was typed or pressed,
unless it is nothing but that.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from themis.domain.action import Action, ActionType, Direction, Point
from themis.formats.actions.keys import chord
from themis.formats.frame import Frame

_VERBS_FIRST = re.compile(r"([A-Z_]{4,13})(?: +(.{1,2000}?))? -> (.*)", re.DOTALL)
_TARGET_FIRST = re.compile(r"(.{1,2000}?) -> ([A-Z_]{4,13}) -> (.*)", re.DOTALL)
_ANSWER = re.compile(r"TASK_COMPLETE(?:\s{0,9}->\s{0,9}ANSWER:)?\s{0,9}(.*)", re.DOTALL)
_NUMBER = r"(-?\d{1,6}(?:\.\d{1,6})?)"
_COORDS = re.compile(rf"coords\(\s?{_NUMBER}\s?,\s?{_NUMBER}\s?\)")
_QUOTED = re.compile(r"(?:[a-z]{1,12} )?(?:'([^']*)'|\"([^\"]*)\")")
_PRESSED = re.compile(r"(?:press(?:es|ed|ing)? )?([A-Za-z0-9+]{1,40})\b")
_WAY = re.compile(r"\b(up|down|left|right)\b")
_ADDRESS = re.compile(r"https?://[^\s'\"]+")
_KEYS = frozenset(("enter", "esc", "tab", "space", "backspace", "delete", "home", "end"))
_MORE_KEYS = frozenset(("pageup", "pagedown", "up", "down", "left", "right"))
_MODIFIERS = frozenset(("ctrl", "alt", "shift", "meta"))
_SUFFIXES = (" | SUCCESS", " | FAILED")


@dataclass(frozen=True, slots=True)
class _Said:
    """One action: on what, and in the source's words what for."""

    target: str
    words: str
    frame: Frame

    @property
    def point(self) -> Point | None:
        """The place, where the target is one."""
        found = _COORDS.fullmatch(self.target)
        return self.frame.at(float(found[1]), float(found[2])) if found else None

    @property
    def element(self) -> str | None:
        """The target as the source names it, with its words for it."""
        if self.target in ("", "page") or _COORDS.fullmatch(self.target):
            return self.words or None
        return f"{self.target} ({self.words})" if self.words else self.target


def has_failed(written: str) -> bool:
    """Whether the recorder says that the action had no effect."""
    return written.rstrip().endswith("| FAILED")


def read_verb(written: str, frame: Frame) -> Action | None:
    """The action of one string; None where it has none of these verbs."""
    answer = _ANSWER.fullmatch(written)
    if answer:
        said = answer[1].strip() or None
        return Action(type=ActionType.TERMINATE, name="TASK_COMPLETE", text=said, status="success")
    body = next((written[: -len(end)] for end in _SUFFIXES if written.endswith(end)), written)
    return _target_first(body, frame) or _verb_first(body, frame)


def _target_first(body: str, frame: Frame) -> Action | None:
    found = _TARGET_FIRST.fullmatch(body)
    return _filled(found[2], _Said(found[1].strip(), found[3].strip(), frame)) if found else None


def _verb_first(body: str, frame: Frame) -> Action | None:
    found = _VERBS_FIRST.fullmatch(body)
    if found is None:
        return None
    return _filled(found[1], _Said((found[2] or "").strip(), found[3].strip(), frame))


def _filled(verb: str, said: _Said) -> Action | None:
    fill = _VERBS.get(verb)
    return replace(fill(said), name=verb) if fill else None


def _navigate(said: _Said) -> Action:
    address = _ADDRESS.search(said.words)
    text = address[0] if address else None
    return Action(type=ActionType.NAVIGATE, mode="goto", text=text)


def _click(said: _Said) -> Action:
    return Action(type=ActionType.CLICK, point=said.point, element=said.element, button="left")


def _hover(said: _Said) -> Action:
    return Action(type=ActionType.MOVE, point=said.point, element=said.element)


def _type(said: _Said) -> Action:
    quoted = _QUOTED.fullmatch(said.words)
    typed = None if quoted is None else quoted[1] if quoted[1] is not None else quoted[2]
    return Action(type=ActionType.TYPE, point=said.point, element=said.element, text=typed)


def _select(said: _Said) -> Action:
    return Action(type=ActionType.SELECT_OPTION, point=said.point, element=said.element)


def _scroll(said: _Said) -> Action:
    way = _WAY.search(said.words)
    return Action(
        type=ActionType.SCROLL,
        point=said.point,
        element=None if said.target in ("", "page") else said.target,
        direction=Direction(way[1]) if way else None,
    )


def _press(said: _Said) -> Action:
    pressed = _PRESSED.match(said.words)
    keys = chord(pressed[1]) if pressed else ()
    known = keys and (keys[-1] in _KEYS | _MORE_KEYS or set(keys[:-1]) & _MODIFIERS)
    return Action(type=ActionType.KEY, mode="press", keys=keys if known else ())


def _plain(kind: ActionType, mode: str | None = None) -> Callable[[_Said], Action]:
    return lambda _said: Action(type=kind, mode=mode)


_VERBS: dict[str, Callable[[_Said], Action]] = {
    "NAVIGATE": _navigate,
    "CLICK": _click,
    "HOVER": _hover,
    "TYPE": _type,
    "SELECT": _select,
    "SCROLL": _scroll,
    "PRESS_KEY": _press,
    "WAIT": _plain(ActionType.WAIT),
    "GO_BACK": _plain(ActionType.NAVIGATE, "back"),
    "GO_FORWARD": _plain(ActionType.NAVIGATE, "forward"),
    "REFRESH": _plain(ActionType.NAVIGATE, "reload"),
}
WORDS = frozenset((*_VERBS, "TASK_COMPLETE"))
