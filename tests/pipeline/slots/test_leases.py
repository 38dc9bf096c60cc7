"""Leases in Redis: they run out, are renewed, and come back where a call is still under way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis

from tests.pipeline.slots.conftest import redis_address
from themis.pipeline.slots.leases import LeasePool

pytestmark = pytest.mark.redis


@asynccontextmanager
async def redis() -> AsyncIterator[Redis]:
    opened: Redis = Redis.from_url(redis_address(), decode_responses=True)
    yield opened
    await opened.aclose()


def key(name: str) -> str:
    return f"themis:slots:{{{name}}}"


async def test_a_lease_that_nobody_renewed_is_free(name: str) -> None:
    pool = LeasePool(redis_address(), name, 2)
    async with redis() as opened:
        await opened.zadd(key(name), {"of a dead process": 1, "of a live one": 9e12})
        assert len(await pool.take(5)) == 1
        assert await pool.take(5) == []
        assert await opened.zscore(key(name), "of a dead process") is None
    await pool.aclose()


async def test_a_renewed_lease_lasts_longer(name: str) -> None:
    pool = LeasePool(redis_address(), name, 2)
    assert not await pool.renew()
    (lease,) = await pool.take(1)
    async with redis() as opened:
        await opened.zadd(key(name), {lease: 1})
        assert await pool.renew()
        assert (await opened.zscore(key(name), lease) or 0) > 1e12
    await pool.aclose()


async def test_a_lease_that_redis_forgot_is_put_back(name: str) -> None:
    pool, other = (LeasePool(redis_address(), name, 1) for _ in range(2))
    await pool.take(1)
    async with redis() as opened:
        await opened.delete(key(name))
        await pool.renew()
        assert await other.take(1) == []
    await pool.aclose()
    await other.aclose()


async def test_nothing_stays_in_redis_of_those_who_are_gone(name: str) -> None:
    pool = LeasePool(redis_address(), name, 3)
    await pool.give(await pool.take(3))
    async with redis() as opened:
        assert await opened.exists(key(name)) == 0
        assert await opened.llen(f"{key(name)}:freed") == 3
        assert 0 < await opened.pttl(f"{key(name)}:freed") <= 1000
        await pool.take(1)
        assert 0 < await opened.pttl(key(name)) <= 20_000
    await pool.aclose()
