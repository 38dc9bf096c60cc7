"""One message to one address: bounded in time and size, and never led elsewhere."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial

import aiohttp
from aiohttp.abc import AbstractResolver

from themis import __version__
from themis.domain import wire
from themis.pipeline import targets

PATIENCE = 15.0  # seconds for all of one try
READING = 3.0  # of them for the words of an answer, whose status stands without them
MAX_ANSWER = 20_000  # bytes that are kept of an answer; the rest is not waited for
SHOWN = 120  # characters of it in a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is sent where, for which team, and the headers that prove who sent it."""

    url: str
    team: str
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of it: a status, or none with the trouble."""

    status: int | None
    trouble: str = ""
    said: str = ""  # the beginning of the answer
    retry_after: float | None = None  # seconds it asks for
    seconds: float = 0.0  # the try took

    @property
    def is_taken(self) -> bool:
        """Whether nothing more is to be done."""
        return self.status is not None and 200 <= self.status < 300


async def post(message: Message, *, resolver: AbstractResolver | None = None) -> Answer:
    """Send it once. Never raises for what the other side does."""
    began = time.monotonic()
    answer = await _posted(message, resolver)
    return replace(answer, seconds=time.monotonic() - began)


async def _posted(message: Message, resolver: AbstractResolver | None) -> Answer:
    try:
        target = targets.check(message.url, team=message.team)
        async with asyncio.timeout(PATIENCE), _session(target, resolver) as session:
            sent = session.post(
                target.url,
                data=message.body.encode(),
                headers=_headers(message),
                allow_redirects=False,
            )
            async with sent as answer:
                return await _said(answer)
    except targets.Refused as refused:
        return Answer(status=None, trouble=f"not sent: it {refused}")
    except TimeoutError:
        return Answer(status=None, trouble=f"no answer within {PATIENCE:.0f} s")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return Answer(status=None, trouble=_why(error))


def _session(target: targets.Target, resolver: AbstractResolver | None) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(
        resolver=resolver,
        use_dns_cache=False,
        force_close=True,
        socket_factory=partial(targets.checked_socket, target=target),
    )
    return aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=PATIENCE),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,  # no proxy: it would look up the name for itself
    )


def _headers(message: Message) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "User-Agent": f"Themis/{__version__}",
        **message.headers,
    }


async def _said(answer: aiohttp.ClientResponse) -> Answer:
    """The status, which stands even if the rest of the answer does not come in time."""
    status, said = answer.status, await _beginning(answer)
    if 200 <= status < 300:
        return Answer(status=status, said=said)
    line = " ".join(said.split())[:SHOWN]
    trouble = f"answered {status}: {line}" if line else f"answered {status}"
    if 300 <= status < 400:
        trouble = f"answered {status}; redirects are not followed, give the last address"
    asked = seconds_asked(answer.headers.get("Retry-After", ""), datetime.now(UTC))
    return Answer(status=status, trouble=trouble, said=said, retry_after=asked)


def seconds_asked(header: str, now: datetime) -> float | None:
    """What a Retry-After says, in seconds or as a date; None for anything else."""
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - now).total_seconds())


async def _beginning(answer: aiohttp.ClientResponse) -> str:
    read = b""
    try:
        async with asyncio.timeout(READING):
            while len(read) < MAX_ANSWER:
                part = await answer.content.read(MAX_ANSWER - len(read))
                if not part:
                    break
                read += part
    except (TimeoutError, aiohttp.ClientError):
        pass
    text = wire.clean(read.decode(errors="replace"))
    return "".join(each if each.isprintable() or each in "\n\t" else " " for each in text)


def _why(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return "its certificate is not valid"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "its name cannot be looked up"
    if isinstance(error, aiohttp.ClientConnectorError):
        number = error.os_error.errno
        return f"no connection ({os.strerror(number) if number else 'nothing there'})"
    return f"no answer that can be read ({type(error).__name__})"
