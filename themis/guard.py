"""What Django must not see: bodies too large, which it would write to disk before anybody looks,
and "charsets" that decode no text, over which it breaks.
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
from django.conf import settings

ROOM = 2**20  # bytes a form may need beside its files
_CHARSET = re.compile(rb";[ \t]*charset=[^;]*", re.IGNORECASE)


class _TooLarge(Exception):
    """More came than was said, or than may come."""


class BoundedBodies:
    """An application whose requests carry at most UPLOAD_LIMIT bytes, JSON at most JSON_LIMIT."""

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
            body.check(_said(scope))
            await self._inner(_in_utf_8(scope), body.receive, watch)
        except _TooLarge:
            if not begun:
                await _refuse(body.limit, send)


def _in_utf_8(scope: HTTPScope) -> HTTPScope:
    """Everything is read as UTF-8, whatever the request calls it."""
    headers = [
        (name, _CHARSET.sub(b"", value) if name.lower() == b"content-type" else value)
        for name, value in scope["headers"]
    ]
    return {**scope, "headers": headers}


class _Body:
    def __init__(self, scope: HTTPScope, receive: ASGIReceiveCallable) -> None:
        kind = _header(scope, b"content-type")
        is_json = kind.lower().startswith(b"application/json")
        self.limit: int = settings.JSON_LIMIT if is_json else settings.UPLOAD_LIMIT + ROOM
        self._receive = receive
        self._n_bytes = 0

    def check(self, n_bytes: int) -> None:
        if n_bytes > self.limit:
            raise _TooLarge

    async def receive(self) -> ASGIReceiveEvent:
        event = await self._receive()
        if event["type"] == "http.request":
            self._n_bytes += len(event["body"])
            self.check(self._n_bytes)
        return event


def _said(scope: HTTPScope) -> int:
    length = _header(scope, b"content-length")
    return int(length) if length.isdigit() and len(length) < 19 else 0


def _header(scope: HTTPScope, name: bytes) -> bytes:
    return next((value for each, value in scope["headers"] if each.lower() == name), b"")


async def _refuse(limit: int, send: ASGISendCallable) -> None:
    problem = {
        "code": "too_large",
        "error": f"body: over {limit // 2**20} MB in one go; bring it in parts",
    }
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send(
        {"type": "http.response.start", "status": 413, "headers": headers, "trailers": False}
    )
    await send(
        {"type": "http.response.body", "body": json.dumps(problem).encode(), "more_body": False}
    )
