"""Slots of processes on any host: leases in Redis, which run out when nobody renews them."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import Awaitable, Callable, Sequence
from typing import cast

from redis.asyncio import Redis
from redis.exceptions import RedisError

from themis.pipeline.slots.pool import PoolAway

LASTS = 10.0  # seconds from the last renewal
RENEWED = 0.3  # of that time is between renewals
ANSWERS = 5.0  # seconds Redis may take

# KEYS: leases by when they run out, in milliseconds of Redis' own clock; news for who waits.
# ARGV: the limit, how long a lease lasts, and then a name for each slot that is wanted.
TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local free = tonumber(ARGV[1]) - redis.call('ZCARD', KEYS[1])
local granted = math.max(0, math.min(free, #ARGV - 2))
for place = 1, granted do redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[2 + place]) end
if granted > 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2] * 2) end
return granted
"""
# ARGV: the limit and the leases. Each is a piece of news, which nobody needs after a second.
GIVE = """
for place = 2, #ARGV do redis.call('ZREM', KEYS[1], ARGV[place]) end
for place = 1, math.max(1, #ARGV - 1) do redis.call('RPUSH', KEYS[2], '') end
redis.call('LTRIM', KEYS[2], -ARGV[1], -1)
redis.call('PEXPIRE', KEYS[2], 1000)
"""
# A lease that ran out although its process lives is put back: its call is still under way.
RENEW = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for place = 2, #ARGV do redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[place]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1] * 2)
"""


class LeasePool:
    """The leases of one address, under keys that all processes know."""

    renew_every: float | None

    def __init__(self, url: str, name: str, limit: int, *, lasts: float = LASTS) -> None:
        self._redis: Redis = Redis.from_url(url, socket_timeout=ANSWERS, decode_responses=True)
        self._keys = [f"themis:slots:{{{name}}}", f"themis:slots:{{{name}}}:freed"]
        self._limit = limit
        self.renew_every = lasts * RENEWED
        self._lasts = round(lasts * 1000)
        self._held: set[str] = set()
        self._names = map("{}/{}".format, itertools.repeat(secrets.token_hex(8)), itertools.count())
        self._in_turn = asyncio.Lock()  # else a renewal could bring back what is given at the time
        self._take, self._give, self._renew = map(self._redis.register_script, (TAKE, GIVE, RENEW))

    async def take(self, most: int) -> list[str]:
        """Lease free slots."""
        wanted = list(itertools.islice(self._names, most))
        granted = await self._called(
            lambda: self._take(keys=self._keys, args=[self._limit, self._lasts, *wanted])
        )
        names = wanted[: int(cast(int, granted))]
        self._held.update(names)
        return names

    async def give(self, leases: Sequence[str]) -> None:
        """Give leases up."""
        self._held.difference_update(leases)
        async with self._in_turn:
            await self._called(lambda: self._give(keys=self._keys, args=[self._limit, *leases]))

    async def renew(self) -> bool:
        """Let all leases of this process last on."""
        async with self._in_turn:
            held = tuple(self._held)
            if held:
                await self._called(lambda: self._renew(keys=self._keys, args=[self._lasts, *held]))
        return bool(held)

    async def heard(self, seconds: float) -> None:
        """Wait for news; who waits longest hears first."""
        await self._called(lambda: self._news(seconds))

    async def aclose(self) -> None:
        """Give everything up."""
        try:
            await self.give(tuple(self._held))
        except PoolAway:
            return  # they run out by themselves
        finally:
            await self._redis.aclose()

    def _news(self, seconds: float) -> Awaitable[object]:
        return cast("Awaitable[object]", self._redis.blpop([self._keys[1]], timeout=seconds))

    async def _called(self, call: Callable[[], Awaitable[object]]) -> object:
        try:
            return await call()
        except (RedisError, OSError, TimeoutError) as error:
            raise PoolAway(f"Redis does not answer ({type(error).__name__}: {error})") from None
