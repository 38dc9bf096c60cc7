"""A process of the tests that asks a server through shared slots, as JSON on its line says.

Writes "ready" before the first call, and a line of JSON when all calls have ended.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from themis.critic.contract import Prompt, Text
from themis.critic.models.openai_compatible import OpenAICompatible
from themis.pipeline.slots.leases import LeasePool
from themis.pipeline.slots.locks import LockPool
from themis.pipeline.slots.shared import SharedSlots

LASTS = 2.0  # seconds a lease outlives a process that was killed
PROMPT = Prompt(system="s", parts=(Text(text="t"),), schema_name="s", schema={"type": "object"})


async def work(url: str, where: str, name: str, limit: int, calls: int) -> dict[str, float]:
    """All calls at once, as far as the slots allow."""
    slots = SharedSlots(pool_of(where, name, limit), limit)
    started = time.process_time()
    async with OpenAICompatible(url, "m", timeout=60, retries=0, places=slots) as model:
        await asyncio.gather(*(model.ask(PROMPT) for _ in range(calls)))
    spent = time.process_time() - started
    await slots.aclose()
    return {"calls": calls, "ms_per_call": spent * 1000 / max(calls, 1)}


def pool_of(where: str, name: str, limit: int) -> LeasePool | LockPool:
    """By Redis where an address is given, else by locks in a folder."""
    if where.startswith("redis:"):
        return LeasePool(where, name, limit, lasts=LASTS)
    return LockPool(Path(where), limit)


if __name__ == "__main__":
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(json.dumps(asyncio.run(work(**json.loads(sys.argv[1])))) + "\n")
