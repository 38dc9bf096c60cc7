"""How many calls an endpoint gets at a time, over all critics on the same event loop."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Protocol
from weakref import WeakKeyDictionary, WeakValueDictionary


class Slots(Protocol):
    """The places for calls to one address; who else shares them is the maker's affair."""

    @property
    def free(self) -> int:
        """Places that nobody here uses or waits for; below zero, so many wait."""
        ...

    def slot(self) -> AbstractAsyncContextManager[object]:
        """One place, from when it is had until the block ends."""
        ...


class LocalSlots:
    """Places that the critics of one event loop share."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._asked = 0
        self._semaphore = asyncio.Semaphore(limit)

    @property
    def free(self) -> int:
        """Places that nobody uses or waits for."""
        return self._limit - self._asked

    def slot(self) -> AbstractAsyncContextManager[object]:
        """One place."""
        return self

    async def __aenter__(self) -> None:
        self._asked += 1
        try:
            await self._semaphore.acquire()
        except asyncio.CancelledError:
            self._asked -= 1
            raise

    async def __aexit__(self, *_: object) -> None:
        self._asked -= 1
        self._semaphore.release()


_Slots = WeakValueDictionary[str, LocalSlots]
_BY_LOOP: WeakKeyDictionary[asyncio.AbstractEventLoop, _Slots] = WeakKeyDictionary()


def slots(endpoint: str, limit: int) -> LocalSlots:
    """The slots of an endpoint on the running loop.

    The first caller's limit holds for as long as anybody keeps them.
    """
    of_loop = _BY_LOOP.setdefault(asyncio.get_running_loop(), WeakValueDictionary())
    shared = of_loop.get(endpoint)
    if shared is None:
        shared = of_loop[endpoint] = LocalSlots(limit)
    return shared
