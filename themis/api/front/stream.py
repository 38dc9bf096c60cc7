"""A job's stream: server-sent events with numbers, gone on with after the last one seen."""

from __future__ import annotations

import asyncio
from functools import partial

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope

from themis import callers
from themis.accounts.services import hash_of
from themis.api.front import desk, ledger
from themis.api.front.watcher import watcher
from themis.pipeline import progress
from themis.rewards.models import Job

PORTION = 100  # events at a time
ALIVE = 15.0  # seconds of silence, after which a comment says that the stream stands


async def stream(
    scope: HTTPScope, name: str, receive: ASGIReceiveCallable, send: ASGISendCallable
) -> bool:
    """Send a job's events until the client goes; False where it is not this caller's to see.

    `Last-Event-ID`, or `?after=N`, is the number after which it begins: 0 for all there ever were.
    Without one it begins with what comes from now on.
    """
    key = hash_of(callers.key_of(scope))
    job = await desk.read(partial(ledger.job_of, key, name))
    after = _after(scope)
    if job is None or after is None:
        return False
    gone = asyncio.create_task(_gone(receive))
    try:
        await _send_all(job, job.n_events if after < 0 else after, key, gone, send)
    finally:
        gone.cancel()
    return True


async def _send_all(
    job: Job, after: int, key: str, gone: asyncio.Task[None], send: ASGISendCallable
) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [
                (b"content-type", b"text/event-stream"),
                (b"cache-control", b"no-store"),
                (b"x-accel-buffering", b"no"),
            ],
            "trailers": False,
        }
    )
    await _write(send, f"retry: 2000\n: {job.name} after {after}\n\n")
    loop = asyncio.get_running_loop()
    said_at = loop.time()
    while not gone.done():
        nothing: list[tuple[int, str, str]] = []
        read = partial(ledger.events, job.pk, after, PORTION)
        rows = await desk.read_if_there(read, nothing)
        if rows:
            await _write(send, "".join(_event(*row) for row in rows))
            after, said_at = rows[-1][0], loop.time()
            continue
        if loop.time() - said_at >= ALIVE:
            seen: Job | None = job
            if await desk.read_if_there(partial(ledger.job_of, key, job.name), seen) is None:
                break  # the key was revoked, or the job deleted
            await _write(send, ": here\n\n")
            said_at = loop.time()
        await watcher().changed([progress.topic_of_job(job.pk)], ALIVE)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _event(number: int, kind: str, answer: str) -> str:
    """One event. An answer is one line: JSON escapes line feeds; others end no line for JSON."""
    line = answer.replace("\r", " ").replace("\n", " ")
    return f"id: {number}\nevent: {kind}\ndata: {line}\n\n"


async def _write(send: ASGISendCallable, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _gone(receive: ASGIReceiveCallable) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _after(scope: HTTPScope) -> int | None:
    """The number to begin after; -1 for none given, None for one that is no number."""
    said = callers.header(scope, b"last-event-id").decode("latin-1").strip()
    if not said:
        query = dict(
            part.split("=", 1) for part in scope["query_string"].decode().split("&") if "=" in part
        )
        said = query.get("after", "")
    if not said:
        return -1
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None
