"""Any server that speaks the OpenAI chat completions: vLLM first, and everybody else."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field
from types import TracebackType

import aiohttp

from themis.critic.contract import Prompt, Reply
from themis.critic.models import processors
from themis.critic.models.answers import message_of, reply_from
from themis.critic.models.body import body, sent
from themis.critic.models.endpoint import endpoint
from themis.critic.models.patience import Patience
from themis.critic.models.pictures import Pictures
from themis.critic.models.remedies import remedy
from themis.critic.models.slots import slots
from themis.domain.errors import Misconfigured, ModelUnavailable

MAX_ANSWER_BYTES = 4 * 1024 * 1024
CONNECT_SECONDS = 15.0
PASSING = frozenset({408, 409, 425, 429})  # with all of 5xx: worth another try
SCHEMA_WORDS = (
    "response_format",
    "json_schema",
    "json schema",
    "guided",
    "structured output",
    "grammar",
)

logger = logging.getLogger(__name__)


class _Passing(Exception):
    """A failure that may be over at the next try."""

    def __init__(self, cause: str, retry_after: str | None = None) -> None:
        super().__init__(cause)
        self.retry_after = retry_after


class _SchemaRefused(Exception):
    """The server does not take a JSON schema."""


@dataclass
class OpenAICompatible:
    """A model behind an address. Belongs to one event loop; close it when done.

    `concurrency` holds for the address on that loop, over all models that share it. It should
    be 1.25 to 1.5 times the server's own slots, so that none of them waits for the network.
    """

    url: str
    model: str
    key: str | None = field(default=None, repr=False)
    timeout: float = 300.0  # seconds for one try
    retries: int = 5
    concurrency: int = 40
    patience: Patience = field(default_factory=Patience, repr=False)

    def __post_init__(self) -> None:
        self.name = self.model
        self._endpoint = endpoint(self.url)
        self._key = _checked_key(self.key)
        if self.retries < 0 or self.concurrency < 1 or self.timeout <= 0:
            raise Misconfigured("a model needs retries >= 0, concurrency >= 1 and timeout > 0")
        self._pictures = Pictures()
        self._takes_schema = True
        self._session: aiohttp.ClientSession | None = None
        self._slots: asyncio.Semaphore | None = None

    async def __aenter__(self) -> OpenAICompatible:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections; a later question opens new ones."""
        session, self._session, self._slots = self._session, None, None
        if session is not None:
            await session.close()

    def image_tokens(self, width: int, height: int, *, model: str = "") -> int:
        """As the model's processor counts, where its files are here; else by the published rule."""
        return processors.image_tokens(model or self.model, width, height)

    async def ask(self, prompt: Prompt) -> Reply:
        """Answer one prompt; raises ModelUnavailable when every try failed."""
        for tries in range(1, self.retries + 2):
            try:
                return await self._try(prompt)
            except _Passing as failure:
                cause = failure
            if tries <= self.retries:
                pause = self.patience.seconds(tries, cause.retry_after)
                logger.info("%s: %s; again in %.1f s", self._endpoint.shown, cause, pause)
                await self.patience.sleep(pause)
        raise ModelUnavailable(f"{self._endpoint.shown}: {cause} ({self.retries + 1} tries)")

    async def _try(self, prompt: Prompt) -> Reply:
        if self._slots is None:
            self._slots = slots(str(self._endpoint.url), self.concurrency)
        # The body is built within the slot: hundreds may wait, and each would hold its pictures.
        async with self._slots:
            try:
                return await self._post(prompt, with_schema=self._takes_schema)
            except _SchemaRefused as refusal:
                logger.warning("%s: takes no JSON schema: %s", self._endpoint.shown, refusal)
                self._takes_schema = False
            return await self._post(prompt, with_schema=False)

    async def _post(self, prompt: Prompt, *, with_schema: bool) -> Reply:
        pieces = await body(prompt, self.model, self._pictures, with_schema=with_schema)
        started = time.perf_counter()
        try:
            status, retry_after, content = await self._exchange(pieces)
        except TimeoutError:
            raise _Passing(f"no answer within {self.timeout:g} s") from None
        except aiohttp.ClientError as error:
            raise _Passing(_without(f"{type(error).__name__}: {error}", self._key)) from None
        if status != 200:
            raise self._refusal(status, retry_after, content, with_schema=with_schema)
        seconds = time.perf_counter() - started
        try:
            return reply_from(content, model=self.model, seconds=seconds)
        except ModelUnavailable as error:
            raise ModelUnavailable(f"{self._endpoint.shown}: {error}") from None

    async def _exchange(self, pieces: list[bytes]) -> tuple[int, str | None, bytes]:
        """Status, Retry-After and content of the server's answer."""
        headers = {
            "Content-Type": "application/json",
            "Content-Length": str(sum(map(len, pieces))),
            "Accept-Encoding": "identity",
        }
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        request = self._connected().post(
            self._endpoint.url, data=sent(pieces), headers=headers, allow_redirects=False
        )
        async with request as response:
            content = await self._read(response)
            return response.status, response.headers.get("Retry-After"), content

    def _connected(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),  # the slots are the limit
                timeout=aiohttp.ClientTimeout(total=self.timeout, sock_connect=CONNECT_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        content = bytearray()
        async for chunk in response.content.iter_any():
            content += chunk
            if len(content) > MAX_ANSWER_BYTES:
                raise ModelUnavailable(
                    f"{self._endpoint.shown}: answered with more than {MAX_ANSWER_BYTES} bytes"
                )
        return bytes(content)

    def _refusal(
        self, status: int, retry_after: str | None, content: bytes, *, with_schema: bool
    ) -> Exception:
        message = message_of(content, without=self._key)
        if status in PASSING or status >= 500:
            return _Passing(f"HTTP {status}: {message}", retry_after)
        if status in (400, 422) and with_schema and _names_schema(message):
            return _SchemaRefused(message)
        if 300 <= status < 400:
            message = "redirects are not followed; set THEMIS_MODEL_URL to the final address"
        told = f"{self._endpoint.shown}: HTTP {status}: {message}"
        helps = remedy(status, message)
        return ModelUnavailable(f"{told} - {helps}" if helps else told)


def _names_schema(message: str) -> bool:
    return any(word in message.lower() for word in SCHEMA_WORDS)


def _checked_key(key: str | None) -> str | None:
    stripped = (key or "").strip()
    if not stripped.isascii() or not stripped.isprintable():
        raise Misconfigured("THEMIS_MODEL_KEY holds characters that no key has")
    return stripped or None


def _without(text: str, key: str | None) -> str:
    return text.replace(key, "***") if key else text
