"""What it costs a call that its slot is shared with other processes, beside slots of one process.

Run `python scripts/services.py -- python benchmarks/shared_slots.py`; without Redis its row is left
out. Two processes make CALLS calls each, of HELD seconds, through LIMIT slots; CPU time is theirs.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from themis.critic.models.slots import LocalSlots, Slots
from themis.pipeline.slots.leases import LeasePool
from themis.pipeline.slots.locks import LockPool
from themis.pipeline.slots.shared import SharedSlots

PROCESSES = 2
CALLS = 1500
LIMIT = 8
HELD = 0.01
AT_ONCE = 12  # calls that a process wants under way


async def calls(slots: Slots) -> None:
    """All calls of one process."""
    wanted = asyncio.Semaphore(AT_ONCE)

    async def call() -> None:
        async with wanted, slots.slot():
            await asyncio.sleep(HELD)

    await asyncio.gather(*(call() for _ in range(CALLS)))


async def measured(where: str) -> float:
    """CPU milliseconds a call."""
    if not where:
        own = LocalSlots(LIMIT // PROCESSES)
        started = time.process_time()
        await calls(own)
        return (time.process_time() - started) * 1000 / CALLS
    redis = where.startswith("redis:")
    pool = LeasePool(where, "benchmark", LIMIT) if redis else LockPool(Path(where), LIMIT)
    shared = SharedSlots(pool, LIMIT)
    started = time.process_time()
    await calls(shared)
    spent = time.process_time() - started
    await shared.aclose()
    return spent * 1000 / CALLS


def work(where: str, told: Connection) -> None:
    """One process."""
    told.send(asyncio.run(measured(where)))


def together(where: str) -> dict[str, float]:
    """All processes at the same slots."""
    context = multiprocessing.get_context("spawn")
    ends = [context.Pipe() for _ in range(PROCESSES)]
    started = time.perf_counter()
    processes = [context.Process(target=work, args=(where, there)) for _, there in ends]
    for process in processes:
        process.start()
    spent = [here.recv() for here, _ in ends]
    for process in processes:
        process.join()
    took = time.perf_counter() - started
    return {"cpu_ms_per_call": round(sum(spent) / len(spent), 3), "seconds": round(took, 2)}


def main() -> None:
    """One row a kind of slots."""
    report: dict[str, object] = {
        "calls": CALLS * PROCESSES,
        "limit": LIMIT,
        "ideal_seconds": CALLS * PROCESSES * HELD / LIMIT,
        "cpus": os.cpu_count(),
    }
    with tempfile.TemporaryDirectory() as folder:
        report["of one process"] = together("")
        report["locks"] = together(folder)
        if redis := os.environ.get("STACK_REDIS_URL"):
            report["leases"] = together(redis)
    sys.stdout.write(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
