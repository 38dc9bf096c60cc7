"""What a picture costs in prompt tokens, counted by the processor of the model itself.

Counted where `transformers` is installed and the processor's files lie on this machine: in a
folder, or in the hub's cache under the model's name or that of another of its family. Nothing is
downloaded. Else the published rule estimates.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path
from types import ModuleType
from typing import Protocol

from PIL import Image

from themis.critic.imagecost import by_rule, family
from themis.critic.models import extras, hubcache

FILES = ("preprocessor_config.json", "processor_config.json")
KEPT_COUNTS = 10_000
MOST_PIXELS = 40_000_000
OFFLINE = {"local_files_only": True, "trust_remote_code": False}
# What transformers raises for files that are damaged, missing or of a model it does not know.
FAILURES = (OSError, ValueError, TypeError, AttributeError, KeyError, ImportError, RuntimeError)
MARKS = 2  # tokens of where vision starts and ends, around a picture in the chat of Qwen


class Counter(Protocol):
    """Tokens of a picture of so many pixels."""

    def __call__(self, width: int, height: int) -> int:
        """Width and height in pixels."""
        ...


class Processors:
    """The processors that were asked for, loaded once, and what they counted."""

    def __init__(self) -> None:
        self._loading = threading.Lock()
        self._counters: dict[str, Counter | None] = {}
        self._counts: OrderedDict[tuple[str, int, int], int] = OrderedDict()

    def image_tokens(self, model: str, width: int, height: int) -> int:
        """As the model's processor counts, else by the rule of its family."""
        key = (model, width, height)
        with self._loading:
            known = self._counts.get(key)
            if known is None:
                known = self._counted(model, max(width, 1), max(height, 1))
                self._counts[key] = known
                if len(self._counts) > KEPT_COUNTS:
                    self._counts.popitem(last=False)
            return known

    def warm(self, model: str) -> None:
        """Load what counts for a model; slow once, so it is done beside an event loop."""
        self.image_tokens(model, 28, 28)

    def _counted(self, model: str, width: int, height: int) -> int:
        if model not in self._counters:
            folder = folder_for(model)
            self._counters[model] = counter(folder) if folder and not extras.missing() else None
        count = self._counters[model]
        try:
            return count(width, height) if count else by_rule(model, width, height)
        except FAILURES:  # a picture that the processor refuses: far too narrow, say
            return by_rule(model, width, height)


def folder_for(model: str) -> Path | None:
    """Where the files of a model's processor lie: its own, else those of one of its family."""
    own = hubcache.folder_of(model)
    if own is not None and _has_processor(own):
        return own
    wanted = family(model)
    if wanted is None:
        return None
    return next(
        (path for name, path in hubcache.kept() if family(name) == wanted and _has_processor(path)),
        None,
    )


def _has_processor(folder: Path) -> bool:
    return any((folder / name).is_file() for name in FILES)


def counter(folder: Path) -> Counter | None:
    """How the processor in a folder counts; None where it cannot be loaded."""
    transformers = extras.package("transformers")
    try:
        return by_patches(transformers, folder) or by_trial(transformers, folder)
    except FAILURES:
        return None


def by_patches(transformers: ModuleType, folder: Path) -> Counter | None:
    """Asked for the number, no picture is made: Qwen's processors and those like them."""
    processor = transformers.AutoImageProcessor.from_pretrained(str(folder), **OFFLINE)
    patches = getattr(processor, "get_number_of_image_patches", None)
    merged = getattr(processor, "merge_size", None)
    if patches is None or merged is None:
        return None

    def count(width: int, height: int) -> int:
        return int(patches(height, width, {})) // int(merged) ** 2 + MARKS

    return count


def by_trial(transformers: ModuleType, folder: Path) -> Counter:
    """The difference that a blank picture makes to a prompt."""
    processor = transformers.AutoProcessor.from_pretrained(str(folder), **OFFLINE)

    def tokens(pictures: list[Image.Image]) -> int:
        content = [{"type": "image"}] * len(pictures) + [{"type": "text", "text": "."}]
        said = [{"role": "user", "content": content}]
        text = processor.apply_chat_template(said, add_generation_prompt=True, tokenize=False)
        return len(processor(text=[text], images=pictures or None)["input_ids"][0])

    def count(width: int, height: int) -> int:
        if width * height > MOST_PIXELS:
            raise ValueError("too large for a trial")
        return tokens([Image.new("RGB", (width, height))]) - tokens([])

    return count


SHARED = Processors()


def image_tokens(model: str, width: int, height: int) -> int:
    """As the model's processor counts, else by the rule of its family; safe from any thread."""
    return SHARED.image_tokens(model, width, height)
