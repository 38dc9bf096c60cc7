"""Weights on this machine, and what they write: the blocking part of a local model."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence, Sized
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from PIL import Image

from themis.critic.models import extras
from themis.critic.models.odds import Odds
from themis.domain.errors import ModelUnavailable
from themis.domain.jsontypes import Json

UNBOUNDED = 2**31
OFFLINE = {"local_files_only": True, "trust_remote_code": False}
FAILURES = (OSError, ValueError, TypeError, AttributeError, KeyError, ImportError, RuntimeError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A question as a chat template lays it out: words, and pictures in their places."""

    system: str
    parts: Sequence[str | Image.Image]
    temperature: float
    max_tokens: int
    with_odds: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What the model wrote, and what it took."""

    text: str
    prompt_tokens: int
    completion_tokens: int
    cut: bool
    odds: Json  # of each token, in the form in which chat completions tell them


@dataclass(slots=True, eq=False)
class Halt:
    """When to stop writing: when told to, or when the time is over."""

    seconds: float
    told: threading.Event = field(default_factory=threading.Event)
    _began: float | None = None

    def begin(self) -> None:
        """The time runs from now on."""
        self._began = time.monotonic()

    @property
    def has_begun(self) -> bool:
        """Whether the time runs."""
        return self._began is not None

    @property
    def seconds_gone(self) -> float:
        """How long the writing has taken."""
        return 0.0 if self._began is None else time.monotonic() - self._began

    @property
    def is_late(self) -> bool:
        """Whether the time is over."""
        return self.seconds_gone > self.seconds

    @property
    def is_due(self) -> bool:
        """Whether to write no further."""
        return self.told.is_set() or self.is_late


class Weights:
    """A vision model loaded from a folder, on the best device there is. For one thread."""

    def __init__(self, folder: Path) -> None:
        self._torch = extras.package("torch")
        transformers = extras.package("transformers")
        try:
            self._load(transformers, str(folder))
        except FAILURES as error:
            raise ModelUnavailable(
                f"the model in {folder} cannot be loaded: {_line(error)}; a folder holds "
                "config.json, *.safetensors, and the files of a tokenizer and a processor"
            ) from None

    def _load(self, transformers: ModuleType, folder: str) -> None:
        self._processor = transformers.AutoProcessor.from_pretrained(folder, **OFFLINE)
        self._model = transformers.AutoModelForImageTextToText.from_pretrained(
            folder, dtype="auto", use_safetensors=True, **OFFLINE
        )
        self._model.to(_device(self._torch)).eval()
        text = self._model.config.get_text_config()
        self._context = int(getattr(text, "max_position_embeddings", 0)) or UNBOUNDED
        added = self._processor.tokenizer.added_tokens_decoder.values()
        self._marks = tuple(str(each) for each in added if each.special)
        ends = self._model.generation_config.eos_token_id
        self._ends = frozenset(ends if isinstance(ends, list) else [ends])

    def write(self, request: Request, halt: Halt) -> Written:
        """The model's answer; raises ModelUnavailable where there is no room or no memory."""
        try:
            return self._written(request, halt)
        except (RuntimeError, MemoryError, ValueError, IndexError) as error:
            raise ModelUnavailable(f"the model on this machine failed: {_line(error)}") from None

    def _written(self, request: Request, halt: Halt) -> Written:
        pictures = [part for part in request.parts if isinstance(part, Image.Image)]
        text = self._processor.apply_chat_template(
            self._messages(request), add_generation_prompt=True, tokenize=False
        )
        inputs = self._processor(text=[text], images=pictures or None, return_tensors="pt")
        asked = int(inputs["input_ids"].shape[1])
        if asked >= self._context:
            raise ModelUnavailable(
                f"the prompt has {asked} tokens, and this model takes {self._context} in all: "
                "choose one with a longer context"
            )
        odds = Odds(self._torch, self._processor.tokenizer) if request.with_odds else None
        with self._torch.inference_mode():
            ids = self._model.generate(
                **inputs.to(self._model.device, self._model.dtype),
                **_sampling(request),
                max_new_tokens=min(request.max_tokens, self._context - asked),
                stopping_criteria=[self._stopping(halt)],
                logits_processor=[odds] if odds else [],
            )
        new = [int(each) for each in ids[0, asked:]]
        return Written(
            text=str(self._processor.tokenizer.decode(new, skip_special_tokens=True)),
            prompt_tokens=asked,
            completion_tokens=len(new),
            cut=not (new and new[-1] in self._ends),
            odds=odds.told(new) if odds else None,
        )

    def _messages(self, request: Request) -> list[dict[str, object]]:
        """In the form that chat templates take; the pictures themselves are given beside it."""
        content = [
            {"type": "text", "text": self._plain(part)}
            if isinstance(part, str)
            else {"type": "image"}
            for part in request.parts
        ]
        system = [{"type": "text", "text": self._plain(request.system)}]
        return [{"role": "system", "content": system}, {"role": "user", "content": content}]

    def _plain(self, text: str) -> str:
        """Without the marks by which a template ends a turn or places a picture.

        Pages and agents may write them, to speak in another's name.
        """
        for mark in self._marks:
            text = text.replace(mark, f"{mark[:1]} {mark[1:]}")
        return text

    def _stopping(self, halt: Halt) -> Callable[..., object]:
        def stop(ids: Sized, *_: object, **__: object) -> object:
            return self._torch.full((len(ids),), halt.is_due, device=self._model.device)

        return stop


def _sampling(request: Request) -> dict[str, object]:
    """Nothing of what the folder suggests for sampling is taken over."""
    neutral: dict[str, object] = {"top_k": None, "top_p": None, "repetition_penalty": None}
    if request.temperature > 0:
        return {**neutral, "do_sample": True, "temperature": request.temperature}
    return {**neutral, "do_sample": False, "temperature": None}


def _device(torch: ModuleType) -> str:
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
