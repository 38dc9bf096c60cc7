"""Endpoints of fake servers, with a clock that nobody waits for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiohttp import web

from tests.critic.servers import Handler, Served, completion, serving
from themis.critic.contract import Prompt, Text
from themis.critic.models.breaker import Breaker
from themis.critic.models.openai_compatible import OpenAICompatible
from themis.critic.models.patience import Patience

NOON = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)
PROMPT = Prompt(system="s", parts=(Text(text="t"),), schema_name="s", schema={"type": "object"})


@dataclass
class Clock:
    """Time that goes on only while somebody sleeps."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    def seconds(self) -> float:
        return self.now

    def patience(self) -> Patience:
        return Patience(sleep=self.sleep, chance=lambda: 0.5, now=lambda: NOON)

    def breaker(self, failures: int = 2, lasting: float = 0.0) -> Breaker:
        return Breaker(failures=failures, lasting=lasting, clock=self.seconds)


@dataclass
class Stand:
    """Fake servers with a client for each."""

    endpoints: list[OpenAICompatible]
    served: list[Served]
    clock: Clock

    def asked(self) -> list[int]:
        """How many calls each server got."""
        return [len(each.bodies) for each in self.served]


@asynccontextmanager
async def standing(
    *handlers: Handler, concurrency: int = 8, retries: int = 2, failures: int = 2
) -> AsyncIterator[Stand]:
    """A server and a client for each handler."""
    clock = Clock()
    async with AsyncExitStack() as stack:
        served = [await stack.enter_async_context(serving(handler)) for handler in handlers]
        endpoints = [
            OpenAICompatible(
                each.url,
                f"m{number}",
                timeout=30,
                retries=retries,
                concurrency=concurrency,
                patience=clock.patience(),
                breaker=clock.breaker(failures),
            )
            for number, each in enumerate(served)
        ]
        for endpoint in endpoints:
            await stack.enter_async_context(endpoint)
        yield Stand(endpoints, served, clock)


def gated(gate: asyncio.Event) -> Handler:
    """A server that answers when the gate is open."""

    async def handler(request: web.Request) -> web.StreamResponse:
        await gate.wait()
        return web.json_response(completion())

    return handler


def gathered(n: int) -> Handler:
    """Servers that answer once so many calls are under way, over all that have this handler."""
    gate, under_way = asyncio.Event(), [0]

    async def handler(request: web.Request) -> web.StreamResponse:
        under_way[0] += 1
        if under_way[0] == n:
            gate.set()
        await gate.wait()
        return web.json_response(completion())

    return handler
