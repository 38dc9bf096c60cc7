"""Answers that are held back until what was asked for is settled, without a thread for who waits.

A view that would say "still running" names the requests it waits for (`asking.hold_back`). Its
answer is kept here; once they are settled, the same request is put to it again.

Hundreds may come at once, or be settled at once. Each that is put to Django takes a thread and a
connection: a few have their turn, the others wait here, where they cost neither.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from asgiref.typing import (
    ASGI3Application,
    ASGIReceiveCallable,
    ASGIReceiveEvent,
    ASGISendCallable,
    ASGISendEvent,
    HTTPRequestEvent,
    HTTPScope,
)
from django.utils import timezone

from themis.api.asking import AGAIN, FIRST_AT, WAITS
from themis.api.front import desk
from themis.api.front.watcher import watcher
from themis.api.limits import COUNTED
from themis.rewards import request_queries

MOST = 64 * 2**20  # bytes of a body that is kept to be put again
IN_MEMORY = 2**18  # bytes of one; the rest of it is on disk
PIECE = 2**20  # bytes that are read again at a time
AT_ONCE = 24  # requests before Django, a process: fewer than it may have connections
LONGEST = 600.0  # seconds, whatever a view says
_WAITS, _AGAIN = WAITS.lower().encode(), AGAIN.lower().encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """For how long an answer is held back, for what, and where it is asked for again."""

    seconds: float
    requests: tuple[str, ...]
    again: str


class Waiting:
    """An application whose answers may be held back."""

    def __init__(self, inner: ASGI3Application) -> None:
        self._inner = inner
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def __call__(
        self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        with SpooledTemporaryFile(max_size=IN_MEMORY) as kept:
            await self._hold(scope, _Body(receive, kept), send)

    async def _hold(self, scope: HTTPScope, body: _Body, send: ASGISendCallable) -> None:
        loop = asyncio.get_running_loop()
        first_at = {FIRST_AT: timezone.now().isoformat()}  # which the type knows nothing of
        asked = cast("HTTPScope", {**scope, **first_at})
        until: float | None = None
        while True:
            answer = _Answer(send, may_hold=until is None or loop.time() < until)
            await self._put(asked, body, answer)
            hold = answer.held
            if hold is None:
                return None
            until = until or loop.time() + min(hold.seconds, LONGEST)
            if not body.is_kept and not hold.again:
                return await answer.let_go()
            if not await _settled(hold, until, body):
                return await answer.let_go()
            asked = _again(asked, hold, body)

    async def _put(self, scope: HTTPScope, body: _Body, answer: _Answer) -> None:
        """Put a request to Django when it is its turn.

        It has it from the end of its body, which may come slowly, to the beginning of its answer,
        which may be read slowly.
        """
        turn = _Turn(self._turns)
        body.turn, answer.turn = turn, turn
        try:
            await self._inner(scope, body.receive, answer.send)
        finally:
            turn.end()


class _Turn:
    def __init__(self, turns: asyncio.Semaphore) -> None:
        self._turns = turns
        self._is_mine = False

    async def begin(self) -> None:
        if not self._is_mine:
            await self._turns.acquire()
            self._is_mine = True

    def end(self) -> None:
        if self._is_mine:
            self._is_mine = False
            self._turns.release()


async def _settled(hold: Hold, until: float, body: _Body) -> bool:
    """Whether all is over by then; False, too, where the client has gone."""
    loop = asyncio.get_running_loop()
    gone = asyncio.create_task(body.gone())
    try:
        while not gone.done():
            none: set[str] = set()
            over = await desk.read_if_there(partial(request_queries.over, hold.requests), none)
            if len(over) == len(set(hold.requests)):
                return True
            left = until - loop.time()
            if left <= 0:
                return False
            await watcher().changed([each for each in hold.requests if each not in over], left)
        return False
    finally:
        gone.cancel()


def _again(scope: HTTPScope, hold: Hold, body: _Body) -> HTTPScope:
    counted = {COUNTED: True}  # which the type knows nothing of
    scope = cast("HTTPScope", {**scope, **counted})
    if not hold.again:
        body.from_the_start()
        return scope
    body.emptied()
    path, _, query = hold.again.partition("?")
    headers = [each for each in scope["headers"] if each[0] not in {b"content-length", b"prefer"}]
    return {
        **scope,
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": headers,
    }


class _Body:
    """A request's body, kept as it is read so that it can be read again.

    Rollouts come with their pictures in them: what is large waits on disk.
    """

    def __init__(self, receive: ASGIReceiveCallable, kept: IO[bytes]) -> None:
        self._receive = receive
        self._kept = kept
        self._n_bytes = 0
        self._is_whole = False
        self.turn: _Turn | None = None  # that of its request
        self._left: int | None = None  # bytes still to be read again; None: read as it comes

    @property
    def is_kept(self) -> bool:
        return self._is_whole and self._n_bytes <= MOST

    async def receive(self) -> ASGIReceiveEvent:
        if self._left is not None:
            piece = self._piece(self._left)
            await self._began(is_whole=not piece["more_body"])
            return piece
        event = await self._receive()
        if event["type"] == "http.request":
            self._n_bytes += len(event["body"])
            self._is_whole = not event["more_body"]
            if self._n_bytes <= MOST:
                self._kept.write(event["body"])
            await self._began(is_whole=self._is_whole)
        return event

    async def _began(self, *, is_whole: bool) -> None:
        if is_whole and self.turn is not None:
            await self.turn.begin()

    def _piece(self, left: int) -> HTTPRequestEvent:
        piece = self._kept.read(PIECE)
        left -= len(piece)
        self._left = left or None
        return {"type": "http.request", "body": piece, "more_body": left > 0}

    async def gone(self) -> None:
        """Return when the client hangs up, if that can be heard."""
        while self._is_whole:
            if (await self._receive())["type"] == "http.disconnect":
                return
        await asyncio.Event().wait()

    def from_the_start(self) -> None:
        self._kept.seek(0)
        self._left = self._n_bytes

    def emptied(self) -> None:
        self._kept.seek(0)
        self._kept.truncate()
        self._n_bytes = 0
        self._is_whole = True
        self.from_the_start()


class _Answer:
    """Passes an answer on as it comes, unless it is to be held back."""

    def __init__(self, send: ASGISendCallable, *, may_hold: bool) -> None:
        self._send = send
        self._may_hold = may_hold
        self.turn: _Turn | None = None  # that of its request
        self._events: list[ASGISendEvent] = []
        self.held: Hold | None = None

    async def send(self, event: ASGISendEvent) -> None:
        if event["type"] == "http.response.start":
            if self.turn is not None:
                self.turn.end()
            hold = _hold(dict(event["headers"]))
            headers = [each for each in event["headers"] if each[0].lower() not in (_WAITS, _AGAIN)]
            event = {**event, "headers": headers}
            self.held = hold if self._may_hold else None
        if self.held is None:
            await self._send(event)
        else:
            self._events.append(event)

    async def let_go(self) -> None:
        for event in self._events:
            await self._send(event)


def _hold(headers: dict[bytes, bytes]) -> Hold | None:
    lowered = {name.lower(): value.decode() for name, value in headers.items()}
    said = lowered.get(_WAITS.decode().encode(), "")
    seconds, _, names = said.partition(";")
    requests = tuple(names.split())
    if not requests:
        return None
    return Hold(seconds=float(seconds), requests=requests, again=lowered.get(_AGAIN, ""))
