"""UI trees in whatever notation they were recorded, read into elements; never raises."""

from __future__ import annotations

from themis.critic.evidence_only import ui_json, ui_lines, ui_xml
from themis.critic.evidence_only.elements import Tree

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
            return Tree(found) if found else None
    return None
