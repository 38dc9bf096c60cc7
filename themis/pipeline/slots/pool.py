"""What a pool of slots can do, whatever holds it together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from themis.domain.errors import ThemisError


class PoolAway(ThemisError):
    """The pool cannot be asked now. Its text says what is away."""


class Pool(Protocol):
    """The slots of one address, shared by processes. A lease is the name of one slot taken.

    What a dead process had taken becomes free by itself.
    """

    renew_every: float | None  # seconds until leases have to be renewed; None: never

    async def take(self, most: int) -> list[str]:
        """Leases of free slots, at most so many; none where all are taken. Raises PoolAway."""
        ...

    async def give(self, leases: Sequence[str]) -> None:
        """Give slots back, and wake others who wait. Raises PoolAway."""
        ...

    async def renew(self) -> bool:
        """Say that this process lives and has what it has; whether that is anything.

        Raises PoolAway.
        """
        ...

    async def heard(self, seconds: float) -> None:
        """Return when a slot may have become free, after so many seconds at the latest."""
        ...

    async def aclose(self) -> None:
        """Give everything back."""
        ...
