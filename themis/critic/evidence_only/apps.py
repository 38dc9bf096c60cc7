"""Tasks that name the app they are to be done in: "... in the Notes app"."""

from __future__ import annotations

import re
from dataclasses import replace

from themis.critic.evidence_only.clauses import Clause

_IN_APP = re.compile(
    r"\b(?:in|using|with|from|into|within)\s+(?:the\s+|my\s+)?((?:[A-Z][\w-]*\s+){1,4})app\b"
)


def named(clause: Clause) -> tuple[Clause, str]:
    """A clause without the app it is to be done in, and that app; "" where it names none."""
    found = _IN_APP.search(clause.text)
    if found is None:
        return clause, ""
    text = " ".join(f"{clause.text[: found.start()]} {clause.text[found.end() :]}".split())
    return replace(clause, text=text), found[1].strip()
