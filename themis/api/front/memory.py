"""What was read and still stands: kept until anybody writes."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

MOST = 1_024  # entries

K = TypeVar("K")
V = TypeVar("V")


class Memory(Generic[K, V]):
    """Entries read while the database was at one version; at another one they are forgotten."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._version: Hashable = None
        self._kept: dict[K, V] = {}

    def at(self, version: Hashable) -> dict[K, V]:
        """What was kept at this version, to read and to add to; the oldest make room."""
        if version != self._version:
            self._version, self._kept = version, {}
        while len(self._kept) >= self._most:
            del self._kept[next(iter(self._kept))]
        return self._kept
