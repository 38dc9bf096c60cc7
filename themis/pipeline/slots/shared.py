"""The slots of one address as one process uses them: leased when needed, passed on, given back."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass

from themis.domain.errors import ModelUnavailable
from themis.pipeline.slots.pool import Pool, PoolAway

TURN = 1.0  # seconds a slot is passed on within this process before others may have it
LINGER = 0.05  # seconds an unused slot is kept for the next call
LOOK_AGAIN = 1.0  # seconds: nobody tells of the slots of a process that was killed
PATIENCE = 30.0  # seconds the pool may be away
PAUSE = 0.5  # seconds until it is asked again

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Lease:
    name: str
    since: float


class SharedSlots:
    """Slots of a pool, for the calls of one event loop.

    A slot that a call leaves goes to the next call of this process without a word to the pool;
    after a turn it goes back, so that the calls of other processes get theirs.
    """

    def __init__(self, pool: Pool, limit: int) -> None:
        self._pool = pool
        self._limit = limit
        self._used = 0
        self._waiting: deque[asyncio.Future[_Lease]] = deque()
        self._idle: list[_Lease] = []
        self._leaving: list[str] = []
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._is_closed = False

    @property
    def free(self) -> int:
        """Slots that this process neither uses nor waits for; others may have them."""
        return self._limit - self._used - len(self._waiting)

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """One slot, until the block ends."""
        lease = self._idle.pop() if self._idle else await self._next()
        self._used += 1
        try:
            yield
        finally:
            self._used -= 1
            self._pass_on(lease)

    async def aclose(self) -> None:
        """Give everything back, with whoever still waits turned away."""
        self._is_closed = True
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        self._turn_away(ModelUnavailable("Themis is ending"))
        self._idle.clear()
        await self._pool.aclose()

    async def _next(self) -> _Lease:
        """The next lease that is free; whoever waits longest is served first."""
        waiter: asyncio.Future[_Lease] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        self._start("procuring", self._procure())
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                self._pass_on(waiter.result())
            raise

    def _pass_on(self, lease: _Lease) -> None:
        if self._is_closed:
            return
        if time.monotonic() - lease.since > TURN:
            self._let_go([lease])
        else:
            self._settle(lease)

    def _settle(self, lease: _Lease) -> None:
        if not self._hand_over(lease):
            self._idle.append(lease)
            self._start("lingering", self._linger())

    def _hand_over(self, lease: _Lease) -> bool:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(lease)
                return True
        return False

    async def _procure(self) -> None:
        """Lease slots for whoever waits, until nobody does."""
        away_since: float | None = None
        was_told = False
        while self._count_waiting():
            try:
                await self._lease()
                away_since = None
                if was_told := self._count_waiting() > 0:
                    await self._pool.heard(LOOK_AGAIN)
            except PoolAway as trouble:
                away_since = away_since or time.monotonic()
                if time.monotonic() - away_since > PATIENCE:
                    self._turn_away(ModelUnavailable(f"calls cannot be counted: {trouble}"))
                    return
                log.warning("calls wait: %s", trouble)
                await asyncio.sleep(PAUSE)
        if was_told:  # and served from within meanwhile: others may wait for what is free now
            self._start("leaving", self._leave(wake=True))

    async def _lease(self) -> None:
        names = await self._pool.take(self._count_waiting())
        if names and self._pool.renew_every is not None:
            self._start("renewing", self._renew(self._pool.renew_every))
        for name in names:
            self._settle(_Lease(name, time.monotonic()))

    def _count_waiting(self) -> int:
        while self._waiting and self._waiting[0].done():
            self._waiting.popleft()
        return len(self._waiting)

    def _turn_away(self, why: ModelUnavailable) -> None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_exception(why)

    async def _linger(self) -> None:
        while self._idle:
            kept = set(map(id, self._idle))
            await asyncio.sleep(LINGER)
            unused = [lease for lease in self._idle if id(lease) in kept]
            self._idle = [lease for lease in self._idle if id(lease) not in kept]
            self._let_go(unused)

    def _let_go(self, leases: list[_Lease]) -> None:
        self._leaving += [lease.name for lease in leases]
        if self._leaving:
            self._start("leaving", self._leave())

    async def _leave(self, *, wake: bool = False) -> None:
        """Give back what is leaving. What the pool does not hear of runs out by itself."""
        while self._leaving or wake:
            names, self._leaving, wake = self._leaving, [], False
            try:
                await self._pool.give(names)
            except PoolAway as trouble:
                log.warning("%d slots are not given back in time: %s", len(names), trouble)

    async def _renew(self, every: float) -> None:
        has_any = True
        while has_any:
            await asyncio.sleep(every)
            try:
                has_any = await self._pool.renew()
            except PoolAway as trouble:
                log.warning("slots are not renewed: %s", trouble)

    def _start(self, what: str, work: Coroutine[None, None, None]) -> None:
        """Do something beside the calls, unless it is being done."""
        running = self._tasks.get(what)
        if running is not None and not running.done():
            work.close()
            return
        self._tasks[what] = asyncio.get_running_loop().create_task(work, name=f"slots {what}")
