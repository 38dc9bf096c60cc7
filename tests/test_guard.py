"""A body that is too large is refused before it is read, whatever it says of its length.

So is one over a megabyte of whom nobody knows.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from pytest_django.fixtures import Settings

from themis import callers, guard
from themis.guard import DRAINED, ROOM, BoundedBodies

FORM, PIECE = "multipart/form-data; boundary=x", "application/offset+octet-stream"


@pytest.fixture(autouse=True)
def limits(settings: Settings) -> None:
    settings.JSON_LIMIT, settings.UPLOAD_LIMIT = 100, 2**21


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callers, "is_known", lambda _: True)
    monkeypatch.setattr(guard, "database_sync_to_async", sync_to_async)  # no database is asked


@pytest.fixture
def unknown(known: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callers, "is_known", lambda _: False)


@pytest.fixture
def passed_on() -> list[int]:
    """Bytes that came through to the application."""
    return []


def ask(
    pieces: Iterable[bytes], through: list[int] | None = None, /, **headers: str
) -> tuple[int, int]:
    """The status, and how many bytes were taken off the wire; those passed on go to `through`."""
    through = [] if through is None else through
    sent: list[dict[str, Any]] = []
    taken = 0
    waiting = iter(pieces)

    async def receive() -> dict[str, Any]:
        nonlocal taken
        piece = next(waiting, None)
        taken += len(piece or b"")
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    async def send(event: dict[str, Any]) -> None:
        sent.append(event)

    async def inner(_scope: object, receive: Any, send: Any) -> None:  # noqa: ANN401
        is_more = True
        while is_more:
            event = await receive()
            through.append(len(event["body"]))
            is_more = event["more_body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})

    named = [(name.replace("_", "-").encode(), held.encode()) for name, held in headers.items()]
    scope: Any = {"type": "http", "headers": named, "path": "/"}
    asyncio.run(BoundedBodies(inner)(scope, receive, send))  # type: ignore[arg-type]
    return sent[0]["status"], taken


def test_what_fits_passes() -> None:
    assert ask([b"x" * 100], content_type="application/json", content_length="100") == (200, 100)
    assert ask([b"x" * 2**20] * 2, content_type="multipart/form-data") == (200, 2**21)


def test_a_length_that_is_too_large_is_refused_unread() -> None:
    said = {"content_type": "application/json", "content_length": "101"}
    assert ask([b"x" * 101], **said) == (413, 0)


def test_a_length_that_is_not_told_is_counted() -> None:
    status, taken = ask(
        (b"x" * 2**20 for _ in range(1000)), content_type="multipart/form-data; boundary=x"
    )
    assert (status, taken <= 2**22 + 2**20) == (413, True)


def test_a_length_that_is_a_lie_is_counted() -> None:
    lie = {"content_type": "application/json", "content_length": "5"}
    assert ask([b"x" * 90] * 9, **lie) == (413, 180)


@pytest.mark.parametrize("kind", [FORM, PIECE])
def test_batches_and_pieces_of_uploads_have_the_limit_of_a_request(kind: str) -> None:
    assert ask([b"x"], content_type=kind, content_length=str(2**22)) == (413, 0)
    endless = (b"x" * 2**20 for _ in range(1000))
    status, taken = ask(endless, content_type=kind)
    assert (status, taken <= 2**22) == (413, True)


@pytest.mark.parametrize("kind", [FORM, PIECE])
def test_of_the_unknown_nothing_large_is_passed_on(
    unknown: None, passed_on: list[int], kind: str
) -> None:
    said = {"content_type": kind, "content_length": str(2 * ROOM)}
    assert ask([b"x" * ROOM] * 2, passed_on, **said) == (401, 2 * ROOM)
    assert passed_on == []


def test_of_the_unknown_nothing_large_is_passed_on_though_it_does_not_tell_its_length(
    unknown: None, passed_on: list[int]
) -> None:
    endless = (b"x" * 2**18 for _ in range(1000))
    status, taken = ask(endless, passed_on, content_type=FORM)
    assert (status, sum(passed_on) <= ROOM) == (401, True)
    assert taken <= ROOM + 2**18 + DRAINED


def test_what_the_unknown_say_is_huge_is_not_even_read(unknown: None, settings: Settings) -> None:
    settings.UPLOAD_LIMIT = 2**40
    said = {"content_type": FORM, "content_length": str(2**30)}
    assert ask([b"x" * ROOM], **said) == (401, 0)


def test_anybody_may_send_a_form_that_is_small(unknown: None) -> None:
    assert ask([b"x" * 1000], content_type=FORM, content_length="1000") == (200, 1000)


@pytest.mark.parametrize("charset", ["base64", "rot13", "utf-16", "idna", "utf-8"])
def test_a_charset_that_is_none_breaks_nothing(charset: str) -> None:
    scope: Any = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/nothing",
        "query_string": b"a=b",
        "headers": [(b"content-type", f"application/json; Charset={charset}; x=y".encode())],
    }
    status: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def send(event: dict[str, Any]) -> None:
        status.append(event.get("status", 0))

    async def inner(scope: Any, _receive: object, send: Any) -> None:  # noqa: ANN401
        request = ASGIRequest(scope, io.BytesIO(b"{}"))
        assert request.GET["a"] == "b"
        await send({"type": "http.response.start", "status": 200, "headers": []})

    asyncio.run(BoundedBodies(inner)(scope, receive, send))  # type: ignore[arg-type]
    assert status == [200]
