"""NeMo Gym's addresses at the root of a port of its own, as its clients expect them.

No key is needed there: the job was named by whoever opened the port, on this machine.
"""

from __future__ import annotations

from typing import cast

from asgiref.typing import (
    ASGI3Application,
    ASGIReceiveCallable,
    ASGISendCallable,
    HTTPScope,
    Scope,
)
from django.conf import settings

from themis.api.asking import ORIGIN
from themis.api.compat.doors import Grant
from themis.callers import GRANT

KNOWN = frozenset({"/seed_session", "/verify", "/aggregate_metrics", "/reverify_mode", "/healthz"})
# Of the client, none of these is heeded: who is let in, and how it came, is the port's to say.
DROPPED = frozenset({b"authorization", b"x-api-key", b"cookie", b"x-forwarded-proto"})


class GymPort:
    """The whole application as it is seen at such a port: its gym alone, and for one job."""

    def __init__(self, inner: ASGI3Application, granted: Grant, manner: str) -> None:
        self._inner = inner
        self._granted = granted
        self._manner = manner

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        if scope["type"] == "http":
            await self._inner(self._led(scope), receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": None})

    def _led(self, scope: HTTPScope) -> HTTPScope:
        asked = scope["path"]
        beyond = asked if asked in KNOWN else "/unknown"
        path = beyond if beyond == "/healthz" else f"/compat/{self._manner}{beyond}"
        headers = [(name, value) for name, value in scope["headers"] if name not in DROPPED]
        if settings.HTTPS:  # a port for one machine has no certificate, and is not sent elsewhere
            headers.append((b"x-forwarded-proto", b"https"))
        led = {**scope, "path": path, "raw_path": path.encode(), "headers": headers}
        return cast(HTTPScope, {**led, GRANT: self._granted, ORIGIN: self._granted.site})
