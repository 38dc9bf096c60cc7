"""The slots of every address that a process asks, held together by what the installation has."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings

from themis.critic.models.endpoint import endpoint
from themis.pipeline.slots.leases import LeasePool
from themis.pipeline.slots.locks import LockPool
from themis.pipeline.slots.pool import Pool
from themis.pipeline.slots.shared import SharedSlots


class Places:
    """Slots by address and limit, made when they are first asked for."""

    def __init__(self) -> None:
        self._slots: dict[tuple[str, int], SharedSlots] = {}

    def of(self, url: str, limit: int) -> SharedSlots:
        """The slots of an address; all processes that give this limit share them."""
        name = hashlib.sha256(str(endpoint(url).url).encode()).hexdigest()[:16]
        if (name, limit) not in self._slots:
            self._slots[name, limit] = SharedSlots(_pool(name, limit), limit)
        return self._slots[name, limit]

    async def aclose(self) -> None:
        """Give everything back."""
        for slots in self._slots.values():
            await slots.aclose()
        self._slots.clear()


def _pool(name: str, limit: int) -> Pool:
    if settings.REDIS_URL:
        return LeasePool(settings.REDIS_URL, name, limit)
    return LockPool(Path(settings.HOME) / "slots" / name, limit)
