"""Clients that adapters keep: one for each event loop, and one for each process.

Frameworks call a reward function from loops and processes of their own making. A connection
belongs to the loop that opened it, and a forked process must not speak on its parent's.
"""

from __future__ import annotations

import asyncio
import os
import threading
from weakref import WeakKeyDictionary

from themis.client.aio import AsyncThemis
from themis.client.place import Place
from themis.client.sync import Themis

_of_loops: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Place, AsyncThemis]] = (
    WeakKeyDictionary()
)
_of_processes: dict[tuple[int, Place], Themis] = {}
_lock = threading.Lock()


def of_this_loop(place: Place | None = None) -> AsyncThemis:
    """The client of the loop that runs; raises Invalid where nothing says where Themis is."""
    where = place or Place.from_environment()
    clients = _of_loops.setdefault(asyncio.get_running_loop(), {})
    if where not in clients:
        clients[where] = AsyncThemis(where)
    return clients[where]


def of_this_process(place: Place | None = None) -> Themis:
    """The client of this process, for all its threads; raises as `of_this_loop`."""
    mine = (os.getpid(), place or Place.from_environment())
    with _lock:
        if mine not in _of_processes:
            _of_processes[mine] = Themis(mine[1])
        return _of_processes[mine]


def forget() -> None:
    """Let go of the clients of this process; those of its loops go with the loops."""
    with _lock:
        mine = [each for each in _of_processes if each[0] == os.getpid()]
        for each in mine:
            _of_processes.pop(each).close()
    _of_loops.clear()
