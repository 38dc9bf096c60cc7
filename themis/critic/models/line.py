"""The line to one server: its connections, the headers, and answers of bounded size."""

from __future__ import annotations

import json
from dataclasses import dataclass

import aiohttp
from yarl import URL

from themis.critic.models.body import sent
from themis.critic.models.endpoint import Endpoint
from themis.critic.models.tries import Passing
from themis.domain.errors import ModelUnavailable

MAX_ANSWER_BYTES = 4 * 1024 * 1024
MAX_WEIGHED_BYTES = 16 * 1024 * 1024  # with the odds of every token
CONNECT_SECONDS = 15.0
WHOSE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sent back."""

    status: int
    retry_after: str | None
    content: bytes


class Line:
    """Connections to one server, opened when they are needed."""

    def __init__(self, endpoint: Endpoint, *, key: str | None, timeout: float) -> None:
        self._endpoint = endpoint
        self._key = key
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None

    async def aclose(self) -> None:
        """Close the connections; a later question opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def post(self, pieces: list[bytes], *, most: int) -> Answer:
        """The answer to a body in pieces; raises Passing where there is none."""
        headers = {
            "Content-Type": "application/json",
            "Content-Length": str(sum(map(len, pieces))),
            **self._headers(),
        }
        request = self._connected().post(
            self._endpoint.url, data=sent(pieces), headers=headers, allow_redirects=False
        )
        try:
            async with request as response:
                content = await self._read(response, most)
                return Answer(response.status, response.headers.get("Retry-After"), content)
        except TimeoutError:
            raise Passing(f"no answer within {self._timeout:g} s") from None
        except aiohttp.ClientError as error:
            raise Passing(self._without_key(f"{type(error).__name__}: {error}")) from None

    async def is_vllm(self) -> bool | None:
        """Whether the server's list of models says that it is vLLM; None if nobody is there."""
        try:
            listed = await self._get(self._endpoint.models)
        except aiohttp.ClientConnectorError:
            return None
        except (aiohttp.ClientError, TimeoutError, ModelUnavailable):
            return False
        try:
            data = json.loads(listed)["data"]
            return any(each["owned_by"] == "vllm" for each in data)
        except (ValueError, KeyError, TypeError, RecursionError):
            return False

    async def _get(self, url: URL) -> bytes:
        request = self._connected().get(
            url,
            headers=self._headers(),
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=min(self._timeout, WHOSE_SECONDS)),
        )
        async with request as response:
            return await self._read(response, MAX_ANSWER_BYTES)

    def _headers(self) -> dict[str, str]:
        headers = {"Accept-Encoding": "identity"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        return headers

    def _connected(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),  # the slots are the limit
                timeout=aiohttp.ClientTimeout(total=self._timeout, sock_connect=CONNECT_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    async def _read(self, response: aiohttp.ClientResponse, most: int) -> bytes:
        content = bytearray()
        async for chunk in response.content.iter_any():
            content += chunk
            if len(content) > most:
                raise ModelUnavailable(
                    f"{self._endpoint.shown}: answered with more than {most} bytes"
                )
        return bytes(content)

    def _without_key(self, text: str) -> str:
        return text.replace(self._key, "***") if self._key else text
