"""How many calls an endpoint gets at a time, over all critics on the same event loop."""

from __future__ import annotations

import asyncio
from weakref import WeakKeyDictionary, WeakValueDictionary

_Slots = WeakValueDictionary[str, asyncio.Semaphore]
_BY_LOOP: WeakKeyDictionary[asyncio.AbstractEventLoop, _Slots] = WeakKeyDictionary()


def slots(endpoint: str, limit: int) -> asyncio.Semaphore:
    """The slots of an endpoint on the running loop.

    The first caller's limit holds for as long as anybody keeps the semaphore.
    """
    of_loop = _BY_LOOP.setdefault(asyncio.get_running_loop(), WeakValueDictionary())
    shared = of_loop.get(endpoint)
    if shared is None:
        shared = of_loop[endpoint] = asyncio.Semaphore(limit)
    return shared
