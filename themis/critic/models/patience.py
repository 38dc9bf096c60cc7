"""How long to wait before a model is asked again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST_SECONDS = 1.0
LONGEST_SECONDS = 60.0


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Waiting, with the clock and the chance passed in."""

    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: Callable[[], float] = random.random  # 0 to 1
    now: Callable[[], datetime] = _utc_now

    def seconds(self, tries: int, retry_after: str | None) -> float:
        """The pause after so many tries; what the server asks for goes first, up to a limit."""
        asked = self._asked(retry_after) if retry_after else None
        if asked is not None:
            return min(max(asked, 0.0), LONGEST_SECONDS)
        doubled: float = min(FIRST_SECONDS * 2 ** min(tries - 1, 16), LONGEST_SECONDS)
        # Half of it by chance, so that clients that failed together do not come back together.
        return doubled * (0.5 + self.chance() / 2)

    def _asked(self, retry_after: str) -> float | None:
        text = retry_after.strip()
        if text.isdecimal() and text.isascii():
            return float(text[:6])
        try:
            when = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        aware = when if when.tzinfo else when.replace(tzinfo=UTC)
        return (aware - self.now()).total_seconds()
