"""Two hundred clients that wait for a reward cost no thread each, and all are told the same."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import aiohttp
import pytest

from benchmarks.rewards import PREPARE, SETTLE, python, threads_of
from tests.e2e.shell import Installation
from themis.domain.jsontypes import Json

N = 200
MORE = 20  # threads that may be at work on something else
PATIENCE = 120  # seconds


async def rewards(site: str, themis: Installation, made: dict[str, str]) -> list[Json]:
    """What they are told once it is settled; before that they wait until no thread is theirs."""
    before = threads_of(site)
    sent = asyncio.Semaphore(0)
    tracing = aiohttp.TraceConfig()

    async def note(*_told: object) -> None:
        sent.release()

    tracing.on_request_headers_sent.append(note)
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        headers={"Authorization": f"Bearer {made['key']}"},
        trace_configs=[tracing],
    ) as session:
        address = f"{site}/api/v1/rewards/{made['open']}?wait={PATIENCE}"
        waiting = [asyncio.create_task(told(session, address)) for _ in range(N)]
        for _ in range(N):
            await sent.acquire()
        # Connected to after all of them, and so read after all of them.
        assert await told(session, f"{site}/api/v1/rewards/{made['done']}")
        async with asyncio.timeout(PATIENCE / 2):
            while threads_of(site) > before + MORE:  # noqa: ASYNC110  nothing tells of it
                await asyncio.sleep(0.05)
        assert not any(each.done() for each in waiting)
        await asyncio.to_thread(python, themis, SETTLE.replace("NAME", made["open"]))
        return await asyncio.gather(*waiting)


async def told(session: aiohttp.ClientSession, address: str) -> Json:
    async with session.get(address) as answer:
        told: Json = await answer.json()
        return told


@pytest.mark.once
@pytest.mark.timeout(240)
def test_two_hundred_waiting_clients_cost_no_thread_each(tmp_path: Path) -> None:
    themis = Installation.peopled(tmp_path / "var")
    made = json.loads(python(themis, PREPARE))
    with themis.served() as site:
        answers = asyncio.run(rewards(site, themis, made))
    assert len(answers) == N
    assert all(each == answers[0] for each in answers)
    assert isinstance(answers[0], dict)
    assert answers[0]["status"] == "final"
