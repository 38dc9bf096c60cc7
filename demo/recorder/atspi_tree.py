"""Prints the accessibility tree of every program on the bus as JSON, one element an entry.

Runs on its own under the system's Python, which has the AT-SPI bindings, and therefore imports
nothing of Themis.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from typing import Protocol, cast

SILENT_ROLES = frozenset(
    {
        "desktop frame", "filler", "panel", "redundant object", "scroll pane", "separator",
        "split pane", "status bar", "unknown", "viewport",
    }
)  # fmt: skip
NAMED_ROLES = frozenset({"label", "menu item", "page tab", "page tab list", "table cell"})
CHECKABLE = frozenset({"check box", "check menu item", "radio button", "radio menu item", "switch"})
LONGEST_VALUE = 2000
HIDDEN = -(2**31)  # the place of what is not drawn


class Extents(Protocol):
    x: int
    y: int
    width: int
    height: int


class States(Protocol):
    def contains(self, state: object) -> bool: ...


class Text(Protocol):
    def get_character_count(self) -> int: ...

    def get_text(self, start: int, end: int) -> str: ...


class Accessible(Protocol):
    def get_role_name(self) -> str: ...

    def get_name(self) -> str | None: ...

    def get_child_count(self) -> int: ...

    def get_child_at_index(self, index: int) -> Accessible | None: ...

    def get_state_set(self) -> States: ...

    def get_extents(self, kind: object) -> Extents: ...

    def get_text_iface(self) -> Text | None: ...


class StateType(Protocol):
    SHOWING: object
    CHECKED: object
    FOCUSED: object
    ENABLED: object
    SELECTED: object
    SELECTABLE: object


class CoordType(Protocol):
    SCREEN: object


class Registry(Protocol):
    StateType: StateType
    CoordType: CoordType
    Text: type[Text]

    def get_desktop(self, number: int) -> Accessible: ...


def registry() -> Registry:
    """The AT-SPI bindings; ImportError or ValueError where they are not installed."""
    importlib.import_module("gi").require_version("Atspi", "2.0")
    return cast(Registry, importlib.import_module("gi.repository.Atspi"))


def walk(atspi: Registry, item: Accessible) -> Iterator[dict[str, object]]:
    """The elements that show under an item, in the program's own order."""
    for index in range(item.get_child_count()):
        child = item.get_child_at_index(index)
        if child is None:
            continue
        states = child.get_state_set()
        if not states.contains(atspi.StateType.SHOWING):
            continue
        if child.get_role_name() not in SILENT_ROLES:
            element = entry(atspi, child, states)
            if element["bounds"] and (element["name"] or element["role"] not in NAMED_ROLES):
                yield element
        yield from walk(atspi, child)


def entry(atspi: Registry, item: Accessible, states: States) -> dict[str, object]:
    """One element as plain values."""
    role, kinds = item.get_role_name(), atspi.StateType
    place = item.get_extents(atspi.CoordType.SCREEN)
    drawn = place.x != HIDDEN and place.width > 0 and place.height > 0
    selectable = states.contains(kinds.SELECTABLE)
    return {
        "role": role,
        "name": (item.get_name() or "").strip(),
        "value": held_text(atspi, item) if role in ("text", "entry", "terminal") else None,
        "checked": states.contains(kinds.CHECKED) if role in CHECKABLE else None,
        "selected": True if selectable and states.contains(kinds.SELECTED) else None,
        "focused": states.contains(kinds.FOCUSED),
        "disabled": not states.contains(kinds.ENABLED),
        "bounds": [place.x, place.y, place.width, place.height] if drawn else None,
    }


def held_text(atspi: Registry, item: Accessible) -> str:
    """What a text field holds, cut where it is very long."""
    if item.get_text_iface() is None:
        return ""
    # by way of the interface: the methods on the element itself are deprecated
    text, field = atspi.Text, cast(Text, item)
    return text.get_text(field, 0, min(LONGEST_VALUE, text.get_character_count(field)))


def main() -> None:
    atspi = registry()
    desktop = atspi.get_desktop(0)
    found = [desktop.get_child_at_index(index) for index in range(desktop.get_child_count())]
    # by name: the order on the bus is the order of arrival, which differs from run to run
    programs = sorted((each for each in found if each), key=lambda each: each.get_name() or "")
    json.dump([line for program in programs for line in walk(atspi, program)], sys.stdout)


if __name__ == "__main__":
    main()
