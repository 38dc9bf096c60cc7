"""Whether an instruction asks for an answer, and for what."""

from __future__ import annotations

import re

from themis.critic.evidence_only.clauses import MAX_INSTRUCTION, Clause, clauses

# "how can I" and "could you" ask for a deed as often as for an answer
_QUESTION = re.compile(
    r"^(?:what|which|how (?:many|much|long|often|old|far|high|large)|when|where|who|whose|"
    r"is there|are there|do i have|did i)\b(?! about\b)",
    re.IGNORECASE,
)
_INTO_FILE = re.compile(r"\b(?:in|into|to|as)\s+\S*[\w~]\.[a-z]\w{1,4}\b", re.IGNORECASE)
_REPORT = re.compile(
    r"^(?:report|tell (?:me|us)|state|describe|explain|answer|justify|summari[sz]e|"
    r"express your answer|format your answer|give your|let me know)\b"
    r"|\byour (?:final )?answer\b|\bform a verdict\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"[A-Z]|[\d_.]")  # capitals, digits: a word that stands for one thing
SHORTEST = 5  # letters of a word that can name what was asked for


def asks(instruction: str) -> bool:
    """Whether a run that says nothing cannot have done what was asked."""
    if _INTO_FILE.search(instruction[:MAX_INSTRUCTION]):
        return False  # the answer may be wanted in a file
    found = clauses(instruction[:MAX_INSTRUCTION])
    # a question further on may be the text of a message that is to be sent
    return any(_is_question(c) for c in found[:1]) or any(_REPORT.search(c.text) for c in found)


def asked_words(instruction: str) -> tuple[str, ...]:
    """The names, codes and numbers by which the thing that was asked for can be recognised."""
    asking = [
        c.unmark(c.text)
        for c in clauses(instruction[:MAX_INSTRUCTION])
        if _is_question(c) or _REPORT.search(c.text)
    ]
    # the first word of a clause has its capital from the grammar
    words = (w.strip(".,;:!?()\"'`<>") for text in asking for w in text.split()[1:])
    return tuple(dict.fromkeys(w for w in words if len(w) >= SHORTEST and _NAME.search(w)))


def _is_question(clause: Clause) -> bool:
    return clause.text.rstrip().endswith("?") and _QUESTION.match(clause.text) is not None
