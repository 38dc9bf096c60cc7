"""Several endpoints behind one name: calls go where there is room, and on where one fails."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from themis.critic.contract import Image, Prompt, Reply, Text
from themis.critic.models import processors
from themis.critic.models.openai_compatible import OpenAICompatible
from themis.critic.models.patience import Patience
from themis.critic.models.tries import Asking

REMEMBERED = 4096  # beginnings of prompts


@dataclass(eq=False)
class Failover:
    """The endpoints of one model, in the order in which they stand in for each other.

    Each round asks one that is not left alone: the one that was asked with the same beginning
    last, for it has worked on that prompt, unless another has more than twice its room; else the
    one with the most room. Where that fails the others follow in their order. Between rounds there
    are pauses, `retries` of them at most.
    """

    endpoints: Sequence[OpenAICompatible]
    retries: int = 5
    patience: Patience = field(default_factory=Patience, repr=False)

    def __post_init__(self) -> None:
        self.name = self.endpoints[0].name
        self._asked: OrderedDict[str, OpenAICompatible] = OrderedDict()

    def image_tokens(self, width: int, height: int, *, model: str = "") -> int:
        """As the first endpoint counts."""
        return self.endpoints[0].image_tokens(width, height, model=model)

    async def ask(self, prompt: Prompt) -> Reply:
        """Answer one prompt; raises ModelUnavailable with every endpoint's cause."""
        if len(self.endpoints) == 1:
            return await self.endpoints[0].ask(prompt)
        beginning = _beginning(prompt)
        return await Asking(prompt, self.patience).answer(
            lambda: self._order(beginning), retries=self.retries
        )

    async def ready(self) -> None:
        """Wait until an endpoint takes calls, where all of them are left alone.

        What counts pictures is loaded beside the event loop: the first time takes seconds.
        """
        await asyncio.to_thread(processors.SHARED.warm, self.endpoints[0].model)
        while (rest := min(each.breaker.rest() for each in self.endpoints)) > 0:
            await self.patience.sleep(rest)

    async def aclose(self) -> None:
        """Close the connections of all."""
        for each in self.endpoints:
            await each.aclose()

    def _order(self, beginning: str) -> list[OpenAICompatible]:
        up = [each for each in self.endpoints if not each.breaker.rest()]
        first = self._first(up, beginning) if up else self.endpoints[0]
        self._asked[beginning] = first
        self._asked.move_to_end(beginning)
        if len(self._asked) > REMEMBERED:
            self._asked.popitem(last=False)
        return [first, *(each for each in self.endpoints if each is not first)]

    def _first(self, up: Sequence[OpenAICompatible], beginning: str) -> OpenAICompatible:
        known = self._asked.get(beginning)
        roomiest = max(up, key=lambda each: each.free)  # the first of equals
        if known is None or known not in up:
            return roomiest
        return known if known.free > 0 and known.free * 2 >= roomiest.free else roomiest


def _beginning(prompt: Prompt) -> str:
    """What calls that share a server's work have in common: the words and picture they start with.

    The calls of one case begin with the same parts; the first picture tells cases apart.
    """
    first = next((part for part in prompt.parts if isinstance(part, Image)), None)
    if first is not None:
        return first.id
    words = [prompt.system, *(part.text for part in prompt.parts[:1] if isinstance(part, Text))]
    return hashlib.sha256("".join(words).encode("utf-8", "replace")).hexdigest()
