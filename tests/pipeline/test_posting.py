"""One message to one address, against servers that mean well and servers that do not."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from pytest_django.fixtures import Settings

from tests import stories
from tests.pipeline.hooks import Receiver, receiver
from themis.pipeline import posting, targets
from themis.pipeline.posting import Answer, Message, post


class Rebinding(AbstractResolver):
    """A name server that says another address each time it is asked."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = list(addresses)
        self.asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked += 1
        address = self.addresses.pop(0)
        found = ResolveResult(
            hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0
        )
        return [found]

    async def close(self) -> None:
        pass


@pytest.fixture
def private(settings: Settings) -> None:
    settings.WEBHOOK_PRIVATE = True


def message(url: str, **changes: str) -> Message:
    fields = {"key": "k-1", "event": "ping", "secret": "s3cret"} | changes
    return Message(url=url, body={"word": "Grüße"}, **fields)


async def sent(to: Receiver) -> Answer:
    return await post(message(to.url), at=stories.NOW)


async def test_a_message_arrives_signed(private: None) -> None:
    with receiver() as there:
        answer = await sent(there)
    ((headers, body),) = there.requests
    moment = str(int(stories.NOW.timestamp()))
    expected = hmac.new(b"s3cret", f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    assert answer.is_taken
    assert json.loads(body) == {"word": "Grüße"}
    assert headers["themis-signature"] == f"t={moment},v1={expected}"
    assert (headers["themis-delivery"], headers["themis-event"]) == ("k-1", "ping")


async def test_a_redirect_is_not_followed(private: None) -> None:
    with receiver() as secret, receiver() as there:
        there.answer = f"HTTP/1.1 307 Go\r\nLocation: {secret.url}\r\n\r\n".encode()
        answer = await sent(there)
    assert (answer.is_taken, answer.status) == (False, 307)
    assert "redirects are not followed" in answer.trouble
    assert secret.requests == []


async def test_a_silent_server_is_left_in_time(
    private: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "PATIENCE", 0.3)
    with receiver(is_silent=True) as there:
        answer = await sent(there)
    assert answer.status is None
    assert "no answer within" in answer.trouble


@pytest.mark.parametrize("status", ["200 OK", "500 Oh"])
async def test_an_endless_answer_is_not_read(
    private: None, monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    monkeypatch.setattr(posting, "PATIENCE", 5.0)
    head = f"HTTP/1.1 {status}\r\nTransfer-Encoding: identity\r\n\r\n"
    with receiver(answer=head.encode(), is_endless=True) as there:
        answer = await sent(there)
    assert answer.status == int(status[:3])
    assert len(answer.trouble) < 200
    assert there.n_sent < 20 * 2**20


async def test_endless_headers_are_given_up(private: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "PATIENCE", 2.0)
    with receiver(answer=b"HTTP/1.1 200 OK\r\nX-Long: ", is_endless=True) as there:
        answer = await sent(there)
    assert answer.status is None
    assert answer.trouble
    assert there.n_sent < 20 * 2**20


async def test_words_that_are_not_http_are_trouble(private: None) -> None:
    with receiver(answer=b"SSH-2.0-OpenSSH\r\n") as there:
        answer = await sent(there)
    assert answer.status is None
    assert "no answer that can be read" in answer.trouble


async def test_what_an_answer_says_is_shown_on_one_short_line(private: None) -> None:
    body = b"<b>\x00no</b>\n" + b"y" * 5000
    head = b"HTTP/1.1 503 No\r\nContent-Length: %d\r\n\r\n" % len(body)
    with receiver(answer=head + body) as there:
        answer = await sent(there)
    assert answer.trouble.startswith("answered 503: <b> no</b> yyy")
    assert len(answer.trouble) < 200


async def test_nothing_is_sent_to_a_hidden_address() -> None:
    with receiver() as there:
        answer = await sent(there)
    assert "not a public address" in answer.trouble
    assert there.requests == []


async def test_a_name_that_leads_inside_is_refused_when_it_is_connected() -> None:
    names = Rebinding("127.0.0.1")
    with receiver() as there:
        to = message(f"http://hook.example:{there.port}/")
        answer = await post(to, at=stories.NOW, resolver=names)
    assert "127.0.0.1, which is not a public address" in answer.trouble
    assert there.requests == []


async def test_a_name_is_looked_up_once_a_try_and_that_address_connected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A first answer in public does not open the way for a second one inside."""
    names = Rebinding("93.184.216.34", "127.0.0.1")
    opened: list[str] = []

    def only_noted(info: tuple[int, int, int, str, tuple[str, int]]) -> socket.socket:
        opened.append(info[4][0])
        raise OSError(113, "No route to host")

    with receiver() as there:
        to = message(f"http://hook.example:{there.port}/")
        with monkeypatch.context() as patched:
            patched.setattr(targets, "checked_socket", only_noted)
            first = await post(to, at=stories.NOW, resolver=names)
        asked_first = names.asked
        second = await post(to, at=stories.NOW, resolver=names)
    assert (opened, asked_first) == (["93.184.216.34"], 1)
    assert "no connection" in first.trouble
    assert "not a public address" in second.trouble
    assert there.requests == []


async def test_numbers_that_stand_for_this_machine_are_seen_through() -> None:
    with receiver() as there:
        for host in ("2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost"):
            answer = await post(message(f"http://{host}:{there.port}/"), at=stories.NOW)
            assert answer.status is None, host
    assert there.requests == []


async def test_a_proxy_of_the_environment_is_not_asked(
    private: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiver() as proxy, receiver() as there:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        answer = await sent(there)
    assert answer.is_taken
    assert proxy.requests == []


async def test_a_closed_port_is_trouble(private: None) -> None:
    answer = await post(message("http://127.0.0.1:1/"), at=stories.NOW)
    assert answer.trouble.startswith("no connection")
