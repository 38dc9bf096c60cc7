"""RL jobs as they are while everything dies: they ask until they are answered, and listen on."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from themis.domain.jsontypes import Json

AWAY = (aiohttp.ClientError, OSError, TimeoutError, ValueError)  # what a killed server looks like
PAUSE = 1.0  # seconds, about, until it is asked again
LONGEST = aiohttp.ClientTimeout(total=60, sock_connect=10)
ENDLESS = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=60)


@dataclass(frozen=True, slots=True)
class Pair:
    """A trajectory whose reward a job asks for."""

    job: str
    trajectory: str


@dataclass
class Heard:
    """What all of them were told."""

    answers: dict[Pair, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    numbers: dict[Pair, set[float]] = field(default_factory=lambda: defaultdict(set))
    streams: dict[str, list[tuple[int, str, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    posted: dict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    tries: Counter[str] = field(default_factory=Counter)  # by what came of them
    wrong: list[str] = field(default_factory=list)


@dataclass
class Trainer:
    """All jobs of one team."""

    address: str
    key: str
    heard: Heard

    async def asks(self, session: aiohttp.ClientSession, pair: Pair, once: str = "") -> None:
        """The native way: with `Prefer: wait`, the same request again and again."""
        body = {"trajectory": pair.trajectory, "job": pair.job}
        headers = {"Prefer": "wait=30"} | ({"Idempotency-Key": once} if once else {})
        told = await self._told(session, "/api/v1/rewards", body, headers)
        self.heard.answers[pair].add(told)

    async def rolls(self, session: aiohttp.ClientSession, pair: Pair) -> None:
        """slime's way."""
        body = {"prompt": "p", "response": "r", "label": f"themis://trajectory/{pair.trajectory}"}
        told = await self._told(session, f"/compat/slime/rm?job={pair.job}", body, {})
        self.heard.numbers[pair].add(float(told))

    async def _told(
        self,
        session: aiohttp.ClientSession,
        path: str,
        body: dict[str, str],
        headers: dict[str, str],
    ) -> bytes:
        while True:
            pause = PAUSE * random.uniform(0.5, 1.5)  # noqa: S311
            try:
                asked = session.post(
                    self.address + path, json=body, headers=headers, timeout=LONGEST
                )
                async with asked as answer:
                    said = await answer.read()
                    self.heard.tries[str(answer.status)] += 1
                    if answer.status == 200:
                        return said
                    self._look_at(answer, said)
            except AWAY as error:
                self.heard.tries[type(error).__name__] += 1
            await asyncio.sleep(pause)

    def _look_at(self, answer: aiohttp.ClientResponse, said: bytes) -> None:
        """Trouble is told as 503, with when to come again."""
        status = answer.status
        if status == 503 and "Retry-After" in answer.headers and b'"code"' in said:
            code = json.loads(said)["code"]
            self.heard.tries[f"503 {code}"] += 1
        elif status not in (202, 409):
            self.heard.wrong.append(f"{status} {answer.url.path}: {said[:200]!r}")

    async def follows(self, session: aiohttp.ClientSession, job: str) -> None:
        """A job's stream, from its beginning; gone on with wherever it was cut off."""
        told = self.heard.streams[job]
        address = f"{self.address}/api/v1/jobs/{job}/events"
        while True:
            last = {"Last-Event-ID": str(told[-1][0] if told else 0)}
            try:
                async with session.get(address, headers=last, timeout=ENDLESS) as answer:
                    if answer.status == 200:
                        await _read(answer.content, told)
                    else:
                        self.heard.tries[f"stream {answer.status}"] += 1
            except AWAY as error:
                self.heard.tries[f"stream {type(error).__name__}"] += 1
            await asyncio.sleep(0.3)


async def _read(lines: aiohttp.StreamReader, told: list[tuple[int, str, str]]) -> None:
    event: dict[str, str] = {}
    async for line in lines:
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if value:
            event[name] = value
        elif "id" in event:
            told.append((int(event["id"]), event["event"], event["data"]))
            event = {}


@asynccontextmanager
async def sessions(key: str) -> AsyncIterator[aiohttp.ClientSession]:
    """Connections without a limit: each asker has its own."""
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), headers={"Authorization": f"Bearer {key}"}
    ) as session:
        yield session


@asynccontextmanager
async def receiving(heard: Heard, port: int) -> AsyncIterator[None]:
    """A receiver of webhooks."""

    async def take(request: web.Request) -> web.Response:
        heard.posted[request.headers["webhook-id"]].add(await request.read())
        return web.Response(status=204)

    application = web.Application()
    application.router.add_post("/", take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield
    finally:
        await runner.cleanup()


def id_in(body: bytes) -> Json:
    """The request that a webhook tells of."""
    told: Json = json.loads(body)["data"]["id"]
    return told
