"""Whether an instruction asks for an answer, and for what."""

from __future__ import annotations

import re

from themis.critic.evidence_only.clauses import MAX_INSTRUCTION, Clause, clauses

_QUESTION = re.compile(
    r"^(?:what|which|how|when|where|who|whose|why|is|are|do|does|did|has|have|can|was|were)\b",
    re.IGNORECASE,
)
_REPORT = re.compile(
    r"^(?:report|tell (?:me|us)|state|describe|explain|answer|justify|summari[sz]e|"
    r"express your answer|format your answer|give (?:me|your)|let me know)\b"
    r"|\byour (?:final )?answer\b|\bform a verdict\b",
    re.IGNORECASE,
)
_COMMON = frozenset(
    re.findall(
        r"\w+",
        """
    about after again answer before below could exact exactly final first format from number
    numeric please question report should state tell text value what when where which whose would
    obtained interaction computed single
        """,
    )
)
SHORTEST = 5  # letters of a word that can name what was asked for


def asks(instruction: str) -> bool:
    """Whether a run that says nothing cannot have done what was asked."""
    found = clauses(instruction[:MAX_INSTRUCTION])
    # a question further on may be the text of a message that is to be sent
    opening = found[:1] if ":" not in instruction.split("?", 1)[0] else ()
    return any(_is_question(c) for c in opening) or any(_REPORT.search(c.text) for c in found)


def asked_words(instruction: str) -> tuple[str, ...]:
    """The words by which the thing that was asked for can be recognised."""
    asking = [
        c.unmark(c.text)
        for c in clauses(instruction[:MAX_INSTRUCTION])
        if _is_question(c) or _REPORT.search(c.text)
    ]
    words = (w.strip(".,;:!?()\"'`") for text in asking for w in text.split())
    return tuple(
        dict.fromkeys(w for w in words if len(w) >= SHORTEST and w.casefold() not in _COMMON)
    )


def _is_question(clause: Clause) -> bool:
    return clause.text.rstrip().endswith("?") and _QUESTION.match(clause.text) is not None
