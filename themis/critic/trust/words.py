"""How tables write labels and verdicts, and what each writing means."""

from __future__ import annotations

import math
import re

from themis.domain.jsontypes import Json
from themis.domain.trajectory import Label
from themis.domain.verdict import Outcome

_PASSED = frozenset(
    ["passed", "pass", "success", "successful", "succeeded", "true", "yes", "1", "1.0"]
)
_FAILED = frozenset(["failed", "fail", "failure", "unsuccessful", "false", "no", "0", "0.0"])
_UNKNOWN = frozenset(["", "unknown", "unsure", "n/a", "na", "null", "none", "undecided", "2",
                      "not executable", "not_executable", "-1"])  # fmt: skip
_NUMBER = re.compile(r"[0-9]{0,3}(?:\.[0-9]{1,20})?(?:[eE]-?[0-9]{1,3})?")


class Meaningless(ValueError):
    """A cell that means nothing here. Its text says what would."""


def label(cell: Json) -> Label | None:
    """What people said; None where they did not or could not say."""
    word = _word(cell)
    if word in _PASSED:
        return Label.PASSED
    if word in _FAILED:
        return Label.FAILED
    if word in _UNKNOWN:
        return None
    raise Meaningless(f"{word!r:.60} is no label; write passed, failed or unknown")


def said(cell: Json) -> Outcome | float | None:
    """An outcome by its word, a score by its number, None where nothing was said.

    0 and 1 come back as numbers: whether they are outcomes shows in the whole column.
    """
    word = _word(cell)
    if word in ("", "n/a", "null", "none"):
        return None
    if word and _NUMBER.fullmatch(word) and word not in {".", "e"}:
        return _score(word)
    if word in _PASSED:
        return Outcome.PASSED
    if word in _FAILED:
        return Outcome.FAILED
    if word in _UNKNOWN:
        return Outcome.UNDECIDED
    raise Meaningless(
        f"{word!r:.60} is no verdict; write passed, failed, undecided or a score from 0 to 1"
    )


def _score(word: str) -> float:
    try:
        number = float(word)
    except ValueError as error:
        raise Meaningless(f"{word!r:.60} is no number") from error
    if not (math.isfinite(number) and 0.0 <= number <= 1.0):
        raise Meaningless(f"{word!r:.60} is no score; scores go from 0 to 1")
    return number


def _word(cell: Json) -> str:
    if isinstance(cell, list | dict):
        raise Meaningless("a list or an object stands where one word or number belongs")
    if isinstance(cell, float) and not math.isfinite(cell):
        raise Meaningless("NaN and Infinity are no scores")
    return "" if cell is None else str(cell).strip().lower()
