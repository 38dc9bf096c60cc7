"""Where Themis is and who asks: given, or from the environment."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from themis.client.answers import Json
from themis.client.errors import Invalid, Unreadable
from themis.client.wire import Got, Lost, Send

DEADLINE = 600.0  # seconds
CONNECTING = 10.0
MOST_CONNECTIONS = 100
MOST_BYTES = 64 * 2**20  # of one answer
SAID = 300  # characters of an answer that are kept for messages
AGENT = "themis-client/1"


@dataclass(frozen=True)
class Place:
    """An installation, the key that opens it, and what is asked for where nothing else is said.

    `url` may hold the key itself (`https://HOST/k/KEY`). `deadline` is the seconds that one call
    may take with all its tries.
    """

    url: str
    key: str = ""
    job: str | None = None
    deadline: float = DEADLINE

    def __post_init__(self) -> None:
        if not self.url.startswith(("http://", "https://")):
            raise Invalid(f"{self.url!r:.80} is no address with http:// or https://", field="url")
        if not (self.key.isascii() and self.key.isprintable()) or " " in self.key:
            raise Invalid("that is no API key: it has to be letters, figures, - and _", field="key")

    @classmethod
    def from_environment(cls, *, deadline: float = DEADLINE) -> Place:
        """From THEMIS_URL, THEMIS_KEY, THEMIS_JOB and THEMIS_DEADLINE; raises Invalid.

        `deadline` holds where THEMIS_DEADLINE says nothing.
        """
        url = os.environ.get("THEMIS_URL", "")
        if not url:
            raise Invalid("say where Themis is: THEMIS_URL, and THEMIS_KEY", field="THEMIS_URL")
        said = os.environ.get("THEMIS_DEADLINE", str(deadline))
        try:
            seconds = float(said)
        except ValueError:
            raise Invalid(f"{said!r} is no number of seconds", field="THEMIS_DEADLINE") from None
        key, job = os.environ.get("THEMIS_KEY", ""), os.environ.get("THEMIS_JOB") or None
        return cls(url, key, job, seconds)

    @property
    def headers(self) -> dict[str, str]:
        """What every request says."""
        said = {"User-Agent": AGENT, "Accept": "application/json"}
        return {**said, "Authorization": f"Bearer {self.key}"} if self.key else said

    @property
    def limits(self) -> httpx.Limits:
        """How many connections are kept."""
        return httpx.Limits(
            max_connections=MOST_CONNECTIONS, max_keepalive_connections=MOST_CONNECTIONS
        )

    def address(self, path: str) -> str:
        """The full address of a path."""
        return self.url.rstrip("/") + path


def timeout(seconds: float) -> httpx.Timeout:
    """For an answer that is waited for so long; waiting for a free connection counts too."""
    return httpx.Timeout(seconds, connect=min(CONNECTING, seconds))


def content_of(send: Send) -> dict[str, Any]:
    """The body of a request, as httpx takes it; raises Invalid for what JSON cannot hold.

    Files are read anew for every try, so that no recording stays in memory between them.
    """
    if send.files:
        # `paths` tells where in its folder each file lies: a form keeps only the last name.
        fields = {**send.fields, "paths": [name for name, _ in send.files]}
        return {
            "data": fields,
            "files": [("files", (Path(name).name, _read(file))) for name, file in send.files],
        }
    if send.method == "GET":
        return {}
    try:
        text = json.dumps(send.json, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise Invalid(f"cannot be sent as JSON: {error}") from error
    return {"content": text.encode(), "headers": {"Content-Type": "application/json"}}


class Answering:
    """The body of an answer as it arrives, within the time and the size that an answer may have.

    A client's own time-out begins anew with every byte, and a sick server sends them singly.
    """

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._parts: list[bytes] = []
        self._size = 0

    def take(self, part: bytes) -> None:
        """A further part; raises httpx.ReadTimeout behind the time."""
        self._parts.append(part)
        self._size += len(part)
        if self._size > MOST_BYTES:
            raise Unreadable(f"an answer of more than {MOST_BYTES} bytes")
        if time.monotonic() > self._until:
            raise httpx.ReadTimeout("the answer did not end")

    def got(self, response: httpx.Response) -> Got:
        """The whole answer, as the rest of this package knows it."""
        raw = b"".join(self._parts)
        headers = {name.lower(): value for name, value in response.headers.items()}
        said = " ".join(raw[:SAID].decode(errors="replace").split())
        return Got(response.status_code, headers, _object(raw), said)


def lost(error: httpx.TransportError) -> Lost:
    """What became of a request that has no answer."""
    return Lost(f"{type(error).__name__}: {error}")


def _object(raw: bytes) -> dict[str, Json] | None:
    try:
        held = json.loads(raw)
    except ValueError:
        return None
    return held if isinstance(held, dict) else None


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Invalid(f"cannot be read: {error}", field=str(file)) from error
