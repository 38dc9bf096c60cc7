"""A model server of fixed latency and slots, in a process of its own.

It reads each request, finds the schema of the reply at its end, and answers after LATENCY
seconds, so many at a time. What it costs itself is told apart from what its clients cost.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import lru_cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import cast

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import aiohttp

from themis.domain.jsontypes import Json

LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
FORM = re.compile(rb'"response_format": *')
SCHEMA_BYTES = 65_536  # from the end of a body, where the schema is looked for
HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
MILESTONES = 8  # that a reply names at most, where the run has so many steps
WORDS = "the list shows the entry that was asked for, and the message below it says so. "


@dataclass(kw_only=True)
class Seen:
    """What a server saw since it was last asked."""

    calls: int = 0
    sent: int = 0  # bytes
    first: float = 0.0
    last: float = 0.0
    cpu: float = 0.0  # seconds of the server's own
    most: int = 0  # calls at a time, waiting ones included

    @property
    def seconds(self) -> float:
        """From the first request to the last reply."""
        return self.last - self.first


def plausible(schema: Json, name: str = "", *, milestones: int = MILESTONES) -> Json:
    """A reply of that schema as a model would give it: all is well, several milestones."""
    if not isinstance(schema, dict) or name == "instructs":  # a run seldom addresses its judge
        return None
    for choices in (schema.get("enum"), schema.get("anyOf")):
        if isinstance(choices, list) and choices:
            return choices[0] if choices is schema.get("enum") else plausible(choices[0])
    match schema.get("type"):
        case "object":
            held = schema.get("properties")
            known = held.items() if isinstance(held, dict) else ()
            return {each: plausible(form, each, milestones=milestones) for each, form in known}
        case "array":
            return _listed(schema, name, milestones)
        case "string":
            most = schema.get("maxLength")
            return (WORDS * 4)[: most if isinstance(most, int) else len(WORDS)]
        case "integer" | "number":
            return schema.get("minimum", 0)
        case "boolean":
            return True
        case _:
            return None


def _listed(schema: dict[str, Json], name: str, most: int) -> Json:
    """As few entries as may be; of milestones one for each of the first steps."""
    form, least = schema.get("items"), schema.get("minItems")
    if name != "milestones":
        return [plausible(form) for _ in range(least if isinstance(least, int) else 0)]
    entry = plausible(form)
    n_steps = _most(form, "step")
    if not isinstance(entry, dict):
        return [entry]
    named = [key for key, held in entry.items() if isinstance(held, str)]
    return [
        entry | {"step": step} | {key: f"{key} {step}: {WORDS}"[:200] for key in named}
        for step in range(1, min(most, n_steps) + 1)
    ]


def _most(form: Json, name: str) -> int:
    held = form.get("properties") if isinstance(form, dict) else None
    field = held.get(name) if isinstance(held, dict) else None
    most = field.get("maximum") if isinstance(field, dict) else None
    return most if isinstance(most, int) else 1


@lru_cache(maxsize=4096)
def reply_to(form: bytes, milestones: int) -> str:
    """The words that answer a response_format, given as JSON with whatever follows it."""
    told, _ = json.JSONDecoder().raw_decode(form.decode("utf-8"))
    return json.dumps(plausible(told["json_schema"]["schema"], milestones=milestones))


@dataclass(kw_only=True)
class _House:
    """What all connections share."""

    free: asyncio.Semaphore
    latency: float  # seconds
    milestones: int
    seen: Seen
    now: int = 0  # calls that came and have no answer yet


class _Connection(asyncio.BufferedProtocol):
    """One client's connection, a request at a time; the body is read into its place, once."""

    def __init__(self, house: _House) -> None:
        self._house = house
        self._buffer = bytearray(65_536)
        self._filled = self._head = self._size = 0
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        if self._task is not None:
            self._task.cancel()

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002
        return memoryview(self._buffer)[self._filled :]

    def buffer_updated(self, nbytes: int) -> None:
        self._filled += nbytes
        if not self._size:
            self._head = self._buffer.find(b"\r\n\r\n", 0, self._filled) + 4
            if self._head < 4:
                return
            length = LENGTH.search(self._buffer, 0, self._head)
            self._size = self._head + (int(length[1]) if length else 0)
            if self._size > len(self._buffer):
                grown = bytearray(self._size)
                grown[: self._filled] = self._buffer[: self._filled]
                self._buffer = grown
        if self._filled >= self._size:
            self._task = asyncio.create_task(self._serve())

    async def _serve(self) -> None:
        told = self._told() if self._buffer.startswith(b"GET ") else await self._answer()
        content = json.dumps(told).encode()
        self._filled = self._size = 0
        self._transport.write(f"{HEAD}{len(content)}\r\n\r\n".encode() + content)

    def _told(self) -> dict[str, float]:
        told = {each.name: getattr(self._house.seen, each.name) for each in fields(Seen)}
        told["cpu"] = time.process_time() - self._house.seen.cpu
        self._house.seen = Seen(cpu=time.process_time())
        return told

    async def _answer(self) -> dict[str, Json]:
        house, size = self._house, self._size - self._head
        house.seen.first = house.seen.first or time.monotonic()
        house.now += 1
        house.seen.most = max(house.seen.most, house.now)
        tail = bytes(self._buffer[max(self._head, self._size - SCHEMA_BYTES) : self._size])
        form = FORM.search(tail)
        text = reply_to(tail[form.end() :], house.milestones) if form else "{}"
        try:
            async with house.free:
                await asyncio.sleep(house.latency)
        finally:
            house.now -= 1
        house.seen.calls += 1
        house.seen.sent += size
        house.seen.last = time.monotonic()
        message: Json = {"role": "assistant", "content": text}
        return {
            "model": "slots",
            "choices": [{"message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": size // 400, "completion_tokens": len(text) // 4},
        }


def _run(ready: Connection, slots: int, latency: float, milestones: int) -> None:
    async def listen() -> None:
        free = asyncio.Semaphore(slots)
        seen = Seen(cpu=time.process_time())
        house = _House(free=free, latency=latency, milestones=milestones, seen=seen)
        server = await asyncio.get_running_loop().create_server(
            lambda: _Connection(house), "127.0.0.1", 0, backlog=2_048
        )
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(listen())


@contextmanager
def serving(*, slots: int, latency: float, milestones: int = MILESTONES) -> Iterator[str]:
    """The address of a server that lives as long as this."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_run, args=(there, slots, latency, milestones), daemon=True
    )
    process.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}/v1"
    finally:
        process.terminate()
        process.join()


async def seen(url: str) -> Seen:
    """What the server saw since the last time it was asked."""
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return Seen(**await answer.json())
