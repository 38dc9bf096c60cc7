"""One message to one address, against servers that mean well and servers that do not."""

from __future__ import annotations

import json
import socket
from datetime import timedelta

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from django.utils import timezone
from pytest_django.fixtures import Settings
from standardwebhooks import Webhook, WebhookVerificationError

from tests import stories
from tests.pipeline.hooks import HERE, SECRET, Receiver, receiver
from themis.domain.errors import Misconfigured
from themis.pipeline import allowance, posting, signing, targets
from themis.pipeline.posting import Answer, Message, post, seconds_asked
from themis.pipeline.targets import Target


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
def allowed(settings: Settings) -> None:
    settings.WEBHOOK_ALLOW = HERE


def message(url: str) -> Message:
    body = '{"word":"Grüße"}'
    headers = signing.headers(valid=[SECRET], key="k-1", body=body, at=timezone.now())
    return Message(url=url, team="court", body=body, headers=headers)


async def sent(to: Receiver) -> Answer:
    return await post(message(to.url))


async def test_a_message_arrives_as_the_library_of_receivers_expects_it(allowed: None) -> None:
    with receiver() as there:
        answer = await sent(there)
    ((headers, body),) = there.requests
    assert answer.is_taken
    assert Webhook(SECRET).verify(body, headers) == json.loads(body) == {"word": "Grüße"}
    assert headers["webhook-id"] == "k-1"
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body + b" ", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(signing.new_secret()).verify(body, headers)


def test_a_secret_is_one_of_standard_webhooks() -> None:
    secret = signing.new_secret()
    assert secret.startswith("whsec_")
    assert 24 <= len(Webhook(secret)._whsecret) <= 64
    assert secret != signing.new_secret()


def test_what_is_no_secret_is_named() -> None:
    for spoiled in ("whsec_", "whsec_ü"):
        with pytest.raises(Misconfigured, match="make a new one"):
            signing.headers(valid=[spoiled], key="k", body="", at=stories.NOW)


async def test_a_redirect_is_not_followed(allowed: None) -> None:
    with receiver() as secret, receiver() as there:
        for status in (301, 302, 303, 307, 308):
            head = f"HTTP/1.1 {status} Go\r\nLocation: {secret.url}\r\nContent-Length: 0\r\n\r\n"
            there.answer = head.encode()
            answer = await sent(there)
            assert (answer.is_taken, answer.status) == (False, status)
            assert "redirects are not followed" in answer.trouble
    assert secret.requests == []


async def test_a_silent_server_is_left_in_time(
    allowed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "PATIENCE", 0.3)
    with receiver(is_silent=True) as there:
        answer = await sent(there)
    assert answer.status is None
    assert "no answer within" in answer.trouble


@pytest.mark.parametrize("status", ["200 OK", "500 Oh"])
async def test_an_endless_answer_is_not_read(allowed: None, status: str) -> None:
    head = f"HTTP/1.1 {status}\r\nTransfer-Encoding: identity\r\n\r\n"
    with receiver(answer=head.encode(), is_endless=True) as there:
        answer = await sent(there)
    assert answer.status == int(status[:3])
    assert len(answer.said) == posting.MAX_ANSWER
    assert len(answer.trouble) < 200
    assert there.n_sent < 20 * 2**20


async def test_endless_headers_are_given_up(allowed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "PATIENCE", 2.0)
    with receiver(answer=b"HTTP/1.1 200 OK\r\nX-Long: ", is_endless=True) as there:
        answer = await sent(there)
    assert answer.status is None
    assert answer.trouble
    assert there.n_sent < 20 * 2**20


async def test_words_that_are_not_http_are_trouble(allowed: None) -> None:
    with receiver(answer=b"SSH-2.0-OpenSSH\r\n") as there:
        answer = await sent(there)
    assert answer.status is None
    assert "no answer that can be read" in answer.trouble


