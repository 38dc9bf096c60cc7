"""Slots that several processes share, played by several pools in one process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from themis.domain.errors import ModelUnavailable
from themis.pipeline.slots import shared
from themis.pipeline.slots.leases import LeasePool
from themis.pipeline.slots.locks import LockPool
from themis.pipeline.slots.shared import SharedSlots

Pools = Callable[[int], LeasePool | LockPool]


@asynccontextmanager
async def slots(pool: Pools, limit: int) -> AsyncIterator[SharedSlots]:
    made = SharedSlots(pool(limit), limit)
    yield made
    await made.aclose()


async def holds(slots: SharedSlots, n: int) -> bool:
    """Whether so many slots can be had at a time."""
    async with AsyncExitStack() as stack, asyncio.timeout(20):
        for _ in range(n):
            await stack.enter_async_context(slots.slot())
        return True


async def test_no_more_than_the_limit_are_had_at_a_time(pool: Pools) -> None:
    now, most = [0], [0]

    async def call(here: SharedSlots) -> None:
        async with here.slot():
            now[0] += 1
            most[0] = max(most[0], now[0])
            for _ in range(20):
                await asyncio.sleep(0)
            now[0] -= 1

    async with slots(pool, 3) as one, slots(pool, 3) as other:
        await asyncio.gather(*(call(here) for here in (one, other) for _ in range(30)))
        assert one.free == other.free == 3
    assert most == [3]


async def test_a_slot_that_is_left_goes_to_another_process_that_waits(pool: Pools) -> None:
    async with slots(pool, 1) as one, slots(pool, 1) as other:
        async with one.slot():
            waiting = asyncio.create_task(holds(other, 1))
            while other.free == 1:  # noqa: ASYNC110  until it has asked
                await asyncio.sleep(0)
            assert not waiting.done()
            assert other.free == 0
        assert await waiting


async def test_a_queue_in_one_process_does_not_starve_another(
    pool: Pools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "TURN", 0.0)
    left = [200]

    async def call(here: SharedSlots) -> None:
        async with here.slot():
            left[0] -= 1
            await asyncio.sleep(0)

    async with slots(pool, 1) as busy, slots(pool, 1) as late:
        queue = [asyncio.create_task(call(busy)) for _ in range(200)]
        await queue[0]
        async with late.slot():
            assert left[0] > 0
        await asyncio.gather(*queue)


async def test_a_call_that_is_given_up_loses_no_slot(pool: Pools) -> None:
    async def call(here: SharedSlots) -> None:
        async with here.slot():
            await asyncio.sleep(0)

    async with slots(pool, 2) as one, slots(pool, 2) as other:
        for rounds in range(40):
            calls = [asyncio.create_task(call(here)) for here in (one, other) for _ in range(4)]
            for _ in range(rounds):
                await asyncio.sleep(0)
            for each in calls[::2]:
                each.cancel()
            await asyncio.gather(*calls, return_exceptions=True)
        assert await holds(one, 2)
        assert await holds(other, 2)
        assert one.free == other.free == 2


async def test_a_call_that_fails_gives_its_slot_back(pool: Pools) -> None:
    async with slots(pool, 1) as one:
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                async with one.slot():
                    raise ZeroDivisionError
        assert await holds(one, 1)


async def test_what_is_closed_gives_everything_back(pool: Pools) -> None:
    one = SharedSlots(pool(2), 2)
    async with AsyncExitStack() as stack:
        for _ in range(2):
            await stack.enter_async_context(one.slot())
        waiting = asyncio.create_task(holds(one, 1))
        while one.free == 0:  # noqa: ASYNC110  until it has asked
            await asyncio.sleep(0)
        await one.aclose()
        with pytest.raises(ModelUnavailable, match="ending"):
            await waiting
        async with slots(pool, 2) as other:
            assert await holds(other, 2)


async def test_a_pool_that_is_away_is_named_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "PATIENCE", 0.0)
    monkeypatch.setattr(shared, "PAUSE", 0.0)
    (tmp_path / "file").write_text("not a folder")
    for pool, told in (
        (LockPool(tmp_path / "file", 1), "file cannot be used: File exists"),
        (LeasePool("redis://127.0.0.1:9/0", "x", 1), "Redis does not answer"),
    ):
        away = SharedSlots(pool, 1)
        with pytest.raises(ModelUnavailable, match=told):
            async with away.slot():
                pass
        await away.aclose()


async def test_a_pool_that_comes_back_is_used_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "PAUSE", 0.0)
    (tmp_path / "slots").write_text("not a folder")
    async with slots(lambda limit: LockPool(tmp_path / "slots", limit), 1) as one:
        waiting = asyncio.create_task(holds(one, 1))
        while one.free == 1:  # noqa: ASYNC110  until it has asked
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        (tmp_path / "slots").unlink()
        assert await waiting


async def test_without_pipes_slots_are_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.mkfifo", refuses)

    def pool(limit: int) -> LockPool:
        return LockPool(tmp_path, limit)

    async with slots(pool, 1) as one, slots(pool, 1) as other:
        async with one.slot():
            waiting = asyncio.create_task(holds(other, 1))
            await asyncio.sleep(0)
        assert await waiting
