"""A chat completion server in the test's own event loop, which answers by script."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer

from themis.domain.jsontypes import Json

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Served:
    """What a fake server was asked."""

    url: str = ""
    bodies: list[bytes] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    models: list[web.Request] = field(default_factory=list)  # askings for the list of models
    owner: str = ""  # whose models the list says they are; empty: there is no list

    def body(self, number: int = -1) -> dict[str, Json]:
        """One request's body."""
        decoded = json.loads(self.bodies[number])
        assert isinstance(decoded, dict)
        return decoded


def completion(text: Json = "hello", **changes: Json) -> dict[str, Json]:
    message: Json = {"role": "assistant", "content": text}
    return {
        "model": "served",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 3},
        **changes,
    }


def answer(
    body: Json = None, *, status: int = 200, headers: dict[str, str] | None = None
) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        text = body if isinstance(body, str) else json.dumps(body or completion())
        return web.Response(status=status, text=text, headers=headers)

    return handler


@asynccontextmanager
async def serving(*handlers: Handler) -> AsyncIterator[Served]:
    """A server that answers with each handler in turn, and with the last one from then on."""
    served = Served()

    async def handle(request: web.Request) -> web.StreamResponse:
        if request.method == "GET":
            served.models.append(request)
            listed: Json = {"data": [{"id": "served", "owned_by": served.owner}]}
            return web.json_response(listed, status=200 if served.owner else 404)
        served.bodies.append(await request.read())
        served.paths.append(request.path_qs)
        served.headers.append(dict(request.headers))
        number = min(len(served.bodies), len(handlers)) - 1
        return await handlers[number](request)

    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", "/{path:.*}", handle)
    async with TestServer(app) as server:
        served.url = str(server.make_url("/"))
        yield served
