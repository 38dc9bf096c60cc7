"""What judging many runs costs, and how close it comes to what the model server allows.

Run `python benchmarks/judging.py`, or with `--recorded` to have screens sent as they were recorded:
nothing drawn, cut out or compared, so that no picture is decoded. A local server answers every
call after LATENCY seconds, SLOTS at a time. The panel takes RUNS trajectories through the same
calls four times: as `manage.py judge --all`; as a library, without a database; as a plain loop per
trajectory, which encodes what it sends; and as a bare loop with every body prepared ahead. The
ideal is calls x latency / slots. Server and clients are processes of their own, and the server's
cost is told apart.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import aiohttp

from benchmarks import real_runs, slots
from themis.critic import loader
from themis.critic.contract import Case, Critic, Prompt, Reply, Text, VisionModel
from themis.critic.imagecost import by_rule
from themis.critic.memory import MemoryDocket
from themis.critic.models.openai_compatible import OpenAICompatible
from themis.domain.jsontypes import Json

SLOTS = 32
LATENCY = 0.5  # seconds
IN_FLIGHT = SLOTS * 3 // 2
RUNS = 120
ROUNDS = 30  # of calls, that a measurement needs at least
CRITIC = "themis"
RECORDED = {"draw_action": False, "crop": False, "difference": False, "near_duplicates": False}

Waves = list[list[Prompt]]  # what one trajectory asks; a wave waits for the one before it


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One way of judging: what the server saw of it, and the client's processor time."""

    name: str
    seen: slots.Seen
    cpu: float  # seconds

    @property
    def ratio(self) -> float:
        """First request to last reply, over the ideal."""
        return self.seen.seconds / (self.seen.calls * LATENCY / SLOTS)

    @property
    def cost(self) -> float:
        """Milliseconds of the client's processor time a call."""
        return 1_000 * self.cpu / self.seen.calls


class Noting:
    """A model that answers at once and notes what one trajectory asks, wave by wave."""

    name = "noting"

    def __init__(self) -> None:
        self.waves: Waves = []
        self._answered = 0
        self._wave_after: dict[int, list[Prompt]] = {}

    def image_tokens(self, width: int, height: int, *, model: str = "") -> int:
        """By the published rule."""
        return by_rule(model or self.name, width, height)

    async def ask(self, prompt: Prompt) -> Reply:
        """The reply the server would give."""
        wave = self._wave_after.get(self._answered)
        if wave is None:
            wave = self._wave_after[self._answered] = []
            self.waves.append(wave)
        wave.append(prompt)
        await asyncio.sleep(0.005)  # whatever else can be asked by now is asked meanwhile
        self._answered += 1
        return Reply(text=json.dumps(slots.plausible(prompt.schema)), model=self.name)


def critic_of(options: dict[str, Json]) -> Critic:
    """The panel with these options."""
    return loader.critic(CRITIC, {CRITIC: options})


async def noted(critic: Critic, cases: list[Case]) -> list[Waves]:
    """What the critic asks of each case."""
    asked = []
    for case in cases:
        model = Noting()
        await critic.judge(case, model, MemoryDocket())
        asked.append(model.waves)
    return asked


async def several(jobs: list[Callable[[], Awaitable[object]]]) -> None:
    """All of these, IN_FLIGHT at a time."""
    places = asyncio.Semaphore(IN_FLIGHT)

    async def one(job: Callable[[], Awaitable[object]]) -> None:
        async with places:
            await job()

    await asyncio.gather(*(one(job) for job in jobs))


async def library(url: str, critic: Critic, cases: list[Case]) -> None:
    """The critic alone: no database, no pages."""
    async with OpenAICompatible(url, "slots", concurrency=IN_FLIGHT) as model:
        await several([lambda case=case: judged(critic, case, model) for case in cases])  # type: ignore[misc]


async def judged(critic: Critic, case: Case, model: VisionModel) -> None:
    """One case to its finding."""
    await critic.judge(case, model, MemoryDocket())


async def plain_loop(url: str, asked: list[Waves]) -> None:
    """The same calls as somebody writes them down at first: read, base64, JSON, post, parse."""
    gate = asyncio.Semaphore(IN_FLIGHT)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def call(prompt: Prompt) -> None:
            async with (
                gate,
                session.post(f"{url}/chat/completions", json=plain_body(prompt)) as answer,
            ):
                told = await answer.json()
                json.loads(told["choices"][0]["message"]["content"])

        async def run(waves: Waves) -> None:
            for wave in waves:
                await asyncio.gather(*map(call, wave))

        await several([lambda waves=waves: run(waves) for waves in asked])  # type: ignore[misc]


