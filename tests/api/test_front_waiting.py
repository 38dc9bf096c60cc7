"""Answers are held back without a thread: passed on when settled, or when the time is over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest
from asgiref.typing import (
    ASGIReceiveEvent,
    ASGISendEvent,
    HTTPScope,
)
from django.db import OperationalError

from themis.api.front import waiting
from themis.api.front import watcher as watching
from themis.api.front.watcher import Watcher, watcher
from themis.rewards import request_queries

pytestmark = pytest.mark.once


class View:
    """A view that says "still running" until it is told what is settled."""

    def __init__(self, seconds: str = "30", again: str = "") -> None:
        self.seen: list[tuple[str, str, bytes]] = []
        self.settled: set[str] = set()
        self.seconds, self.again = seconds, again

    async def __call__(self, scope: HTTPScope, receive: Callable, send: Callable) -> None:  # type: ignore[type-arg]
        event = await receive()
        body = event["body"]
        while event["more_body"]:
            event = await receive()
            body += event["body"]
        self.seen.append((scope["method"], scope["path"], body))
        headers = [(b"content-type", b"text/plain")]
        if "rw_a" not in self.settled:
            headers.append((b"Themis-Wait", f"{self.seconds}; rw_a".encode()))
            if self.again:
                headers.append((b"Themis-Again", self.again.encode()))
        said = b"settled" if "rw_a" in self.settled else b"running"
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": said, "more_body": False})


class Client:
    """Asks, and keeps what is answered."""

    def __init__(self, view: View, body: bytes = b"who?") -> None:
        self.heard: asyncio.Queue[ASGIReceiveEvent] = asyncio.Queue()
        self.heard.put_nowait({"type": "http.request", "body": body, "more_body": False})
        self.answer: list[ASGISendEvent] = []
        self._front = waiting.Waiting(view)  # type: ignore[arg-type]

    async def ask(self) -> bytes:
        scope = {"type": "http", "method": "POST", "path": "/compat/x", "headers": []}
        await self._front(scope, self.heard.get, self._keep)  # type: ignore[arg-type]
        return b"".join(each.get("body", b"") for each in self.answer)  # type: ignore[misc]

    async def _keep(self, event: ASGISendEvent) -> None:
        self.answer.append(event)


@pytest.fixture
def view(monkeypatch: pytest.MonkeyPatch) -> View:
    made = View()

    def over(ids: Sequence[str]) -> set[str]:
        return made.settled & set(ids)

    monkeypatch.setattr(request_queries, "over", over)
    return made


def settle(view: View) -> None:
    view.settled.add("rw_a")
    watcher()._wake(["rw_a"])


async def until_held(view: View) -> None:
    while "rw_a" not in watcher()._waiting:  # noqa: ASYNC110  a turn of the loop each
        await asyncio.sleep(0)


async def test_an_answer_comes_when_it_is_settled(view: View) -> None:
    client = Client(view)
    asked = asyncio.create_task(client.ask())
    await until_held(view)
    assert not client.answer
    settle(view)
    assert await asked == b"settled"
    assert view.seen == [("POST", "/compat/x", b"who?")] * 2


async def test_no_header_of_ours_goes_out(view: View) -> None:
    view.seconds = "0.01"
    client = Client(view)
    assert await client.ask() == b"running"
    assert client.answer[0]["headers"] == [(b"content-type", b"text/plain")]  # type: ignore[typeddict-item]


async def test_another_address_tells_it_later(view: View) -> None:
    view.again = "/api/v1/rewards/rw_a?x=1"
    client = Client(view, body=b"a large document")
    asked = asyncio.create_task(client.ask())
    await until_held(view)
    settle(view)
    assert await asked == b"settled"
    assert view.seen[1] == ("GET", "/api/v1/rewards/rw_a", b"")


async def test_a_large_body_is_not_waited_with(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "MOST", 3)
    assert await Client(view, body=b"four").ask() == b"running"


async def test_a_body_that_waits_on_disk_is_put_again_whole(
    view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "IN_MEMORY", 2)
    monkeypatch.setattr(waiting, "PIECE", 3)
    asked = asyncio.create_task(Client(view, body=b"a rollout").ask())
    await until_held(view)
    settle(view)
    assert await asked == b"settled"
    assert [body for _, _, body in view.seen] == [b"a rollout"] * 2


async def test_who_has_gone_is_not_waited_for(view: View) -> None:
    client = Client(view)
    asked = asyncio.create_task(client.ask())
    await until_held(view)
    client.heard.put_nowait({"type": "http.disconnect"})
    watcher()._wake(["rw_a"])
    assert await asked == b"running"


async def test_a_lost_hint_costs_a_tick(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("themis.api.front.watcher.TICK", 0.01)
    asked = asyncio.create_task(Client(view).ask())
    await until_held(view)
    view.settled.add("rw_a")
    assert await asked == b"settled"


async def test_two_hundred_wait_in_one_task(view: View) -> None:
    asked = [asyncio.create_task(Client(view).ask()) for _ in range(200)]
    await until_held(view)
    assert isinstance(watcher(), Watcher)
    settle(view)
    assert set(await asyncio.gather(*asked)) == {b"settled"}
    assert not watcher()._waiting


async def test_who_waits_waits_on_while_the_database_is_away(
    view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0

    def over(ids: Sequence[str]) -> set[str]:
        nonlocal looks
        looks += 1
        if looks <= 2:  # the second look is over a new connection
            raise OperationalError
        return view.settled & set(ids)

    monkeypatch.setattr(request_queries, "over", over)
    client = Client(view)
    asked = asyncio.create_task(client.ask())
    await until_held(view)
    settle(view)
    assert await asked == b"settled"


async def test_a_layer_that_is_away_is_asked_once_a_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    class Away:
        async def new_channel(self) -> str:
            return "channel"

        async def group_add(self, _group: str, _channel: str) -> None:
            raise OSError

        group_discard = group_add

        async def receive(self, _channel: str) -> None:
            raise OSError

    monkeypatch.setattr(watching, "get_channel_layer", Away)
    monkeypatch.setattr(watching, "TICK", 0.02)
    loop, watcher = asyncio.get_running_loop(), Watcher()
    began = loop.time()
    for _ in range(3):
        await watcher.changed(["rw_a"], 30)
    assert loop.time() - began >= 3 * 0.02


async def test_a_few_requests_at_a_time_are_put_to_django(view: View) -> None:
    gate, inside, most = asyncio.Event(), 0, 0

    async def slow(scope: HTTPScope, receive: Callable, send: Callable) -> None:  # type: ignore[type-arg]
        nonlocal inside, most
        await receive()
        inside += 1
        most = max(most, inside)
        await gate.wait()
        inside -= 1
        view.settled.add("rw_a")
        await view(scope, again, send)

    async def again() -> ASGIReceiveEvent:
        return {"type": "http.request", "body": b"", "more_body": False}

    front = waiting.Waiting(slow)  # type: ignore[arg-type]
    clients = [Client(view) for _ in range(3 * waiting.AT_ONCE)]
    for client in clients:
        client._front = front
    asked = [asyncio.create_task(client.ask()) for client in clients]
    while inside < waiting.AT_ONCE:  # noqa: ASYNC110  a turn of the loop each
        await asyncio.sleep(0)
    gate.set()
    assert set(await asyncio.gather(*asked)) == {b"settled"}
    assert most == waiting.AT_ONCE


async def test_who_sends_slowly_holds_nobody_up(
    view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "AT_ONCE", 1)
    view.settled.add("rw_a")
    slow, quick = Client(view), Client(view)
    quick._front = slow._front
    slow.heard.get_nowait()
    slow.heard.put_nowait({"type": "http.request", "body": b"wh", "more_body": True})
    asked = asyncio.create_task(slow.ask())
    assert await quick.ask() == b"settled"
    slow.heard.put_nowait({"type": "http.request", "body": b"o?", "more_body": False})
    assert await asked == b"settled"
