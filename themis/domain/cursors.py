"""Places in a list that runs from the newest to the oldest: they stay true when rows come in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
MAX_TICKS = 10**17  # beyond the year 5000
MAX_ID = 20  # letters


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """The row beside which a page begins, going on to older rows or back to newer ones."""

    at: datetime
    pk: str
    is_back: bool = False

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // TICK}-{self.pk}"


def read(text: str, *, is_back: bool) -> Cursor | None:
    """The cursor of an address; None for anything that is none."""
    ticks, _, pk = text.partition("-")
    is_number = ticks.isascii() and ticks.isdigit() and len(ticks) < len(str(MAX_TICKS))
    if not is_number or not (pk.isascii() and pk.isalnum() and len(pk) <= MAX_ID):
        return None
    return Cursor(at=EPOCH + int(ticks) * TICK, pk=pk, is_back=is_back)
