"""A model on this machine: weights in a folder, through `transformers`, no server.

For a laptop, and slow: one answer at a time, without guided decoding, so the form of the reply
is asked for in words. A server that speaks the OpenAI chat completions is the way for more.
"""

from __future__ import annotations

import asyncio
import io
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image as Pillow

from themis.critic.contract import Image, Prompt, Reply, Text
from themis.critic.models import extras, hubcache, processors
from themis.critic.models.chances import chances
from themis.critic.models.weights import Halt, Request, Weights, Written
from themis.domain.errors import CriticFailed, Misconfigured, ModelUnavailable

SCHEME = "local:"
FORM = "Reply with one JSON object and nothing else. It has to fit this JSON schema:"
CLOSED = "the model on this machine was let go of before it had answered"


def is_local(url: str) -> bool:
    """Whether an address names weights on this machine: "local:/path/to/weights"."""
    return url.strip().lower().startswith(SCHEME)


def local_from(url: str, *, model: str = "", timeout: float = 180.0) -> LocalModel:
    """The model that "local:FOLDER", or "local:NAME" of the hub's cache, is the address of.

    Raises Misconfigured when packages or files are missing. Nothing is loaded yet.
    """
    name = url.strip()[len(SCHEME) :]
    extras.check()
    folder = hubcache.folder_of(name)
    if folder is None:
        raise Misconfigured(
            f"THEMIS_MODEL_URL: there is no folder {name[:200]!r}, and no model of that name in "
            f"{hubcache.cache()}; nothing is downloaded by itself: hf download NAME"
        )
    if not (folder / "config.json").is_file():
        raise Misconfigured(f"THEMIS_MODEL_URL: {folder} holds no model: config.json is missing")
    return LocalModel(folder=folder, name=model or folder.name, timeout=timeout)


@dataclass(eq=False)
class LocalModel:
    """Weights that are loaded at the first question and asked one question at a time.

    All blocking work is done in one thread of its own, so it can be asked from any event loop.
    """

    folder: Path
    name: str
    timeout: float = 180.0  # seconds of writing
    _thread: ThreadPoolExecutor | None = field(default=None, init=False, repr=False)
    _weights: Weights | None = field(default=None, init=False, repr=False)
    _under_way: set[Halt] = field(default_factory=set, init=False, repr=False)

    def image_tokens(
        self,
        width: int,
        height: int,
        *,
        model: str = "",  # noqa: ARG002  there is one
    ) -> int:
        """As the model's own processor counts."""
        return processors.image_tokens(str(self.folder), width, height)

    async def ready(self) -> None:
        """Load what is slow to load, beside the event loop."""
        await asyncio.get_running_loop().run_in_executor(self._worker(), self._loaded)

    async def ask(self, prompt: Prompt) -> Reply:
        """Answer one prompt; raises ModelUnavailable when it fails or takes too long.

        Cancelling stops the writing at the next token.
        """
        halt = Halt(seconds=self.timeout)
        self._under_way.add(halt)
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._worker(), self._answer, prompt, halt)
        finally:
            halt.told.set()
            self._under_way.discard(halt)

    async def aclose(self) -> None:
        """Stop what is being written and let go of the weights; a later question loads anew."""
        for halt in tuple(self._under_way):
            halt.told.set()
        thread, self._thread = self._thread, None
        if thread is not None:
            await asyncio.to_thread(thread.shutdown)
        self._weights = None

    @property
    def is_writing(self) -> bool:
        """Whether an answer is being written now."""
        return any(halt.has_begun for halt in self._under_way)

    def _worker(self) -> ThreadPoolExecutor:
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="local-model")
        return self._thread

    def _loaded(self) -> Weights:
        if self._weights is None:
            self._weights = Weights(self.folder)
            processors.SHARED.warm(str(self.folder))
        return self._weights

    def _answer(self, prompt: Prompt, halt: Halt) -> Reply:
        if halt.told.is_set():
            raise ModelUnavailable(CLOSED)
        weights = self._loaded()
        request = _request(prompt)
        halt.begin()  # waiting for others and loading are not counted
        written = weights.write(request, halt)
        if halt.told.is_set():
            raise ModelUnavailable(CLOSED)
        if written.cut and halt.is_late:
            raise ModelUnavailable(
                f"{self.name}: no answer within {self.timeout:g} s on this machine; raise "
                "THEMIS_MODEL_TIMEOUT or choose a smaller model"
            )
        return Reply(
            text=written.text,
            model=self.name,
            prompt_tokens=written.prompt_tokens,
            completion_tokens=written.completion_tokens,
            seconds=halt.seconds_gone,
            cut=written.cut,
            chances=_chances(prompt, written),
        )


def _request(prompt: Prompt) -> Request:
    form = f"{FORM}\n{json.dumps(prompt.schema)}"
    return Request(
        system=prompt.system,
        parts=(*map(_shown, prompt.parts), form),
        temperature=prompt.temperature,
        max_tokens=prompt.max_tokens,
        with_odds=bool(prompt.weighed),
    )


def _shown(part: Text | Image) -> str | Pillow.Image:
    if isinstance(part, Text):
        return part.text
    try:
        with Pillow.open(io.BytesIO(part.read())) as opened:
            return opened.convert("RGB")
    except (OSError, ValueError, SyntaxError, Pillow.DecompressionBombError) as error:
        raise CriticFailed(f"screen {part.position + 1} cannot be read: {error}") from None


def _chances(prompt: Prompt, written: Written) -> dict[str, float] | None:
    if not prompt.weighed:
        return None
    return chances(written.text, written.odds, schema=prompt.schema, weighed=prompt.weighed)
