"""Webhooks of tests, and a real server that they lead to, as kind or hostile as a test wants it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from tests import stories
from themis.accounts.models import Team
from themis.domain.jsontypes import Json
from themis.notices import announcing, webhooks
from themis.notices.models import Delivery, Event, HookKind, Webhook
from themis.pipeline import allowance, sealing
from themis.pipeline.posting import Answer, Message

Answering = Callable[[asyncio.StreamWriter], "asyncio.Future[None] | None"]
HERE = allowance.parsed("*=127.0.0.0/8:*", variable="tests")  # what lets receivers be reached
SECRET = "whsec_" + "c2VjcmV0" * 5
TAKEN = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


def hook(
    team: Team,
    url: str = "http://hook.example/",
    *events: str,
    kind: HookKind = HookKind.STANDARD,
    job: str = "",
) -> Webhook:
    """A webhook with the secret of these tests."""
    return webhooks.add(
        team=team,
        settings=webhooks.Settings(url=url, kind=kind, events=events, job=job),
        sealed_secret=sealing.seal(SECRET),
        by=None,
        at=stories.NOW,
    )


def announced(
    team: Team, event: str = Event.COMMENT, at: datetime | None = None, **data: Json
) -> list[Delivery]:
    """All messages there are, once an event is put down."""
    hooks = announcing.wanting(team, event)
    announcing.announce(hooks=hooks, event=event, each=[data or {"n": 1}], at=at or timezone.now())
    return list(Delivery.objects.order_by("pk"))


class Scripted:
    """A way out that answers as it is told and remembers what was sent."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.sent: list[Message] = []

    async def __call__(self, message: Message) -> Answer:
        """The next answer; one that is well once they are used up."""
        self.sent.append(message)
        return self.answers.pop(0) if self.answers else Answer(status=204)

    @property
    def keys(self) -> list[str]:
        """The ids that were sent."""
        return [message.headers["webhook-id"] for message in self.sent]


REFUSAL = Answer(status=500, trouble="answered 500")
SILENCE = Answer(status=None, trouble="no answer within 15 s")


@dataclass(eq=False)
class Receiver:
    """What came, and how it is answered: with bytes; `is_endless` goes on sending, `is_silent`
    never answers."""

    port: int = 0
    answer: bytes = TAKEN
    is_endless: bool = False
    is_silent: bool = False
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    came: threading.Event = field(default_factory=threading.Event)
    n_sent: int = 0  # bytes of an endless answer

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/hook"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            await self._serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = head.split("\r\n")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines[1:] if line)
        }
        body = await reader.readexactly(int(headers["content-length"]))
        self.requests.append(({**headers, ":line": lines[0]}, body))
        self.came.set()
        if self.is_silent:
            await reader.read()
            return
        writer.write(self.answer)
        while self.is_endless:
            writer.write(b"x" * 65_536)
            self.n_sent += 65_536
            await writer.drain()
        await writer.drain()


@contextmanager
def receiver(**how: object) -> Iterator[Receiver]:
    """A receiver on a port of this machine, in a thread of its own."""
    made = Receiver(**how)  # type: ignore[arg-type]
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    server: list[asyncio.Server] = []

    async def start() -> None:
        server.append(await asyncio.start_server(made.serve, "127.0.0.1", 0))
        made.port = server[0].sockets[0].getsockname()[1]
        ready.set()

    async def stop() -> None:
        server[0].close()
        mine = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not mine]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def run() -> None:
        loop.create_task(start())  # noqa: RUF006  the loop runs it at once
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield made
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
