"""Several models under names: each question goes to the one it asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from themis.critic.contract import Prompt, Reply, VisionModel
from themis.domain.errors import Misconfigured

DEFAULT = ""


class Answering(VisionModel, Protocol):
    """A model that can be waited for."""

    async def ready(self) -> None:
        """Wait until it takes calls."""
        ...


@dataclass(eq=False)
class Roster:
    """The models there are, by name; the empty name is the one that is asked by default."""

    models: Mapping[str, Answering]

    def __post_init__(self) -> None:
        default = self.models.get(DEFAULT)
        self.name = default.name if default else "none"

    async def ask(self, prompt: Prompt) -> Reply:
        """The reply of the model that the prompt names; raises Misconfigured for an unknown one."""
        return await self._called(prompt.model).ask(prompt)

    def image_tokens(self, width: int, height: int, *, model: str = "") -> int:
        """As the named model counts."""
        return self._called(model).image_tokens(width, height)

    async def ready(self, names: Iterable[str] = (DEFAULT,)) -> None:
        """Wait until the models of these names take calls; those that are missing are let be."""
        for name in names:
            if name in self.models:
                await self.models[name].ready()

    def _called(self, name: str) -> Answering:
        model = self.models.get(name)
        if model is not None:
            return model
        if name == DEFAULT:
            raise Misconfigured(
                "no model is asked by default: give one under Settings -> Model no name, or set "
                "THEMIS_MODEL_URL and THEMIS_MODEL"
            )
        there = ", ".join(sorted(filter(None, self.models))) or "none has a name"
        raise Misconfigured(f"there is no model called {name[:60]!r}; there are: {there}")
