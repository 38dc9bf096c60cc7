"""What a UI tree holds, whatever notation it came in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from themis.critic.evidence_only.wording import contains, contains_loosely, normal, same
from themis.domain.action import Box, Point

_EDITABLE = (
    "textbox", "searchbox", "textarea", "textfield", "edittext", "entry", "input", "editbar",
    "password text", "spinbutton", "spin button", "autocomplete", "document text", "editable",
    "document_text", "password_text", "spin_button", "combobox", "combo box", "combo_box",
    "slider", "listbox", "spinner",
)  # fmt: skip
TARGET = 0.15  # of the largest box: what is larger is a background, not a target
_WINDOW = ("window", "frame", "document", "document web", "document frame", "rootwebarea", "title")
_HEADING = (*_WINDOW, "heading", "dialog", "alertdialog", "banner", "header", "page")


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element: what it is, what it is called and what it holds."""

    role: str = ""
    name: str = ""
    value: str | None = None
    hint: str = ""
    ref: str = ""  # the number or id by which an action may name it
    checked: bool | None = None
    selected: bool | None = None
    editable: bool = False  # it holds a value that a person sets
    disabled: bool = False
    box: Box | None = None
    line: str = ""  # as quoted

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text that a person would see in it."""
        return tuple(text for text in (self.name, self.value) if text)

    @property
    def is_heading(self) -> bool:
        """Whether it says where one is: a title, a heading, a window."""
        return _kind(self.role) in _HEADING

    @property
    def is_window(self) -> bool:
        """Whether it is a whole window or page."""
        return _kind(self.role) in _WINDOW

    @property
    def quote(self) -> str:
        """The element in words."""
        return self.line or " ".join(self.texts)


@dataclass(frozen=True)
class Tree:
    """The elements on a screen, in document order, and where they were read from."""

    elements: tuple[Element, ...]
    recognised: bool = field(default=False)  # read from pixels: no roles, no absence to trust

    @cached_property
    def keys(self) -> frozenset[str]:
        """The visible texts, normalised: what makes two moments comparable."""
        return frozenset(normal(text) for each in self.elements for text in each.texts)

    def holding(self, phrase: str) -> tuple[Element, ...]:
        """The elements whose words contain a phrase."""
        found = contains_loosely if self.recognised else contains
        return tuple(e for e in self.elements if any(found(t, phrase) for t in e.texts))

    def shows(self, phrase: str) -> bool:
        """Whether a phrase stands on the screen."""
        return bool(self.holding(phrase))

    def likeness(self, other: Tree) -> float:
        """How much of the smaller screen stands on the other, 0 to 1."""
        smaller = min(len(self.keys), len(other.keys))
        return len(self.keys & other.keys) / smaller if smaller else 0.0

    def new_since(self, other: Tree | None) -> tuple[Element, ...]:
        """The elements with a text that the other screen did not show."""
        if other is None:
            return ()
        return tuple(
            e
            for e in self.elements
            if e.texts and any(normal(t) not in other.keys for t in e.texts)
        )

    def at(self, point: Point) -> tuple[str, ...]:
        """The texts of the smallest box around a point that has any."""
        around = sorted(
            (e for e in self.elements if e.box and _inside(point, e.box)),
            key=lambda e: _area(e.box),
        )
        largest = TARGET * max((_area(e.box) for e in self.elements), default=0.0)
        for element in around[:6]:
            if _area(element.box) > largest and len(self.elements) > 1:
                break
            names = element.texts or self._within(element)
            if names:
                return names[:4]
        return ()

    def _within(self, outer: Element) -> tuple[str, ...]:
        return tuple(text for e in self.elements if encloses(outer.box, e.box) for text in e.texts)

    def labels(self, element: Element) -> tuple[str, ...]:
        """What an element may be called: its own name, its hint, the words beside it."""
        own = [element.hint, *_own_name(element)]
        place = self.elements.index(element)
        before = next((e for e in reversed(self.elements[:place]) if _is_label(e)), None)
        after = self.elements[place + 1] if place + 1 < len(self.elements) else None
        if before is not None:
            own.append(before.name)
        if after is not None and _is_label(after) and encloses(element.box, after.box):
            own.append(after.name)
        return tuple(label for label in own if label)


def is_editable(role: str) -> bool:
    """Whether one types into elements of this role."""
    word = _kind(role)
    return word in _EDITABLE or word.endswith("edittext")


def own_label(element: Element) -> str:
    """The label that the tree itself ties to a field; empty where it names none."""
    return next((label for label in (*_own_name(element), element.hint) if label), "")


def unique(elements: Iterable[Element]) -> tuple[Element, ...]:
    """The elements without those that say the same line twice."""
    return tuple({normal(e.quote): e for e in elements}.values())


def encloses(outer: Box | None, inner: Box | None) -> bool:
    """Whether one box lies in another, give or take a pixel."""
    return (
        outer is not None
        and inner is not None
        and inner != outer
        and outer.x - 1 <= inner.x
        and outer.y - 1 <= inner.y
        and inner.x + inner.width <= outer.x + outer.width + 1
        and inner.y + inner.height <= outer.y + outer.height + 1
    )


def _kind(role: str) -> str:
    """A role without its package, in one spelling."""
    return role.casefold().rsplit(".", 1)[-1].replace("_", " ").strip()


def _own_name(element: Element) -> list[str]:
    named = element.name and not same(element.name, element.value or "")
    return [element.name] if named and element.value is not None else []


def _is_label(element: Element) -> bool:
    return bool(element.name) and not element.editable and element.checked is None


def _inside(point: Point, box: Box) -> bool:
    return box.x <= point.x <= box.x + box.width and box.y <= point.y <= box.y + box.height


def _area(box: Box | None) -> float:
    return box.width * box.height if box else 0.0
