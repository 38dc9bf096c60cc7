"""How close judging many runs comes to what the model server allows, beside a bare loop.

Run `python benchmarks/judging.py`. A local server answers every call after LATENCY seconds, SLOTS
at a time. `manage.py judge --all` takes RUNS trajectories through the panel; then a bare loop
sends as many calls of the same size, as fast as it can. Both are set against the ideal:
calls x latency / slots.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from io import BytesIO
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import aiohttp
from aiohttp import web
from PIL import Image

from tests.critic.cases import milestone, review, selection, verdict, verification
from themis.domain.action import Action, ActionType, Point
from themis.domain.trajectory import Platform, Step, Trajectory
from themis.formats import native
from themis.formats.contract import Picture, Recording

SLOTS = 16
LATENCY = 0.5  # seconds
IN_FLIGHT = SLOTS * 3 // 2
RUNS = 96
MILESTONES = 3  # so that a run takes 6 calls: selector, 3 verifiers, reviewer, judge
STEPS = 6
REPLIES = {
    "selector": selection(*(milestone(n, n) for n in range(1, MILESTONES + 1))),
    "verifier": verification(),
    "reviewer": review(),
    "judge": verdict("passed", 0.9, at=1, seen=1),
}


def serve(ready: Connection) -> None:
    """A server with SLOTS slots that takes LATENCY seconds a call, until it is ended."""
    slots = asyncio.Semaphore(SLOTS)
    seen = {"calls": 0, "bytes": 0, "first": 0.0, "last": 0.0}

    async def answer(request: web.Request) -> web.Response:
        content = await request.read()
        seen["first"] = seen["first"] or time.monotonic()
        role = json.loads(content)["response_format"]["json_schema"]["name"]
        async with slots:
            await asyncio.sleep(LATENCY)
        seen["calls"] += 1
        seen["bytes"] += len(content)
        seen["last"] = time.monotonic()
        message = {"role": "assistant", "content": json.dumps(REPLIES[role])}
        return web.json_response({"choices": [{"message": message, "finish_reason": "stop"}]})

    async def count(_: web.Request) -> web.Response:
        told = dict(seen)
        seen.update(calls=0, bytes=0, first=0.0, last=0.0)
        return web.json_response(told)

    async def run() -> None:
        app = web.Application(client_max_size=2**26)
        app.router.add_post("/v1/chat/completions", answer)
        app.router.add_get("/count", count)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        ready.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(run())


def picture(seed: int) -> Picture:
    """A screen of about 240 kB that no other run has."""
    noise = random.Random(seed).randbytes(80_000)  # noqa: S311  a picture, not a secret
    out = BytesIO()
    Image.frombytes("RGB", (200, 133), noise[: 200 * 133 * 3]).resize((400, 266)).save(out, "PNG")
    return Picture(name=f"{seed}.png", content=out.getvalue())


def write_runs(folder: Path) -> None:
    """The trajectories to judge, in Themis' own format."""
    for run in range(RUNS):
        steps = tuple(
            Step(
                thought=f"Step {n} of run {run}",
                actions=(Action(type=ActionType.CLICK, point=Point(x=10, y=20)),),
                before=n,
                after=n + 1,
            )
            for n in range(STEPS)
        )
        recording = Recording(
            trajectory=Trajectory(
                instruction=f"Task {run}", platform=Platform.WEB, steps=steps, format="themis"
            ),
            pictures=tuple(picture(run * 100 + n) for n in range(STEPS + 1)),
        )
        native.write(recording, folder / f"run-{run:03}")


def judge_all(home: Path, port: int) -> float:
    """CPU seconds of `judge --all`, start of the process included."""
    environment = os.environ | {
        "THEMIS_HOME": str(home / "var"),
        "THEMIS_MODEL_URL": f"http://127.0.0.1:{port}/v1",
        "THEMIS_MODEL": "slots",
        "THEMIS_MODEL_CONCURRENCY": str(IN_FLIGHT),
    }
    manage = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run(
        [*manage, "ingest", str(home / "runs"), "--json"],
        env=environment,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [*manage, "judge", "--all", "--json"],
        env=environment,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


async def bare_loop(port: int, calls: int, size: int) -> None:
    """As many calls of the same size, IN_FLIGHT at a time, built ahead."""
    form = {"type": "json_schema", "json_schema": {"name": "verifier"}}
    body = json.dumps({"response_format": form, "messages": "x" * size}).encode()
    gate = asyncio.Semaphore(IN_FLIGHT)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def call() -> None:
            async with (
                gate,
                session.post(f"http://127.0.0.1:{port}/v1/chat/completions", data=body) as answer,
            ):
                await answer.read()

        await asyncio.gather(*(call() for _ in range(calls)))


async def counted(port: int) -> dict[str, float]:
    """What the server saw since the last time it was asked."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/count") as answer,
    ):
        told: dict[str, float] = await answer.json()
        return told


def report(name: str, told: dict[str, float], cpu: float) -> float:
    """One row; the time from first request to last reply, over the ideal."""
    ideal = told["calls"] * LATENCY / SLOTS
    ratio = (told["last"] - told["first"]) / ideal
    size = told["bytes"] / told["calls"] / 1000
    print(
        f"{name:12} {told['calls']:6.0f} calls  {size:6.0f} kB a call"
        f"  serve / ideal {ratio:5.2f}  {1000 * cpu / told['calls']:6.1f} ms CPU a call"
    )
    return ratio


def main() -> None:
    """Both, one after the other, against the same server."""
    near, far = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(far,), daemon=True)
    server.start()
    port = near.recv()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        write_runs(home / "runs")
        cpu = judge_all(home, port)
        told = asyncio.run(counted(port))
        judged = report("themis", told, cpu)
    started = time.process_time()
    asyncio.run(bare_loop(port, int(told["calls"]), int(told["bytes"] / told["calls"])))
    bare = report("bare loop", asyncio.run(counted(port)), time.process_time() - started)
    print(f"themis / bare loop: {judged / bare:.2f}")
    server.terminate()


if __name__ == "__main__":
    main()
