"""UI trees in whatever notation they were recorded, read into elements; never raises."""

from __future__ import annotations

from themis.critic.evidence_only import ui_json, ui_lines, ui_xml
from themis.critic.evidence_only.elements import Element, Tree
from themis.critic.injection.search import addressed

MAX_CHARS = 600_000
MAX_ELEMENTS = 4_000


def read(text: str | None) -> Tree | None:
    """The tree of a recorded text; None where it names no element with words or a state."""
    if not text or not text.strip():
        return None
    bounded = text[:MAX_CHARS].strip()
    for notation in (ui_xml, ui_json, ui_lines):
        found = notation.read(bounded, MAX_ELEMENTS)
        if found is not None:
            told = _without_orders(bounded, found)
            return Tree(told) if told else None
    return None


def _without_orders(text: str, found: tuple[Element, ...]) -> tuple[Element, ...]:
    """Words that address whoever judges are no sign of a program, so they prove nothing.

    What stands in a field stays: a task may well ask for such words to be written.
    """
    if not addressed(text):
        return found
    return tuple(e for e in found if e.editable or not any(map(addressed, e.texts)))
