"""OpenEnv's WebSocket: a session that is reset, stepped and asked for its state until it closes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import ClassVar, cast
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError
from django.http import HttpRequest, QueryDict

from themis.accounts.models import Team
from themis.api import cases
from themis.api.compat import openenv, pulling
from themis.api.compat.doors import opened_by
from themis.api.front import desk
from themis.api.front.watcher import watcher
from themis.api.replies import Refused
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.formats import jsonfile
from themis.rewards.models import RequestStatus, RewardRequest

IDLE = 900.0  # seconds without a word from the client
MOST = 1_000  # sessions of a process
MOST_OF_TEAM = 500
MOST_WAITING = 32  # messages of a session that nobody has looked at
LONGEST_TEXT = 2**20  # characters of a message
LONGEST_NAME = 255
UNKNOWN, BUSY = 4401, 1013  # why a socket is closed
INVALID_JSON, UNKNOWN_TYPE, VALIDATION_ERROR = "INVALID_JSON", "UNKNOWN_TYPE", "VALIDATION_ERROR"
EXECUTION_ERROR, CAPACITY_REACHED = "EXECUTION_ERROR", "CAPACITY_REACHED"


class _Unfit(Exception):
    """A message that is answered with an error."""

    def __init__(self, code: str, said: str, **more: Json) -> None:
        super().__init__(said)
        self.data: dict[str, Json] = {"message": said, "code": code, **more}


class Session(AsyncWebsocketConsumer):
    """One client. Messages are answered one after the other, in the order they came."""

    open_sessions: ClassVar[Counter[int]] = Counter()  # by team, of this process

    team_id: int | None = None
    working: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        """Accept whoever has a key, if there is room."""
        self.plain = _key_of(self.scope)
        team = await database_sync_to_async(self._let_in)()
        if team is None:
            await self.close(code=UNKNOWN)
            return
        await self.accept()
        count = self.open_sessions
        if count.total() >= MOST or count[team.pk] >= MOST_OF_TEAM:
            said = "too many sessions are open; close some, or try again later"
            await self._say("error", {"message": said, "code": CAPACITY_REACHED})
            await self.close(code=BUSY)
            return
        self.team_id = team.pk
        count[team.pk] += 1
        self.episode_id, self.n_steps = uuid.uuid4().hex, 0
        self.messages: asyncio.Queue[str | None] = asyncio.Queue(MOST_WAITING)
        self.working = asyncio.create_task(self._work())

    async def disconnect(self, code: int) -> None:  # noqa: ARG002  Channels names it
        """Let go of the session; what was asked for goes on and is there the next time."""
        if self.team_id is not None:
            self.open_sessions[self.team_id] -= 1
            self.team_id = None
        if self.working is not None:
            self.working.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError):  # the client has gone
                await self.working

    async def receive(
        self,
        text_data: str | None = None,
        bytes_data: bytes | None = None,  # noqa: ARG002  Channels names it
        **_kwargs: object,
    ) -> None:
        """Put a message with those that wait; a client that floods is sent away."""
        if self.working is None:
            return
        try:
            self.messages.put_nowait(text_data)
        except asyncio.QueueFull:
            await self.close(code=BUSY)

    async def _work(self) -> None:
        """Answer message by message until one closes, or none comes."""
        is_open = True
        while is_open:
            try:
                text = await asyncio.wait_for(self.messages.get(), IDLE)
                is_open = await self._answer(text)
            except TimeoutError:
                is_open = False
        await self.close()

    async def _answer(self, text: str | None) -> bool:
        """Answer one message; False if it was the last."""
        try:
            kind, data = _read(text)
            if kind == "close":
                return False
            await self._say(*await self._told(kind, data))
        except _Unfit as unfit:
            await self._say("error", unfit.data)
        except DatabaseError:
            said = "the database does not answer now; send the message again"
            await self._say("error", {"message": said, "code": EXECUTION_ERROR})
        return True

    async def _told(self, kind: str, data: Json) -> tuple[str, dict[str, Json]]:
        match kind:
            case "reset":
                self._begin(data)
                return "observation", openenv.begun()
            case "step":
                seen = await self._step(data)
                self.n_steps += 1
                return "observation", seen
            case "state":
                return "state", {"episode_id": self.episode_id, "step_count": self.n_steps}
            case _:
                raise _Unfit(UNKNOWN_TYPE, f"Unknown message type: {kind[:40]}")

    def _begin(self, data: Json) -> None:
        asked = data.get("episode_id") if isinstance(data, dict) else None
        if asked is not None and not (isinstance(asked, str) and len(asked) <= LONGEST_NAME):
            raise _Unfit(VALIDATION_ERROR, f"episode_id: a text of at most {LONGEST_NAME}")
        self.episode_id, self.n_steps = asked or uuid.uuid4().hex, 0

    async def _step(self, action: Json) -> dict[str, Json]:
        """The reward once it is there; before the client loses patience, that it is not yet."""
        row = await database_sync_to_async(self._asked)(action)
        clock = asyncio.get_running_loop().time
        until = clock() + openenv.PATIENCE
        while not row.is_over and (left := until - clock()) > 0:
            await watcher().changed([row.pk], left)
            row = await desk.read(partial(RewardRequest.objects.get, pk=row.pk))
        if row.status == RequestStatus.BROKEN:
            raise _unfit(pulling.broken(row))
        return openenv.observed(pulling.answer_of(row)) if row.is_settled else openenv.awaited(row)

    def _asked(self, action: Json) -> RewardRequest:
        """Ask as whoever has the key now: it may have been revoked since the session began."""
        try:
            (row,) = pulling.ask(self._request(), [openenv.named(action)])
        except Refused as refused:
            raise _unfit(refused) from None
        return row

    def _let_in(self) -> Team | None:
        try:
            return cases.team_of(self._request())
        except Refused:
            return None

    def _request(self) -> HttpRequest:
        request = _request_of(self.scope)
        team = opened_by(request, self.plain)
        if team is None:
            raise Refused(401, "unauthorised", "the key opens nothing, or nothing any more")
        request.auth = team  # type: ignore[attr-defined]
        return request

    async def _say(self, kind: str, data: dict[str, Json]) -> None:
        await self.send(text_data=json.dumps({"type": kind, "data": data}))


def _read(text: str | None) -> tuple[str, Json]:
    if text is None or len(text) > LONGEST_TEXT:
        raise _Unfit(VALIDATION_ERROR, f"send text of at most {LONGEST_TEXT:,} characters")
    try:
        message = jsonfile.parse(text, at="message", strict=True)
    except UnreadableTrajectory as error:
        raise _Unfit(INVALID_JSON, f"Invalid JSON: {error}") from None
    kind = message.get("type") if isinstance(message, dict) else None
    if not isinstance(message, dict) or not isinstance(kind, str):
        raise _Unfit(VALIDATION_ERROR, "send an object with a type, and data")
    return kind, message.get("data")


def _unfit(refused: Refused) -> _Unfit:
    body = refused.reply.body
    code = EXECUTION_ERROR if refused.reply.status >= 500 else VALIDATION_ERROR
    return _Unfit(code, str(refused), cause=body.get("code"), field=body.get("field"))


def _key_of(scope: Mapping[str, object]) -> str:
    """The key in a header, where one in the path has been put, too, or in the query."""
    headers = dict(cast("list[tuple[bytes, bytes]]", scope["headers"]))
    said = headers.get(b"authorization", b"").decode("latin-1")
    kind, _, token = said.partition(" ")
    query = parse_qs(cast(bytes, scope.get("query_string", b"")).decode("latin-1"))
    candidates = (
        token.strip() if kind.lower() == "bearer" else "",
        headers.get(b"x-api-key", b"").decode("latin-1"),
        query.get("key", [""])[0],
    )
    return next((each for each in candidates if each), "")


def _request_of(scope: Mapping[str, object]) -> HttpRequest:
    """What the HTTP side needs to know of a message: where it came, and what the address says."""
    headers = dict(cast("list[tuple[bytes, bytes]]", scope["headers"]))
    request = HttpRequest()
    request.method = "POST"
    request.path = str(scope["path"])
    request.GET = QueryDict(cast(bytes, scope.get("query_string", b"")).decode("latin-1"))
    request.META["HTTP_HOST"] = headers.get(b"host", b"localhost").decode("latin-1")
    if b"x-forwarded-proto" in headers:
        request.META["HTTP_X_FORWARDED_PROTO"] = headers[b"x-forwarded-proto"].decode("latin-1")
    return request
