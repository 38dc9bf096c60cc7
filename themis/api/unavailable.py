"""What is answered while the database is away: 503, and when to come again."""

from __future__ import annotations

import json
import logging

import psycopg
from asgiref.typing import (
    ASGI3Application,
    ASGIReceiveCallable,
    ASGISendCallable,
    ASGISendEvent,
    Scope,
)
from django.db import InterfaceError, OperationalError

from themis.api.replies import Refused

log = logging.getLogger(__name__)

ERRORS = (OperationalError, InterfaceError)
UNAVAILABLE = "unavailable"
RETRY_AFTER = 2  # seconds


def unavailable(error: Exception | type[Exception]) -> Refused:
    """The refusal of a request over which the database failed; what failed is in the log."""
    log.warning("the database is away: %s", error)
    refused = Refused(503, UNAVAILABLE, "the database does not answer; ask again, nothing is lost")
    refused.reply.headers["Retry-After"] = str(RETRY_AFTER)
    return refused


class Unavailable:
    """An application whose own looks into the database may fail before its answer has begun."""

    def __init__(self, inner: ASGI3Application) -> None:
        self._inner = inner

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        begun = False

        async def watch(event: ASGISendEvent) -> None:
            nonlocal begun
            begun = True
            await send(event)

        try:
            await self._inner(scope, receive, watch)
        except (*ERRORS, psycopg.Error) as error:
            if begun or scope["type"] != "http":
                raise
            await _refuse(unavailable(error), send)


async def _refuse(refused: Refused, send: ASGISendCallable) -> None:
    reply = refused.reply
    named = {"content-type": "application/json", **reply.headers}
    headers = [(name.lower().encode(), value.encode()) for name, value in named.items()]
    await send(
        {
            "type": "http.response.start",
            "status": reply.status,
            "headers": headers,
            "trailers": False,
        }
    )
    content = json.dumps(reply.body).encode()
    await send({"type": "http.response.body", "body": content, "more_body": False})
