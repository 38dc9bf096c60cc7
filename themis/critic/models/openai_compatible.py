"""Any server that speaks the OpenAI chat completions: vLLM first, and everybody else."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import TracebackType

from themis.critic.contract import Image, Prompt, Reply
from themis.critic.models import line, processors
from themis.critic.models.answers import message_of, reply_from
from themis.critic.models.body import Takes, body
from themis.critic.models.breaker import Breaker
from themis.critic.models.endpoint import endpoint
from themis.critic.models.line import Answer, Line
from themis.critic.models.patience import Patience
from themis.critic.models.pictures import Pictures
from themis.critic.models.pricing import Prices
from themis.critic.models.remedies import remedy
from themis.critic.models.slots import Slots, slots
from themis.critic.models.tries import Asking, Passing, Resting
from themis.domain.errors import Misconfigured, ModelUnavailable

BUSY = frozenset({408, 409, 425, 429})  # with all of 5xx: worth another try
ABOUT_THE_QUESTION = frozenset({400, 413, 422})  # refusals that say nothing about the server
SCHEMA_WORDS = (
    "response_format",
    "json_schema",
    "json schema",
    "guided",
    "structured output",
    "grammar",
)
LOGPROBS_WORDS = ("logprob",)

logger = logging.getLogger(__name__)


class _Refused(Exception):
    """The server does not take a part of the request that it can be asked without."""

    def __init__(self, what: str, message: str, takes: Takes) -> None:
        super().__init__(f"takes no {what}: {message}")
        self.takes = takes  # what it may take instead


class _AtFault(ModelUnavailable):
    """A refusal that any question would have got: the server or a setting is wrong."""


@dataclass(eq=False)
class OpenAICompatible:
    """A model behind an address. Belongs to one event loop; close it when done.

    `concurrency` holds for the address on that loop, over all models that share it; `places` put
    the limit into other hands, so that it holds for several processes. It should be 1.25 to 1.5
    times the server's own slots, so that none of them waits for the network.
    """

    url: str
    model: str
    key: str | None = field(default=None, repr=False)
    timeout: float = 300.0  # seconds for one try
    retries: int = 5
    concurrency: int = 40
    patience: Patience = field(default_factory=Patience, repr=False)
    prices: Prices | None = None
    image_ids: bool | None = None  # whether pictures are named; None: if the server is vLLM
    places: Slots | None = field(default=None, repr=False)
    breaker: Breaker = field(default_factory=Breaker, repr=False)

    def __post_init__(self) -> None:
        self.name = self.model
        self._endpoint = endpoint(self.url)
        self.shown = self._endpoint.shown
        self._key = _checked_key(self.key)
        if self.retries < 0 or self.concurrency < 1 or self.timeout <= 0:
            raise Misconfigured("a model needs retries >= 0, concurrency >= 1 and timeout > 0")
        self._line = Line(self._endpoint, key=self._key, timeout=self.timeout)
        self._pictures = Pictures()
        self._takes = Takes(image_ids=bool(self.image_ids))
        self._knows_whose = self.image_ids is not None
        self._whose: asyncio.Task[bool | None] | None = None
        self._slots = self.places

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
        self._slots = self.places
        await self._line.aclose()

    def image_tokens(self, width: int, height: int, *, model: str = "") -> int:
        """As the model's processor counts, where its files are here; else by the published rule."""
        return processors.image_tokens(model or self.model, width, height)

    @property
    def free(self) -> int:
        """Calls that could begin at once, as far as this process knows."""
        return self._shared().free

    async def ask(self, prompt: Prompt) -> Reply:
        """Answer one prompt; raises ModelUnavailable when every try failed."""
        return await Asking(prompt, self.patience).answer(lambda: [self], retries=self.retries)

    async def attempt(self, prompt: Prompt) -> Reply:
        """One try, unless the circuit is open."""
        if self.breaker.rest() > 0:
            raise self._resting()
        # The body is built within the slot: hundreds may wait, and each would hold its pictures.
        async with self._shared().slot():
            if not self.breaker.admits():
                raise self._resting()
            return await self._watched(prompt)

    async def _watched(self, prompt: Prompt) -> Reply:
        """The answer; the breaker is told how it went."""
        cause, is_told = "", False
        try:
            reply = await self._answered(prompt)
            is_told = True
        except Passing as failure:
            cause, is_told = "" if failure.busy else str(failure), True
            raise
        except _AtFault as failure:
            cause, is_told = str(failure), True
            raise
        except ModelUnavailable:
            is_told = True
            raise
        finally:
            self._tell(cause, is_told=is_told)
        return reply

    def _tell(self, cause: str, *, is_told: bool) -> None:
        was_open = self.breaker.is_open
        if not is_told:
            self.breaker.given_up()
        elif not cause:
            self.breaker.passed()
        elif self.breaker.failed(cause):
            logger.warning("%s", self._resting())
        if was_open and not self.breaker.is_open:
            logger.warning("%s answers again", self.shown)

    def _resting(self) -> Resting:
        again = self.patience.now() + timedelta(seconds=self.breaker.rest())
        return Resting(
            f"{self.shown}: left alone after {self.breaker.failures} failures in a row, and tried "
            f"again at {again:%H:%M:%S} UTC; the last was: {self.breaker.cause}"
        )

    async def _answered(self, prompt: Prompt) -> Reply:
        if not self._knows_whose and any(isinstance(part, Image) for part in prompt.parts):
            await self._learn_whose()
        while True:
            takes = self._takes
            try:
                return await self._post(prompt, takes)
            except _Refused as refusal:
                logger.warning("%s: %s", self.shown, refusal)
                self._takes = refusal.takes

    async def _learn_whose(self) -> None:
        """Ask the server once whether it is vLLM, which knows pictures again by their ids."""
        if self._whose is None:
            self._whose = asyncio.create_task(self._line.is_vllm())
        is_vllm = await asyncio.shield(self._whose)
        if is_vllm is None:  # nobody there: the next call asks again
            self._whose = None
            return
        self._knows_whose = True
        self._takes = replace(self._takes, image_ids=is_vllm)

    async def _post(self, prompt: Prompt, takes: Takes) -> Reply:
        pieces = await body(prompt, self.model, self._pictures, takes)
        weighed = bool(prompt.weighed) and takes.logprobs
        most = line.MAX_WEIGHED_BYTES if weighed else line.MAX_ANSWER_BYTES
        started = time.perf_counter()
        answer = await self._line.post(pieces, most=most)
        if answer.status != 200:
            raise self._refusal(answer, replace(takes, logprobs=weighed))
        seconds = time.perf_counter() - started
        try:
            return reply_from(
                answer.content,
                prompt=prompt,
                model=self.model,
                prices=self.prices,
                seconds=seconds,
            )
        except ModelUnavailable as error:
            raise _AtFault(f"{self.shown}: {error}") from None

    def _refusal(self, answer: Answer, sent: Takes) -> Exception:
        status = answer.status
        message = message_of(answer.content, without=self._key)
        if status in BUSY or status >= 500:
            busy = status in BUSY
            return Passing(f"HTTP {status}: {message}".rstrip(": "), answer.retry_after, busy=busy)
        if status in (400, 403, 422) and sent.logprobs and _names(LOGPROBS_WORDS, message):
            return _Refused("logprobs", message, replace(self._takes, logprobs=False))
        if status in (400, 422) and sent.schema and _names(SCHEMA_WORDS, message):
            return _Refused("JSON schema", message, replace(self._takes, schema=False))
        if 300 <= status < 400:
            message = "redirects are not followed; set the final address"
        told = f"{self.shown}: HTTP {status}: {message}".rstrip(": ")
        helps = remedy(status, message)
        kind = ModelUnavailable if status in ABOUT_THE_QUESTION else _AtFault
        return kind(f"{told} - {helps}" if helps else told)

    def _shared(self) -> Slots:
        if self._slots is None:
            self._slots = slots(str(self._endpoint.url), self.concurrency)
        return self._slots


def _names(words: tuple[str, ...], message: str) -> bool:
    return any(word in message.lower() for word in words)


def _checked_key(key: str | None) -> str | None:
    stripped = (key or "").strip()
    if not stripped.isascii() or not stripped.isprintable():
        raise Misconfigured("THEMIS_MODEL_KEY holds characters that no key has")
    return stripped or None
