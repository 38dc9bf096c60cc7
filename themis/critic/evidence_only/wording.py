"""Comparing words as a reader would: blind to case, spacing and typographic variants."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

MAX_CHARS = 20_000
MAX_COMPARED = 200  # longer texts are never taken for a misspelling of each other
MISSPELT = 0.75

_VARIANTS = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-"}
)


@lru_cache(maxsize=20_000)
def normal(text: str) -> str:
    """Text as it is compared: NFKC, casefolded, one space between words."""
    folded = unicodedata.normalize("NFKC", text[:MAX_CHARS]).translate(_VARIANTS).casefold()
    return " ".join(folded.split())


def same(one: str, other: str) -> bool:
    """Whether two texts say the same."""
    return normal(one) == normal(other)


def contains(text: str, phrase: str) -> bool:
    """Whether `phrase` stands in `text` as whole words."""
    return bool(phrase.strip()) and _found(normal(phrase), normal(text))


def contains_loosely(text: str, phrase: str) -> bool:
    """As `contains`, with spaces ignored: what character recognition needs."""
    needle = normal(phrase).replace(" ", "")
    return len(needle) > 2 and needle in normal(text).replace(" ", "")


def misspelt(text: str, wanted: str) -> bool:
    """Whether `text` is nearly `wanted` and yet not it: a slip, or cut short."""
    one, other = normal(text), normal(wanted)
    if one == other or min(len(one), len(other)) < 3 or max(len(one), len(other)) > MAX_COMPARED:
        return False
    if other.startswith(one) or _differ_in_digits(one, other):
        return True
    return SequenceMatcher(None, one, other).ratio() >= MISSPELT


def clipped(text: str, limit: int = 200) -> str:
    """A quote short enough for a page."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _found(needle: str, text: str) -> bool:
    start = text.find(needle)
    while start >= 0:
        end = start + len(needle)
        if not (_joined(text, start) or _joined(text, end)):
            return True
        start = text.find(needle, start + 1)
    return False


def _joined(text: str, at: int) -> bool:
    """Whether the characters on both sides of a place belong to one word."""
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


def _differ_in_digits(one: str, other: str) -> bool:
    return re.sub(r"\d", "#", one) == re.sub(r"\d", "#", other)
