"""The UI texts around a step, bounded so that what changed is never what is left out first."""

from __future__ import annotations

from themis.critic.sight import Sight
from themis.critic.wording import shorten
from themis.domain.wire import clean

SCANNED_CHARS = 400_000


def ui_text(sight: Sight, limit: int) -> str:
    """The UI text after the step, and the lines that only one of the two holds.

    The text before is told whole only where none was recorded after: what is in neither list
    of lines stands in both. At most twice `limit` characters.
    """
    before, after = (sight.before_ui or "")[:SCANNED_CHARS], (sight.after_ui or "")[:SCANNED_CHARS]
    name, text = ("after", after) if after else ("before", before)
    parts = [f"UI {name} the step:\n{shorten(text, limit)}"] if text else []
    if before and after:
        gone, new = _only(before, after, limit // 2), _only(after, before, limit // 2)
        parts.append(f"Lines only before:\n{gone or 'none'}")
        parts.append(f"Lines only after:\n{new or 'none'}")
    return clean("\n\n".join(parts))


def _only(these: str, others: str, limit: int) -> str:
    known = set(others.splitlines())
    return shorten("\n".join(line for line in these.splitlines() if line not in known), limit)
