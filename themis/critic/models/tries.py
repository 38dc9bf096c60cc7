"""Asking until somebody answers: endpoints in turn, rounds with growing pauses, all causes told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from themis.critic.contract import Prompt, Reply
from themis.critic.models.patience import Patience
from themis.domain.errors import ModelUnavailable

logger = logging.getLogger(__name__)


class Passing(Exception):
    """A failure that may be over at the next try."""

    def __init__(self, cause: str, retry_after: str | None = None, *, busy: bool = False) -> None:
        super().__init__(cause)
        self.retry_after = retry_after
        self.busy = busy  # the server lives and asks for patience


class Resting(ModelUnavailable):
    """The endpoint failed so often that it is not asked now."""


class Attempts(Protocol):
    """An endpoint that can be asked once."""

    shown: str

    async def attempt(self, prompt: Prompt) -> Reply:
        """One try; raises Passing, Resting, or ModelUnavailable for good."""
        ...


@dataclass(slots=True)
class _Tally:
    told: str
    tries: int = 0
    is_final: bool = False

    def text(self) -> str:
        if not self.tries:
            return self.told
        return f"{self.told} ({self.tries} {'try' if self.tries == 1 else 'tries'})"


class Asking:
    """One question on its way from endpoint to endpoint."""

    def __init__(self, prompt: Prompt, patience: Patience) -> None:
        self._prompt = prompt
        self._patience = patience
        self._tallies: dict[Attempts, _Tally] = {}

    async def answer(self, order: Callable[[], Sequence[Attempts]], *, retries: int) -> Reply:
        """The first answer. Every round asks each endpoint once, in the order of that moment.

        A round in which nothing failed that may pass is the last one.
        """
        for number in range(1, retries + 2):
            pauses: list[float] = []
            for endpoint in order():
                try:
                    reply = await self._ask(endpoint)
                except Passing as failure:
                    pauses.append(self._patience.seconds(number, failure.retry_after))
                    continue
                if reply is not None:
                    return reply
            if not pauses:
                break
            if number <= retries:
                await self._pause(min(pauses))
        raise ModelUnavailable(self._told())

    async def _ask(self, endpoint: Attempts) -> Reply | None:
        """The answer, or None where there will be none."""
        tally = self._tallies.setdefault(endpoint, _Tally(""))
        if tally.is_final:
            return None
        try:
            return await endpoint.attempt(self._prompt)
        except Passing as failure:
            tally.told, tally.tries = f"{endpoint.shown}: {failure}", tally.tries + 1
            raise
        except Resting as rest:
            tally.told, tally.tries = str(rest), 0
        except ModelUnavailable as refusal:
            tally.told, tally.tries, tally.is_final = str(refusal), 0, True
        return None

    async def _pause(self, seconds: float) -> None:
        logger.info("%s; again in %.1f s", self._told(), seconds)
        await self._patience.sleep(seconds)

    def _told(self) -> str:
        told = [tally.text() for tally in self._tallies.values()]
        if len(told) == 1:
            return told[0]
        return f"none of {len(told)} endpoints answered: {'; '.join(told)}"
