"""How a critic's questions are sampled, and the check of its other settings."""

from __future__ import annotations

from dataclasses import dataclass

from themis.critic.consult import TRIES
from themis.domain.errors import Misconfigured
from themis.domain.jsontypes import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """Temperature, and the longest reply in tokens."""

    temperature: float = 0.0
    max_tokens: int = 8192

    @property
    def settings(self) -> dict[str, Json]:
        """As they stand among a critic's settings."""
        return {
            "temperature": self.temperature,
            "max_tokens": self.max_tokens,
            "tries": TRIES,
        }


COLD = Sampling()
WARM = Sampling(temperature=1.0)  # for votes: equal ones would be one


def at_least(least: int, **numbers: int) -> None:
    """Raise Misconfigured for the first of these settings that is smaller."""
    for name, number in numbers.items():
        if number < least:
            raise Misconfigured(f"{name} is {number}; it has to be at least {least}")
