"""What Django must not see: bodies too large, or of somebody unknown, which it would write to disk
before anybody looks, and "charsets" that decode no text, over which it breaks.
"""

from __future__ import annotations

import json
import re

from asgiref.typing import (
    ASGI3Application,
    ASGIReceiveCallable,
    ASGIReceiveEvent,
    ASGISendCallable,
    ASGISendEvent,
    HTTPScope,
    Scope,
)
from channels.db import database_sync_to_async
from django.conf import settings

from themis import callers

ROOM = 2**20  # bytes a form may need beside its files, and anybody may send
# Bytes of a refused body that are read and dropped: a browser that is cut off while it sends takes
# that for a lost connection and never sees the answer. More than its script sends at a time.
DRAINED = 16 * 2**20
UNKNOWN = 401
_CHARSET = re.compile(rb";[ \t]*charset=[^;]*", re.IGNORECASE)


class _Refused(Exception):
    """A body that is not passed on."""

    def __init__(self, status: int, code: str, error: str) -> None:
        super().__init__(error)
        self.status = status
        self.problem = {"code": code, "error": error}


class BoundedBodies:
    """An application whose requests carry at most UPLOAD_LIMIT bytes, JSON at most JSON_LIMIT.

    Those of nobody who is signed in or has a key carry at most ROOM.
    """

    def __init__(self, inner: ASGI3Application) -> None:
        self._inner = inner

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        body = _Body(scope, receive)
        begun = False

        async def watch(event: ASGISendEvent) -> None:
            nonlocal begun
            begun = True
            await send(event)

        try:
            await body.check(_said(scope))
            await self._inner(_in_utf_8(scope), body.receive, watch)
        except _Refused as refused:
            if not begun:
                if refused.status == UNKNOWN and _said(scope) <= DRAINED:
                    await _drain(receive)
                await _refuse(refused, send)


def _in_utf_8(scope: HTTPScope) -> HTTPScope:
    """Everything is read as UTF-8, whatever the request calls it."""
    headers = [
        (name, _CHARSET.sub(b"", value) if name.lower() == b"content-type" else value)
        for name, value in scope["headers"]
    ]
    return {**scope, "headers": headers}


class _Body:
    def __init__(self, scope: HTTPScope, receive: ASGIReceiveCallable) -> None:
        kind = callers.header(scope, b"content-type")
        is_json = kind.lower().startswith(b"application/json")
        self.limit: int = settings.JSON_LIMIT if is_json else settings.UPLOAD_LIMIT + ROOM
        self._scope = scope
        self._receive = receive
        self._n_bytes = 0
        self._is_known = False

    async def check(self, n_bytes: int) -> None:
        if n_bytes > self.limit:
            size = f"over {self.limit // 2**20} MB in one go"
            raise _Refused(413, "too_large", f"body: {size}; bring it in parts")
        if n_bytes > ROOM and not self._is_known:
            self._is_known = await database_sync_to_async(callers.is_known)(self._scope)
            if not self._is_known:
                remedy = "sign in, then go on with it, or send an API key"
                raise _Refused(UNKNOWN, "unauthorised", f"nobody is signed in; {remedy}")

    async def receive(self) -> ASGIReceiveEvent:
        event = await self._receive()
        if event["type"] == "http.request":
            self._n_bytes += len(event["body"])
            await self.check(self._n_bytes)
        return event


def _said(scope: HTTPScope) -> int:
    length = callers.header(scope, b"content-length")
    return int(length) if length.isdigit() and len(length) < 19 else 0


async def _drain(receive: ASGIReceiveCallable) -> None:
    n_bytes, is_more = 0, True
    while is_more and n_bytes < DRAINED:
        event = await receive()
        if event["type"] != "http.request":
            return
        n_bytes += len(event["body"])
        is_more = event["more_body"]


async def _refuse(refused: _Refused, send: ASGISendCallable) -> None:
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send(
        {
            "type": "http.response.start",
            "status": refused.status,
            "headers": headers,
            "trailers": False,
        }
    )
    content = json.dumps(refused.problem).encode()
    await send({"type": "http.response.body", "body": content, "more_body": False})
