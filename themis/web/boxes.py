"""The elements of one step's UI trees, as a page draws them under the pointer."""

from __future__ import annotations

from themis.critic.evidence_only.elements import Element
from themis.critic.evidence_only.places import MAX_ELEMENTS, placed
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Screen, Trajectory
from themis.web.places import AFTER, BEFORE
from themis.web.wording import clip

MAX_TEXT = 160  # characters of an element's words
UNKNOWN = (100_000, 100_000)  # the size of a screen of which there is no picture


def boxes_of(recording: Trajectory, number: int) -> dict[str, Json]:
    """By side: what the elements are, where, and a note where something is to be said of them.

    An element is [x, y, width, height, role, words, id]; without a place the first four are null.
    """
    step = recording.steps[number - 1]
    before_ui, after_ui = step.before_ui, step.after_ui
    if not before_ui and number > 1:
        earlier = recording.steps[number - 2]
        before_ui = _shared(earlier.after, step.before, earlier.after_ui)
    if not after_ui and number < len(recording.steps):
        later = recording.steps[number]
        after_ui = _shared(later.before, step.after, later.before_ui)
    return {
        BEFORE: _side(recording, step.before, before_ui, BEFORE),
        AFTER: _side(recording, step.after, after_ui, AFTER),
    }


def _shared(theirs: int | None, ours: int | None, tree: str | None) -> str | None:
    """A neighbour's tree, where it is of this very picture."""
    return tree if ours is not None and theirs == ours else None


def _side(recording: Trajectory, position: int | None, tree: str | None, side: str) -> Json:
    screen = _screen(recording, position)
    width, height = (screen.width, screen.height) if screen else UNKNOWN
    elements = placed(tree, width=width, height=height)
    told: list[Json] = [_told(element) for element in elements]
    return {"note": _note(elements, side, has_tree=bool(tree)), "elements": told}


def _screen(recording: Trajectory, position: int | None) -> Screen | None:
    if position is None or not 0 <= position < len(recording.screens):
        return None
    return recording.screens[position]


def _told(element: Element) -> list[Json]:
    box = element.box
    place: list[Json] = [box.x, box.y, box.width, box.height] if box else [None] * 4
    value = "" if element.value in (None, element.name) else f"= {element.value}"
    words = " ".join(part for part in (element.name, value) if part) or element.hint
    return [*place, clip(element.role, 60), clip(words, MAX_TEXT), clip(element.ref, 80)]


def _note(elements: tuple[Element, ...], side: str, *, has_tree: bool) -> str:
    if not has_tree:
        return f"No UI tree was recorded {side} this step."
    if not any(element.box for element in elements):
        return (
            "This UI tree names no places, so nothing can be pointed at; its elements are listed."
        )
    if len(elements) >= MAX_ELEMENTS:
        return f"Only the first {MAX_ELEMENTS:,} elements of this UI tree are shown."
    return ""
