"""The receiver that the page on webhooks shows takes what Themis sends, and nothing else."""

from __future__ import annotations

import re
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import HTTPServer

import pytest
from django.utils import timezone

from tests.e2e.shell import ROOT
from themis.notices import payloads, tidying, webhooks
from themis.notices.models import PING, UNSENT, Event
from themis.pipeline import deliveries, lanes, pauses, posting, signing

PAGE = (ROOT / "docs" / "webhooks.md").read_text()
SECRET = signing.new_secret()
BODY = '{"type":"ping","timestamp":"2026-03-01T12:00:00+00:00","data":{"word":"Grüße"}}'


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of the example, as it stands on the page, once it serves."""
    (example,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    names: dict[str, object] = {"__name__": "example"}
    exec(compile(example, "webhooks.md", "exec"), names)  # noqa: S102  our own page
    monkeypatch.setenv("WEBHOOK_SECRET", SECRET)
    names["Receiver"].log_message = lambda *_: None  # type: ignore[attr-defined]
    server = HTTPServer(("127.0.0.1", 0), names["Receiver"])  # type: ignore[arg-type]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def sent(url: str, body: str = BODY, secret: str = SECRET) -> int:
    headers = signing.headers(valid=[secret], key="k-1", body=BODY, at=timezone.now())
    request = urllib.request.Request(url, body.encode(), dict(headers))  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def test_what_is_signed_is_taken_once_and_nothing_else_is(
    receiver: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert sent(receiver) == sent(receiver) == 204
    assert sent(receiver, body=BODY + " ") == 401
    assert sent(receiver, secret=signing.new_secret()) == 401
    assert capfd.readouterr().out == "ping {'word': 'Grüße'}\n"


def test_the_page_names_every_event_and_which_nothing_sends() -> None:
    for event in [*Event, PING]:
        (row,) = re.findall(rf"^\| `{re.escape(event)}` \|.*$", PAGE, re.MULTILINE)
        assert ("nothing sends it yet" in row) == (event in UNSENT)


def test_the_page_tells_the_limits() -> None:
    assert f"within {posting.PATIENCE:.0f} seconds" in PAGE
    assert f"first {posting.MAX_ANSWER:,} bytes" in PAGE
    assert f"at most {payloads.MAX_BODY:,} bytes" in PAGE
    assert f"At most {tidying.MAX_WAITING:,} messages wait" in PAGE
    assert f"after {deliveries.KEPT.days} days" in PAGE
    assert f"for {webhooks.OVERLAP.total_seconds() / 3600:.0f} hours" in PAGE
    assert (lanes.AT_ONCE, lanes.EACH, lanes.SLOW, lanes.OF_SLOW) == (400, 4, 2.0, 200)
    hours = [int(pause.total_seconds()) // 3600 for pause in pauses.SCHEDULE]
    assert hours == [0, 0, 0, 2, 5, 10, 14, 20, 24]
    assert pauses.MAX_TRIES == 10
