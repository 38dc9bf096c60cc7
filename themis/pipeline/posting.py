"""One message to one address: signed, bounded in time and size, and never led elsewhere."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from datetime import datetime

import aiohttp
from aiohttp.abc import AbstractResolver

from themis import __version__
from themis.domain.jsontypes import Json
from themis.pipeline import targets

PATIENCE = 10.0  # seconds for all of one try
MAX_ANSWER = 2_000  # bytes that are read of an answer; the rest is not waited for
SHOWN = 120  # characters of it that people are shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is sent, and what proves who sent it."""

    url: str
    key: str  # the same at every try
    event: str
    body: Json
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of it: a status, or none with the trouble."""

    status: int | None
    trouble: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether nothing more is to be done."""
        return self.status is not None and 200 <= self.status < 300


def signature(secret: str, body: bytes, at: datetime) -> str:
    """`t=<seconds>,v1=<hex>`: HMAC-SHA256 of "<seconds>.<body>"."""
    moment = str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


async def post(
    message: Message, *, at: datetime, resolver: AbstractResolver | None = None
) -> Answer:
    """Send it once. Never raises for what the other side does."""
    try:
        url = targets.check(message.url)
        async with asyncio.timeout(PATIENCE), _session(resolver) as session:
            body = json.dumps(message.body, ensure_ascii=False, separators=(",", ":")).encode()
            sent = session.post(
                url, data=body, headers=_headers(message, body, at), allow_redirects=False
            )
            async with sent as answer:
                return await _said(answer)
    except targets.Refused as refused:
        return Answer(status=None, trouble=f"not sent: it {refused}")
    except TimeoutError:
        return Answer(status=None, trouble=f"no answer within {PATIENCE:.0f} s")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return Answer(status=None, trouble=_why(error))


def _session(resolver: AbstractResolver | None) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(
        resolver=resolver,
        use_dns_cache=False,
        force_close=True,
        socket_factory=targets.checked_socket,
    )
    return aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=PATIENCE),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,  # no proxy: it would look up the name for itself
    )


def _headers(message: Message, body: bytes, at: datetime) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "User-Agent": f"Themis/{__version__}",
        "Themis-Event": message.event,
        "Themis-Delivery": message.key,
        "Themis-Signature": signature(message.secret, body, at),
    }


async def _said(answer: aiohttp.ClientResponse) -> Answer:
    """The status, which stands even if the rest of the answer does not come in time."""
    if 200 <= answer.status < 300:
        return Answer(status=answer.status)
    if 300 <= answer.status < 400:
        trouble = f"answered {answer.status}; redirects are not followed, give the last address"
        return Answer(status=answer.status, trouble=trouble)
    excerpt = await _excerpt(answer)
    said = f": {excerpt}" if excerpt else ""
    return Answer(status=answer.status, trouble=f"answered {answer.status}{said}")


async def _excerpt(answer: aiohttp.ClientResponse) -> str:
    read = b""
    try:
        async with asyncio.timeout(PATIENCE / 5):
            while len(read) < MAX_ANSWER and (part := await answer.content.read(MAX_ANSWER)):
                read += part
    except (TimeoutError, aiohttp.ClientError):
        pass
    text = "".join(each if each.isprintable() else " " for each in read.decode(errors="replace"))
    return " ".join(text[:MAX_ANSWER].split())[:SHOWN]


def _why(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return "its certificate is not valid"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "its name cannot be looked up"
    if isinstance(error, aiohttp.ClientConnectorError):
        number = error.os_error.errno
        return f"no connection ({os.strerror(number) if number else 'nothing there'})"
    return f"no answer that can be read ({type(error).__name__})"