def plain_body(prompt: Prompt) -> Json:
    """A prompt as a request, every picture read and encoded for it."""
    content: list[Json] = []
    for part in prompt.parts:
        if isinstance(part, Text):
            content.append({"type": "text", "text": part.text})
        else:
            data = base64.b64encode(part.read()).decode()
            shown: Json = {"url": f"data:{part.media_type};base64,{data}"}
            content.append({"type": "image_url", "image_url": shown})
    form: Json = {"name": prompt.schema_name, "schema": prompt.schema}
    return {
        "model": "slots",
        "messages": [
            {"role": "system", "content": prompt.system},
            {"role": "user", "content": content},
        ],
        "max_tokens": prompt.max_tokens,
        "response_format": {"type": "json_schema", "json_schema": form},
    }


async def bare_loop(url: str, bodies: list[bytes]) -> None:
    """The same bodies, made ahead, in whatever order: nothing but the sending."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def call(body: bytes) -> None:
            async with session.post(f"{url}/chat/completions", data=body) as answer:
                await answer.read()

        await several([lambda body=body: call(body) for body in bodies])  # type: ignore[misc]


class Installation:
    """A home of Themis in a folder of its own, asked by `manage.py`."""

    def __init__(self, home: Path, url: str) -> None:
        self._environment = os.environ | {
            "THEMIS_HOME": str(home),
            "THEMIS_MODEL_URL": url,
            "THEMIS_MODEL": "slots",
            "THEMIS_MODEL_CONCURRENCY": str(IN_FLIGHT),
        }

    def cpu(self, *command: str) -> float:
        """Processor seconds of a command, the start of its process included."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *command],
            env=self._environment,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measured(name: str, url: str, work: Callable[[], Awaitable[None]]) -> Measured:
    """Something done in this process."""

    async def done() -> float:
        started = time.process_time()
        await work()
        return time.process_time() - started

    cpu = asyncio.run(done())
    return Measured(name=name, seen=asyncio.run(slots.seen(url)), cpu=cpu)


def all_ways(url: str, folder: Path, options: dict[str, Json]) -> tuple[list[Measured], float]:
    """Each way of judging the same runs, one after the other; and what a start costs."""
    told, cases = real_runs.written(RUNS, folder / "runs")
    print(f"{told}; {CRITIC}; {SLOTS} slots of {LATENCY:g} s; {IN_FLIGHT} calls in flight")
    themis = Installation(folder / "var", url)
    themis.cpu("ingest", str(folder / "runs"), "--json")
    for name, value in options.items():
        themis.cpu("critics", CRITIC, "--set", f"{name}={json.dumps(value)}")
    start = min(Installation(folder / "empty", url).cpu("judge", "--all") for _ in range(3))
    asyncio.run(slots.seen(url))
    cpu = themis.cpu("judge", "--all", "--json")
    whole = Measured(name="judge --all", seen=asyncio.run(slots.seen(url)), cpu=cpu)
    critic = critic_of(options)
    asked = asyncio.run(noted(critic, cases))
    bodies = [json.dumps(plain_body(p)).encode() for waves in asked for w in waves for p in w]
    return [
        whole,
        measured("library", url, lambda: library(url, critic, cases)),
        measured("plain loop", url, lambda: plain_loop(url, asked)),
        measured("bare loop", url, lambda: bare_loop(url, bodies)),
    ], start


def main() -> None:
    """A row a way, and what a start of the process takes of the first."""
    parser = argparse.ArgumentParser(prog="benchmarks/judging.py")
    parser.add_argument("--recorded", action="store_true", help="screens as they were recorded")
    options: dict[str, Json] = {**RECORDED} if parser.parse_args().recorded else {}
    with (
        slots.serving(slots=SLOTS, latency=LATENCY) as url,
        tempfile.TemporaryDirectory() as folder,
    ):
        ways, start = all_ways(url, Path(folder), options)
    print(f"{'':12}  calls  rounds  kB a call  serve/ideal  ms CPU a call  over bare  server's")
    for way in ways:
        seen = way.seen
        print(
            f"{way.name:12} {seen.calls:6}  {seen.calls / SLOTS:6.1f}"
            f"  {seen.sent / seen.calls / 1_000:9.0f}  {way.ratio:11.3f}  {way.cost:13.2f}"
            f"  {way.cost / ways[-1].cost:9.1f}  {1_000 * seen.cpu / seen.calls:8.2f}"
        )
    whole = ways[0]
    rest = 1_000 * (whole.cpu - start) / whole.seen.calls
    print(f"start of the process: {start:.2f} s of CPU; {whole.name} without it: {rest:.2f} ms")
    if whole.seen.calls < ROUNDS * SLOTS:
        print(f"fewer than {ROUNDS} rounds of calls: raise RUNS")


if __name__ == "__main__":
    main()
