"""What a question with pictures costs the client, beside a client that encodes everything anew.

Run `python benchmarks/model_client.py`. Both ask the same questions of the same local server, in
turn, several times over; the smallest cost of each counts.
"""

from __future__ import annotations

import asyncio
import base64
import json
import multiprocessing
import os
import random
import sys
import time
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import aiohttp
from aiohttp import web

from themis.critic.contract import Image, Prompt, Text
from themis.critic.models.openai_compatible import OpenAICompatible
from themis.domain.trajectory import Screen

PICTURE_BYTES = 240_000
RUNS = 12
STEPS = 8  # checks in a run; each looks at the screens before and after its step
AT_ONCE = 8
REPEATS = 3
HISTORY_CHARS = 4_000


def serve(ready: Connection) -> None:
    """A completion server that reads every body and answers at once, until it is ended."""
    completion = json.dumps({"choices": [{"message": {"content": "{}"}}]})

    async def handle(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(text=completion, content_type="application/json")

    async def run() -> None:
        app = web.Application(client_max_size=2**26)
        app.router.add_post("/v1/chat/completions", handle)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        ready.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(run())


def questions() -> list[Prompt]:
    """The checks of several runs, as the panel asks them."""
    prompts = []
    for run in range(RUNS):
        images = [picture(run, position) for position in range(STEPS + 1)]
        text = f"history of run {run}: " + "clicked something. " * (HISTORY_CHARS // 19)
        for step in range(STEPS):
            parts = (Text(text=text), images[step], images[step + 1], Text(text="Achieved?"))
            prompts.append(Prompt(system="Judge.", parts=parts, schema_name="check", schema={}))
    return prompts


def picture(run: int, position: int) -> Image:
    """A screen of random bytes: no encoder gets it smaller than a real one."""
    content = random.Random(run * 1_000 + position).randbytes(PICTURE_BYTES)  # noqa: S311
    digest = f"{run:032x}{position:032x}"
    screen = Screen(digest=digest, width=1280, height=720, media_type="image/png")
    return Image(position=position, screen=screen, read=lambda: content)


async def ours(url: str, prompts: list[Prompt]) -> None:
    """All questions through the client of Themis."""
    async with OpenAICompatible(url, "m", concurrency=AT_ONCE) as model:
        await asyncio.gather(*(model.ask(prompt) for prompt in prompts))


async def plain(url: str, prompts: list[Prompt]) -> None:
    """All questions by base64 and json.dumps of the whole body, once for each call."""
    slots = asyncio.Semaphore(AT_ONCE)
    async with aiohttp.ClientSession() as session:

        async def ask(prompt: Prompt) -> None:
            async with slots:
                payload = {"model": "m", "messages": plain_messages(prompt)}
                async with session.post(f"{url}/chat/completions", json=payload) as response:
                    await response.json()

        await asyncio.gather(*(ask(prompt) for prompt in prompts))


def plain_messages(prompt: Prompt) -> list[dict[str, object]]:
    """A prompt as a dictionary with the pictures in it."""
    content: list[dict[str, object]] = []
    for part in prompt.parts:
        if isinstance(part, Text):
            content.append({"type": "text", "text": part.text})
        else:
            url = f"data:image/png;base64,{base64.b64encode(part.read()).decode()}"
            content.append({"type": "image_url", "image_url": {"url": url}})
    system: dict[str, object] = {"role": "system", "content": prompt.system}
    return [system, {"role": "user", "content": content}]


def cpu_ms(ask: Callable[[str, list[Prompt]], Awaitable[None]], url: str) -> float:
    """This process's CPU time for each question, in milliseconds."""

    prompts = questions()

    async def run() -> None:
        await ask(url, prompts)

    started = time.process_time()
    asyncio.run(run())
    return (time.process_time() - started) * 1_000 / len(prompts)


def main() -> None:
    """Measure both clients and write down their costs and the ratio."""
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{here.recv()}/v1"
    costs: dict[str, list[float]] = {"themis": [], "plain": []}
    for _ in range(REPEATS):
        costs["plain"].append(cpu_ms(plain, url))
        costs["themis"].append(cpu_ms(ours, url))
    server.terminate()
    server.join()
    best = {name: min(each) for name, each in costs.items()}
    report = {
        "calls": RUNS * STEPS,
        "pictures_per_call": 2,
        "at_once": AT_ONCE,
        "cpus": os.cpu_count(),
        "cpu_ms_per_call": {name: round(cost, 2) for name, cost in best.items()},
        "ratio": round(best["plain"] / best["themis"], 2),
    }
    sys.stdout.write(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
