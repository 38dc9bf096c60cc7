"""An instruction cut into clauses, its quoted texts kept whole."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_INSTRUCTION = 4_000
MAX_QUOTES = 60

ACTS = tuple(
    re.findall(
        r"\w+",
        """
    enter type write fill input put insert set change update edit create add make compose draft
    save submit send post publish apply confirm press tap click hit push turn switch toggle
    enable disable activate deactivate check uncheck tick untick select choose pick delete
    remove erase discard clear rename open launch start go navigate visit scroll find report
    tell read answer give state describe list explain move copy drag upload download install
    book order buy share forward reply search sort filter mark close ensure verify use look
    return call name title replace rate schedule log sign place show note leave keep do get
    measure count compare evaluate determine investigate reproduce exercise quote cancel undo
    finish complete comment
        """,
    )
)

_QUOTES = re.compile(
    r"\"([^\"\n]{1,500})\"|\u201c([^\u201d]{1,500})\u201d|\u00ab([^\u00bb]{1,500})\u00bb"
    r"|`([^`\n]{1,500})`|\u2018([^\u2018\u2019]{1,500})\u2019(?!\w)"
    r"|(?:(?<=^)|(?<=[\s(\[:,]))'((?:[^'\n]|(?<=\w)'(?=\w)){1,500})'(?=$|[\s.,;:!?)\]])"
)
_MARK = 0xE000  # private use: the place where a quoted text was
_VERB = "|".join(ACTS)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n\s*\n|;\s*")
_JOINT = re.compile(
    rf"\s*(?:,\s*|\s+)(?:and\s+then|then|and\s+also|and|but)\s+(?:also\s+)?(?=(?:{_VERB}|to)\b)"
    rf"|\s*,\s*(?=(?:{_VERB})\b)",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:(?:please|then|also|now|finally|first|next|afterwards?|after that|lastly|and|task|"
    r"question|goal|instruction|can you|could you|would you|i want you to|you should)\b[:,]?\s*)+",
    re.IGNORECASE,
)
# "in your answer" is no place: what follows it is asked for
_WHERE = re.compile(
    r"^(?:from|in|on|inside|within|at)\s+(?!your (?:final )?answer\b)[^,]{1,80},\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One demand's worth of words. A mark (private-use character) stands for a quoted text."""

    text: str
    quotes: tuple[str, ...]  # of the whole instruction, by mark
    asides: tuple[str, ...] = ()  # words that stood in parentheses

    def unmark(self, text: str) -> str:
        """Words as the instruction wrote them, without the quotation marks."""
        return "".join(self.quotes[ord(c) - _MARK] if self._is_mark(c) else c for c in text).strip()

    def _is_mark(self, char: str) -> bool:
        return 0 <= ord(char) - _MARK < len(self.quotes)

    @property
    def quoted(self) -> tuple[str, ...]:
        """The quoted texts that stand in this clause."""
        return tuple(self.quotes[ord(c) - _MARK] for c in self.text if self._is_mark(c))


def clauses(instruction: str) -> tuple[Clause, ...]:
    """The clauses of an instruction, in order."""
    quotes: list[str] = []

    def mark(match: re.Match[str]) -> str:
        if len(quotes) >= MAX_QUOTES:
            return match[0]
        quotes.append(next(group for group in match.groups() if group is not None).strip())
        return f" {chr(_MARK + len(quotes) - 1)} " + ("." if quotes[-1].endswith(".") else "")

    marked = _QUOTES.sub(mark, "".join(c for c in instruction if not "\ue000" <= c <= "\ue0ff"))
    found = []
    for sentence in _SENTENCE.split(" ".join(marked.split())):
        asides = tuple(re.findall(r"\(([^()]{1,200})\)", sentence))
        bare = re.sub(r"\([^()]*\)", " ", sentence)
        for text in _JOINT.split(_begun(bare)):
            words = _begun(text).strip(" .,;:!")
            if words:
                found.append(Clause(text=words, quotes=tuple(quotes), asides=asides))
    return tuple(found)


def _begun(text: str) -> str:
    """A clause from its verb on: courtesies and the place where it happens are left out."""
    bare = _LEAD.sub("", " ".join(text.split()))
    return _LEAD.sub("", _WHERE.sub("", bare))
