"""What a call costs, from the tokens that its server counted."""

from __future__ import annotations

import re
from dataclasses import dataclass

from themis.domain.errors import Misconfigured

MILLION = 1_000_000
NAMES = ("read", "cached", "written")
_GIVEN = re.compile(r"(\w+)\s*=\s*(\d{1,9}(?:\.\d{1,12})?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What a million tokens cost, in whatever currency the person who set them thinks in."""

    read: float
    written: float
    cached: float | None = None  # read before; None: they cost what others do

    def of(self, prompt_tokens: int, cached_tokens: int, completion_tokens: int) -> float | None:
        """The price of one call; None where the server counted nothing."""
        if not prompt_tokens and not completion_tokens:
            return None
        cached = min(cached_tokens, prompt_tokens)
        again = self.read if self.cached is None else self.cached
        total = (prompt_tokens - cached) * self.read + cached * again
        return (total + completion_tokens * self.written) / MILLION


def parsed(text: str, *, variable: str) -> Prices | None:
    """Prices as a variable gives them ("read=0.2,cached=0.05,written=0.6"); None: none are."""
    if not text:
        return None
    given: dict[str, float] = {}
    for part in text.split(","):
        found = _GIVEN.fullmatch(part.strip())
        if found is None or found[1] not in NAMES or found[1] in given:
            raise _wrong(variable, text)
        given[found[1]] = float(found[2])
    if "read" not in given or "written" not in given:
        raise _wrong(variable, text)
    return Prices(read=given["read"], written=given["written"], cached=given.get("cached"))


def _wrong(variable: str, text: str) -> Misconfigured:
    return Misconfigured(
        f"{variable}: expected what a million tokens cost, as read=0.2,cached=0.05,written=0.6 "
        f"(cached may be left out), not {text[:80]!r}"
    )
