"""Reads of the front, in threads of its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

log = logging.getLogger(__name__)

AWAY = (OperationalError, InterfaceError)
T = TypeVar("T")
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="front")


async def read(work: Callable[[], T]) -> T:
    """What `work`, which may read the database, comes to; raises what it raises."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _done, work)


async def read_if_there(work: Callable[[], T], otherwise: T) -> T:
    """The same for whoever looks again soon: `otherwise` while the database is away."""
    try:
        return await read(work)
    except AWAY as error:
        log.warning("the database is away, looking again: %s", error)
        return otherwise


def _done(work: Callable[[], T]) -> T:
    try:
        return work()
    except AWAY:
        # A server that was started again meanwhile gets a new connection.
        connection.close()
        return work()
    finally:
        connection.close()  # to the pool, where there is one
