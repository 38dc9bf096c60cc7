"""Where requests go before Django sees them: streams, pulls, answers that are held back."""

from __future__ import annotations

import re

from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope

from themis.api.front.pull import pull
from themis.api.front.stream import stream
from themis.api.front.waiting import Waiting

_EVENTS = re.compile(r"/api/v1/jobs/([a-z0-9_-]{1,60})/events")
_PULL = re.compile(r"/api/v1/rewards/(rw_[0-9a-z]{20})")
_HELD = ("/api/v1/rewards", "/compat/", "/v1/")


class Front:
    """Django, with what must not take one of its threads in front of it."""

    def __init__(self, inner: ASGI3Application) -> None:
        self._inner = inner
        self._waiting = Waiting(inner)

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        if scope["type"] != "http":
            return await self._inner(scope, receive, send)
        path = scope["path"]
        if scope["method"] == "GET":
            if (found := _EVENTS.fullmatch(path)) and await stream(
                scope, found.group(1), receive, send
            ):
                return None
            if (found := _PULL.fullmatch(path)) and await pull(scope, found.group(1), send):
                return None
        held = path.startswith(_HELD)
        return await (self._waiting if held else self._inner)(scope, receive, send)
