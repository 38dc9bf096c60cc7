"""The UI texts around a step, bounded so that what changed is never what is left out first."""

from __future__ import annotations

from themis.critic.sight import Sight
from themis.critic.wording import shorten
from themis.domain.wire import clean

UI_CHARS = 6_000
CHANGE_CHARS = 3_000
SCANNED_CHARS = 400_000


def ui_text(sight: Sight) -> str:
    """Both UI texts; where one had to be shortened, the lines that only one of them holds too."""
    before, after = (sight.before_ui or "")[:SCANNED_CHARS], (sight.after_ui or "")[:SCANNED_CHARS]
    parts = [
        f"UI {name} the step:\n{shorten(text, UI_CHARS)}"
        for name, text in (("before", before), ("after", after))
        if text
    ]
    if before and after and max(len(before), len(after)) > UI_CHARS:
        parts.append(f"Lines only before:\n{_only(before, after)}")
        parts.append(f"Lines only after:\n{_only(after, before)}")
    return clean("\n\n".join(parts))


def _only(these: str, others: str) -> str:
    known = set(others.splitlines())
    return shorten(
        "\n".join(line for line in these.splitlines() if line not in known), CHANGE_CHARS
    )
