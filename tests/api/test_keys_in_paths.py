"""A key in the path opens what it opens in a header, and leaves no trace."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from tests import stories
from tests.api.test_pathkey import sent_to
from themis.accounts import services as accounts
from themis.accounts.models import Team
from themis.api import cases
from themis.asgi import application

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

HOST = {"host": "localhost"}


async def answer(scope: dict[str, Any]) -> tuple[int, dict[bytes, bytes], bytes]:
    pieces = iter([{"type": "http.request", "body": b"", "more_body": False}])
    sent: list[Any] = []

    async def receive() -> Any:  # noqa: ANN401
        return next(pieces, None) or await asyncio.Event().wait()  # nobody hangs up

    async def send(event: Any) -> None:  # noqa: ANN401
        sent.append(event)

    await application(scope, receive, send)  # type: ignore[arg-type]
    start, *bodies = sent
    return start["status"], dict(start["headers"]), b"".join(each["body"] for each in bodies)


@pytest.fixture
def plain(team: Team) -> str:
    return accounts.issue_key(team=team, name="trainer", by=None, at=stories.NOW)[1]


async def test_a_key_in_the_path_opens_what_one_in_a_header_does_and_nobody_keeps_the_answer(
    plain: str,
) -> None:
    status, headers, body = await answer(sent_to(f"/k/{plain}/api/v1/queues", HOST))
    assert (status, body) == (200, b'{"queues": []}')
    assert headers[b"referrer-policy"] == b"no-referrer"
    assert headers[b"cache-control"] == b"no-store"


async def test_a_key_that_opens_nothing_is_answered_as_in_a_header() -> None:
    said = HOST | {"authorization": "Bearer thk_made_up"}
    status, _, body = await answer(sent_to("/api/v1/queues", said))
    assert status == 401
    for key in ("thk_made_up", "", "%00"):
        in_path = await answer(sent_to(f"/k/{key}/api/v1/queues", HOST))
        assert (in_path[0], in_path[2]) == (401, body)


async def test_no_log_tells_the_key(
    plain: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(cases, "find", breaks)
    caplog.set_level(logging.DEBUG)
    for path, status in {"api/v1/trajectories/x": 500, "nowhere": 404, "k/nowhere": 404}.items():
        assert (await answer(sent_to(f"/k/{plain}/{path}", HOST)))[0] == status
    assert "Internal Server Error: /api/v1/trajectories/x" in caplog.text
    assert plain not in caplog.text