async def test_what_an_answer_says_is_kept_as_text_and_shown_on_one_short_line(
    allowed: None,
) -> None:
    body = b"<b>\x00no</b>\n\xff" + b"y" * 5000
    head = b"HTTP/1.1 503 No\r\nRetry-After: 120\r\nContent-Length: %d\r\n\r\n" % len(body)
    with receiver(answer=head + body) as there:
        answer = await sent(there)
    assert answer.trouble.startswith("answered 503: <b>\ufffdno</b> \ufffdyyy")
    assert len(answer.trouble) < 200
    assert answer.said.startswith("<b>\ufffdno</b>\n\ufffdyyy")
    assert answer.retry_after == 120


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        (" 7 ", 7),
        ("9" * 400, 999_999_999),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("\u0663", None),
    ],
)
def test_what_a_retry_after_asks_for(header: str, seconds: float | None) -> None:
    assert seconds_asked(header, stories.NOW) == seconds


def test_a_retry_after_may_be_a_date() -> None:
    when = stories.NOW + timedelta(minutes=2)
    header = when.strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert seconds_asked(header, stories.NOW) == pytest.approx(120, abs=1)
    assert seconds_asked("Wed, 21 Oct 2015 07:28:00 GMT", stories.NOW) == 0


async def test_nothing_is_sent_to_a_hidden_address() -> None:
    with receiver() as there:
        answer = await sent(there)
    assert "not a public address" in answer.trouble
    assert there.requests == []


async def test_what_one_team_may_reach_another_may_not(settings: Settings) -> None:
    settings.WEBHOOK_ALLOW = allowance.parsed("other=127.0.0.1:*", variable="x")
    with receiver() as there:
        refused = await sent(there)
        settings.WEBHOOK_ALLOW = allowance.parsed("court=127.0.0.1:*", variable="x")
        taken = await sent(there)
    assert (refused.is_taken, taken.is_taken) == (False, True)


async def test_a_name_that_leads_inside_is_refused_when_it_is_connected() -> None:
    names = Rebinding("127.0.0.1")
    with receiver() as there:
        answer = await post(message(f"http://hook.example:{there.port}/"), resolver=names)
    assert "127.0.0.1, which is not a public address" in answer.trouble
    assert there.requests == []


async def test_a_name_that_is_allowed_is_reached_wherever_it_leads_but_to_credentials(
    settings: Settings,
) -> None:
    with receiver() as there:
        allowed = f"court=rl.internal:{there.port}"
        settings.WEBHOOK_ALLOW = allowance.parsed(allowed, variable="x")
        names = Rebinding("127.0.0.1", "169.254.169.254", "127.0.0.1")
        url = f"http://rl.internal:{there.port}/"
        assert (await post(message(url), resolver=names)).is_taken
        assert "no receiver's address" in (await post(message(url), resolver=names)).trouble
        other = await post(message(url.replace("rl.", "db.")), resolver=names)
    assert "not a public address" in other.trouble
    assert len(there.requests) == 1


async def test_a_name_is_looked_up_once_a_try_and_that_address_connected(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """A first answer in public does not open the way for a second one inside."""
    names = Rebinding("93.184.216.34", "127.0.0.1")
    opened: list[str] = []

    def only_noted(info: targets.AddrInfo, target: Target) -> socket.socket:
        opened.append(info[4][0])
        raise OSError(113, "No route to host")

    with receiver() as there:
        settings.WEBHOOK_PORTS = frozenset({there.port})
        to = message(f"http://hook.example:{there.port}/")
        with monkeypatch.context() as patched:
            patched.setattr(targets, "checked_socket", only_noted)
            first = await post(to, resolver=names)
        asked_first = names.asked
        second = await post(to, resolver=names)
    assert (opened, asked_first) == (["93.184.216.34"], 1)
    assert "no connection" in first.trouble
    assert "not a public address" in second.trouble
    assert there.requests == []


async def test_a_proxy_of_the_environment_is_not_asked(
    allowed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiver() as proxy, receiver() as there:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        answer = await sent(there)
    assert answer.is_taken
    assert proxy.requests == []


async def test_a_closed_port_is_trouble(allowed: None) -> None:
    answer = await post(message("http://127.0.0.1:1/"))
    assert answer.trouble.startswith("no connection")
