"""What a question with pictures costs the client, beside other clients of the same server.

Run `python benchmarks/model_client.py`. All ask the same questions, in turn, several times over;
the smallest cost of each counts. Beside aiohttp as Themis uses it: aiohttp with everything encoded
for each call, and where they are installed (Themis needs neither) httpx, with bodies joined from
kept pieces and with everything encoded anew, and the `openai` client.
"""

from __future__ import annotations

import asyncio
import base64
import importlib
import importlib.util
import json
import multiprocessing
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
from themis.critic.models.body import Takes, body
from themis.critic.models.openai_compatible import OpenAICompatible
from themis.critic.models.pictures import Pictures
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


async def httpx_joined(url: str, prompts: list[Prompt]) -> None:
    """Bodies joined as Themis joins them, sent by httpx."""
    httpx = importlib.import_module("httpx")
    slots, pictures = asyncio.Semaphore(AT_ONCE), Pictures()
    headers = {"Content-Type": "application/json"}
    async with httpx.AsyncClient(limits=httpx.Limits(max_connections=AT_ONCE)) as client:

        async def ask(prompt: Prompt) -> None:
            async with slots:
                pieces = await body(prompt, "m", pictures, Takes())
                content = b"".join(pieces)
                answer = await client.post(
                    f"{url}/chat/completions", content=content, headers=headers
                )
                answer.json()

        await asyncio.gather(*(ask(prompt) for prompt in prompts))


async def httpx_plain(url: str, prompts: list[Prompt]) -> None:
    """Everything encoded for each call, sent by httpx."""
    httpx = importlib.import_module("httpx")
    slots = asyncio.Semaphore(AT_ONCE)
    async with httpx.AsyncClient(limits=httpx.Limits(max_connections=AT_ONCE)) as client:

        async def ask(prompt: Prompt) -> None:
            async with slots:
                payload = {"model": "m", "messages": plain_messages(prompt)}
                (await client.post(f"{url}/chat/completions", json=payload)).json()

        await asyncio.gather(*(ask(prompt) for prompt in prompts))


async def openai_client(url: str, prompts: list[Prompt]) -> None:
    """Everything encoded for each call, sent by the `openai` client."""
    openai = importlib.import_module("openai")
    slots = asyncio.Semaphore(AT_ONCE)
    async with openai.AsyncOpenAI(base_url=url, api_key="none") as client:

        async def ask(prompt: Prompt) -> None:
            async with slots:
                await client.chat.completions.create(model="m", messages=plain_messages(prompt))

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


ROW = "{:36} {:14} {:5}"
CLIENTS: tuple[tuple[str, str, Callable[[str, list[Prompt]], Awaitable[None]]], ...] = (
    ("OpenAICompatible (aiohttp)", "", ours),
    ("aiohttp, all encoded for each call", "", plain),
    ("httpx, joined from kept pieces", "httpx", httpx_joined),
    ("httpx, all encoded for each call", "httpx", httpx_plain),
    ("openai", "openai", openai_client),
)


def main() -> None:
    """Measure the clients that are there, and write down their costs beside each other."""
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{here.recv()}/v1"
    known = [each for each in CLIENTS if not each[1] or importlib.util.find_spec(each[1])]
    costs: dict[str, list[float]] = {name: [] for name, _, _ in known}
    for _ in range(REPEATS):
        for name, _, ask in known:
            costs[name].append(cpu_ms(ask, url))
    server.terminate()
    server.join()
    print(f"{RUNS * STEPS} calls with 2 pictures of {PICTURE_BYTES // 1_000} kB, {AT_ONCE} at once")
    print(ROW.format("", "ms CPU a call", "ratio"))
    first = min(costs[CLIENTS[0][0]])
    for name, _, _ in CLIENTS:
        if name in costs:
            best, worst = min(costs[name]), max(costs[name])
            print(ROW.format(name, f"{best:.2f} - {worst:.2f}", f"{best / first:.2f}"))
        else:
            print(ROW.format(name, "not installed", "-"))


if __name__ == "__main__":
    main()
