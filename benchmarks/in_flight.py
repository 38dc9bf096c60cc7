"""What a thousand verdicts in flight take, and whether anything of it stays.

Run `python benchmarks/in_flight.py`. VERDICTS cases are opened at once; when each has asked its
first question and waits, memory, files and sockets are counted; then all go on to their ends. Three
times over, in a process of its own: by the critic alone, and by the whole court with its database.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import multiprocessing
import os
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeAlias

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django
from django.utils import timezone

from benchmarks import real_runs, slots
from benchmarks.evidence_only import case_of
from themis.critic import loader
from themis.critic.contract import Prompt, Reply
from themis.critic.memory import MemoryDocket
from themis.critic.models.openai_compatible import OpenAICompatible

VERDICTS = 1_000
ROUNDS = 3
TRACED = 200  # verdicts of one round more, in which every allocation is counted
SLOTS, LATENCY = 32, 0.02
IN_FLIGHT = SLOTS * 3 // 2
LOOK = 0.005  # seconds between looks at the loop
PAGE = os.sysconf("SC_PAGE_SIZE")

Work: TypeAlias = Callable[["Gate"], Coroutine[object, object, None]]


@dataclass(frozen=True, slots=True)
class Held:
    """What the process holds at one moment."""

    memory: int  # bytes, resident
    files: int
    sockets: int

    @classmethod
    def now(cls) -> Held:
        """As the kernel says."""
        resident = int(Path("/proc/self/statm").read_text().split()[1]) * PAGE
        links = [_link(each) for each in Path("/proc/self/fd").iterdir()]
        return cls(resident, len(links), sum("socket:" in link for link in links))


def _link(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:  # the folder that was being listed
        return ""


@dataclass(slots=True)
class Gate:
    """Where every verdict waits with its first question until all have come."""

    verdicts: int
    held: Held | None = None
    traced: int = 0
    sockets: int = 0  # the most
    stall: float = 0.0  # the longest work between two rounds of the loop, seconds of processor
    _waiting: int = 0
    _open: asyncio.Event = field(default_factory=asyncio.Event)

    async def passed(self) -> None:
        """Wait for the others; the last one measures."""
        self._waiting += 1
        if self._waiting == self.verdicts:
            self.traced = tracemalloc.get_traced_memory()[0]
            self.held = Held.now()
            self._open.set()
        await self._open.wait()

    async def watch(self) -> None:
        """Note how long the loop works on end, and now and then how many sockets there are.

        In processor time: what else runs on the machine holds a loop up, too.
        """
        for number in itertools.count():
            if number % 100 == 0:
                self.sockets = max(self.sockets, Held.now().sockets)
            before = time.thread_time()
            await asyncio.sleep(LOOK)
            self.stall = max(self.stall, time.thread_time() - before)


class Gated(OpenAICompatible):
    """The client, behind the gate."""

    gate: Gate

    async def ask(self, prompt: Prompt) -> Reply:
        """Answer once all have asked."""
        await Gated.gate.passed()
        return await super().ask(prompt)


async def library(gate: Gate, url: str) -> None:
    """The critic alone."""
    critic = loader.critic("themis")
    cases = [case_of(each) for each in real_runs.distinct(gate.verdicts)]
    async with Gated(url, "slots", concurrency=IN_FLIGHT) as model:
        watching = asyncio.create_task(gate.watch())
        async with asyncio.TaskGroup() as group:
            for case in cases:
                group.create_task(critic.judge(case, model, MemoryDocket()))
                await asyncio.sleep(0)  # a prompt takes a while to put together: not all in one go
        watching.cancel()


def run_library(url: str) -> Callable[[Gate], None]:
    """A round of the critic alone."""
    return lambda gate: asyncio.run(library(gate, url))


def run_court(url: str) -> Callable[[Gate], None]:
    """A round of the whole court, with its database."""
    os.environ |= {
        "THEMIS_MODEL_URL": url,
        "THEMIS_MODEL": "slots",
        "THEMIS_MODEL_CONCURRENCY": str(IN_FLIGHT),
        "DJANGO_SETTINGS_MODULE": "themis.settings",
    }
    django.setup()
    from themis.pipeline import bailiff, court, installation  # noqa: PLC0415  Django is ready now
    from themis.trajectories import services  # noqa: PLC0415

    team = installation.make_ready(lambda _: None)
    vars(court)["OpenAICompatible"] = Gated
    ids = [
        services.ingest(recording=each, source="bench", team=team, by=None, at=timezone.now())[0].pk
        for each in real_runs.distinct(VERDICTS)
    ]

    def judged(gate: Gate) -> None:
        sitting = court.Court()

        async def work() -> None:
            watching = asyncio.create_task(gate.watch())
            await bailiff.judge_each(
                ids[: gate.verdicts],
                critic="themis",
                court=sitting,
                at_a_time=gate.verdicts,
                ended=lambda _: None,
            )
            watching.cancel()

        sitting.run(work())
        sitting.close()

    return judged


def measure(way: str, url: str, home: str, told: Connection) -> None:
    """All rounds of one way, in a process of its own."""
    os.environ["THEMIS_HOME"] = home
    judged = (run_library if way == "library" else run_court)(url)
    for number in range(1, ROUNDS + 2):
        if number > ROUNDS:
            tracemalloc.start()
        gc.collect()
        verdicts = VERDICTS if number <= ROUNDS else TRACED
        gate = Gated.gate = Gate(verdicts=verdicts)
        before = Held.now()
        traced = tracemalloc.get_traced_memory()[0]
        judged(gate)
        gc.collect()
        told.send((number, before, gate.held, Held.now(), gate.sockets, gate.stall))
    told.send(gate.traced - traced)


def report(way: str, url: str, home: str) -> None:
    """A line a round."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=measure, args=(way, url, home, there)
    )
    process.start()
    for _ in range(ROUNDS):
        number, before, peak, after, sockets, stall = here.recv()
        each = (peak.memory - before.memory) / VERDICTS / 1_000
        print(
            f"{way:8} {number}  {each:6.0f} kB a verdict  resident MB"
            f" {before.memory / 1e6:4.0f} {peak.memory / 1e6:4.0f} {after.memory / 1e6:4.0f}"
            f"  files {before.files} {peak.files} {after.files}"
            f"  sockets {before.sockets} {sockets} {after.sockets}"
            f"  longest stall {1_000 * stall:4.0f} ms"
        )
    here.recv()
    print(f"{way:8} {here.recv() / TRACED / 1_000:.0f} kB a verdict by tracemalloc")
    process.join()


def main() -> None:
    """Before, at the gate, after; for both ways."""
    print(f"{VERDICTS} verdicts at a time; before, with all of them waiting, after")
    with (
        slots.serving(slots=SLOTS, latency=LATENCY, milestones=2) as url,
        tempfile.TemporaryDirectory() as home,
    ):
        for way in ("library", "court"):
            report(way, url, home)


if __name__ == "__main__":
    main()
