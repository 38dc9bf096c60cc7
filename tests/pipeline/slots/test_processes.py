"""Real processes at one server: never more calls than agreed, and none lost to kill -9."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web

from tests.critic.servers import Served, completion, serving
from themis.pipeline.slots.leases import LeasePool
from themis.pipeline.slots.locks import LockPool

ROOT = Path(__file__).parents[3]
LIMIT = 3


@dataclass
class Server:
    """Counts the calls that are under way, and holds them while its gate is shut."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)
    now: int = 0
    most: int = 0
    all: int = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.now, self.all = self.now + 1, self.all + 1
        self.most = max(self.most, self.now)
        async with self.arrived:
            self.arrived.notify_all()
        await self.gate.wait()
        for _ in range(50):  # rounds in which others would arrive
            await asyncio.sleep(0)
        self.now -= 1
        return web.json_response(completion())

    async def got(self, n: int) -> None:
        """Wait until so many calls have arrived altogether."""
        async with self.arrived, asyncio.timeout(60):
            await self.arrived.wait_for(lambda: self.all >= n)


@asynccontextmanager
async def worker(served: Served, where: str, name: str, calls: int) -> AsyncIterator[Process]:
    """A process that is ready to make its calls once it is told to."""
    work = {"url": served.url, "where": where, "name": name, "limit": LIMIT, "calls": calls}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.pipeline.slots.worker", json.dumps(work)),
        cwd=ROOT,
        stdin=PIPE,
        stdout=PIPE,
    )
    assert process.stdout is not None
    try:
        assert await process.stdout.readline() == b"ready\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def begin(process: Process) -> None:
    assert process.stdin is not None
    process.stdin.write(b"\n")


async def told(process: Process) -> dict[str, float]:
    assert process.stdout is not None
    line: dict[str, float] = json.loads(await process.stdout.readline())
    return line


async def test_many_processes_keep_to_one_limit_and_lose_no_slot(
    where: str, name: str, pool: Callable[[int], LeasePool | LockPool]
) -> None:
    server = Server()
    server.gate.set()
    async with serving(server.handle) as served, AsyncExitStack() as stack:
        workers = [
            await stack.enter_async_context(worker(served, where, name, 60)) for _ in range(3)
        ]
        for each in workers:
            begin(each)
        assert [(await told(each))["calls"] for each in workers] == [60, 60, 60]
    assert server.all == 180
    assert server.most == LIMIT
    left = pool(LIMIT)
    assert len(await left.take(LIMIT + 1)) == LIMIT
    await left.aclose()


async def test_kill_9_gives_slots_back(where: str, name: str) -> None:
    server = Server()
    async with (
        serving(server.handle) as served,
        worker(served, where, name, LIMIT) as killed,
        worker(served, where, name, LIMIT) as waiting,
    ):
        begin(killed)
        await server.got(LIMIT)
        begin(waiting)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):  # it asks, and gets nothing
                await server.got(LIMIT + 1)
        killed.kill()
        await server.got(2 * LIMIT)
        server.gate.set()
        assert (await told(waiting))["calls"] == LIMIT
