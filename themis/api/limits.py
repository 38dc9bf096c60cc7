"""How often a key may be used: a bucket for each, which fills evenly over a minute.

A minute's worth may come at once. The embedded shape keeps buckets in this process; with REDIS_URL
they are in Redis and hold for all web processes together, each of which takes some out ahead. A
request that waited for its answer and is put again is counted once: whoever counted it says so with
COUNTED.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import cast
from weakref import WeakKeyDictionary

from django.conf import settings
from redis import Redis
from redis.asyncio import Redis as AsyncRedis
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.commands.core import AsyncScript
from redis.exceptions import RedisError
from redis.retry import Retry

COUNTED = "themis.counted"  # in the ASGI scope of a request that was counted already
MINUTE = 60.0
ANSWERS = 0.25  # seconds Redis may take
AWAY = 2.0  # seconds in which it is not asked again, once it did not answer
NAME = "themis:rate:"
AHEAD = 200  # a minute's worth by this is taken out of a shared bucket at once
MOST_AHEAD = 1_000  # requests

# KEYS: when the bucket is full again, in microseconds of Redis' own clock, from a time on that
# leaves room for fractions. ARGV: requests a minute, requests, and how many more for later if there
# is room. Gives microseconds to wait, and how many were taken for later.
SPEND = """
local time = redis.call('TIME')
local now = (time[1] - 1700000000) * 1000000 + time[2]
local gap = 60000000 / ARGV[1]
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local wait = 0
for _, ahead in ipairs({tonumber(ARGV[3]), 0}) do
  local n = ARGV[2] + ahead
  wait = full + math.min(ARGV[1], n) * gap - now - 60000000
  if wait <= gap / 10 then
    full = full + n * gap
    redis.call('SET', KEYS[1], string.format('%.3f', full), 'PX', math.ceil((full - now) / 1000))
    return {0, ahead}
  end
end
return {math.ceil(wait), 0}
"""

_log = logging.getLogger(__name__)


async def spend(key_id: int, rate: int, n: int = 1) -> float:
    """Take `n` requests out of a key's bucket; the seconds to wait for them, 0 if they are taken.

    `rate` is in requests a minute. More than the bucket holds take a full one and are owed.
    """
    if settings.REDIS_URL:
        return await _shared(settings.REDIS_URL).spend(key_id, rate, n)
    return _own.spend(key_id, rate, n)


def spend_now(key_id: int, rate: int, n: int = 1) -> float:
    """The same for code that is not asynchronous."""
    if settings.REDIS_URL:
        return _shared(settings.REDIS_URL).spend_now(key_id, rate, n)
    return _own.spend(key_id, rate, n)


class Buckets:
    """The buckets of one process: by key, when each is full again. There is one a live key."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._full_at: dict[int, float] = {}
        self._in_turn = threading.Lock()

    def spend(self, key_id: int, rate: int, n: int = 1) -> float:
        """As the module's."""
        gap = MINUTE / rate
        with self._in_turn:
            now = self._clock()
            full_at = max(self._full_at.get(key_id, now), now)
            wait = full_at + min(n, rate) * gap - now - MINUTE
            if wait > gap / 10:  # less is what adding fractions comes to
                return wait
            self._full_at[key_id] = full_at + n * gap
        return 0.0


class _Purse:
    """Requests that were taken out of a shared bucket ahead, for the next ones in this process.

    A round trip for each would cost as much as the answer. What lies here is a two-hundredth of a
    minute's worth at most, and is missing elsewhere.
    """

    def __init__(self) -> None:
        self._held: dict[tuple[int, int], int] = {}  # by key and rate
        self._in_turn = threading.Lock()

    def pay(self, key_id: int, rate: int, n: int) -> bool:
        """Take `n` out, if there are so many."""
        with self._in_turn:
            left = self._held.get((key_id, rate), 0) - n
            if left >= 0:
                self._held[key_id, rate] = left
        return left >= 0

    def fill(self, key_id: int, rate: int, n: int) -> None:
        """Put `n` in."""
        with self._in_turn:
            self._held[key_id, rate] = self._held.get((key_id, rate), 0) + n


def _ahead(rate: int) -> int:
    return min(rate // AHEAD, MOST_AHEAD)


class SharedBuckets:
    """The buckets of all processes. While Redis is away, everything passes.

    A reward that is late costs more than a key that asks too often.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._script = Redis.from_url(
            url,
            socket_timeout=ANSWERS,
            socket_connect_timeout=ANSWERS,
            retry=Retry(NoBackoff(), 0),
        ).register_script(SPEND)
        # Connections belong to the loop that opened them.
        self._scripts: WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncScript] = (
            WeakKeyDictionary()
        )
        self._away_until = 0.0
        self._is_away = False
        self._purse = _Purse()

    async def spend(self, key_id: int, rate: int, n: int = 1) -> float:
        """As the module's."""
        if self._purse.pay(key_id, rate, n) or time.monotonic() < self._away_until:
            return 0.0
        try:
            took = await self._of_loop()(keys=[f"{NAME}{key_id}"], args=[rate, n, _ahead(rate)])
        except (RedisError, OSError, TimeoutError) as error:
            return self._passed(error)
        return self._came(key_id, rate, took)

    def spend_now(self, key_id: int, rate: int, n: int = 1) -> float:
        """As the module's."""
        if self._purse.pay(key_id, rate, n) or time.monotonic() < self._away_until:
            return 0.0
        try:
            took = self._script(keys=[f"{NAME}{key_id}"], args=[rate, n, _ahead(rate)])
        except (RedisError, OSError, TimeoutError) as error:
            return self._passed(error)
        return self._came(key_id, rate, took)

    async def aclose(self) -> None:
        """Close the connections of this loop."""
        script = self._scripts.pop(asyncio.get_running_loop(), None)
        if script is not None:
            await cast("AsyncRedis", script.registered_client).aclose()

    def _of_loop(self) -> AsyncScript:
        loop = asyncio.get_running_loop()
        if loop not in self._scripts:
            self._scripts[loop] = AsyncRedis.from_url(
                self._url,
                socket_timeout=ANSWERS,
                socket_connect_timeout=ANSWERS,
                retry=AsyncRetry(NoBackoff(), 0),
            ).register_script(SPEND)
        return self._scripts[loop]

    def _came(self, key_id: int, rate: int, took: list[int]) -> float:
        self._is_away = False
        microseconds, ahead = took
        self._purse.fill(key_id, rate, ahead)
        return microseconds / 1e6

    def _passed(self, error: Exception) -> float:
        if not self._is_away:  # once, until it answers again
            _log.warning("Redis does not answer; no request is counted: %s", type(error).__name__)
        self._is_away = True
        self._away_until = time.monotonic() + AWAY
        return 0.0


_own = Buckets()
_shared = cache(SharedBuckets)
