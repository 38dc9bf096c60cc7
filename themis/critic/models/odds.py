"""The odds of each token that a local model writes, told as chat completions tell them."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Protocol

from themis.critic.models.chances import TOP
from themis.domain.jsontypes import Json


class Tokenizer(Protocol):
    """What of a tokenizer is needed here."""

    def decode(self, token_ids: list[int]) -> str:
        """The words of some tokens."""
        ...


class Odds:
    """Looks on while tokens are chosen, and changes nothing.

    Kept are the likeliest few of each place and not all the scores there: those of a long reply
    would fill gigabytes. What was written is known only afterwards, so its own odds are taken
    from the few, which hold it but for rare draws at a high temperature.
    """

    def __init__(self, torch: ModuleType, tokenizer: Tokenizer) -> None:
        self._torch = torch
        self._tokenizer = tokenizer
        self._places: list[list[tuple[int, float]]] = []

    def __call__(self, _: object, scores: object) -> object:
        """One place: the scores of every token, which go on as they came."""
        logprobs = self._torch.log_softmax(self._torch.as_tensor(scores)[0].float(), dim=-1)
        best = self._torch.topk(logprobs, min(TOP, logprobs.shape[0]))
        self._places.append(list(zip(best.indices.tolist(), best.values.tolist(), strict=True)))
        return scores

    def told(self, written: Sequence[int]) -> Json:
        """The tokens that were written, each with its odds and those of what else was likely.

        None where one of them was not among the likely: its odds are not known.
        """
        told: list[Json] = []
        for token, place in zip(written, self._places, strict=False):
            chance = dict(place).get(token)
            if chance is None:
                return None
            others: Json = [self._entry(each, odds) for each, odds in place]
            told.append({**self._entry(token, chance), "top_logprobs": others})
        return told

    def _entry(self, token: int, odds: float) -> dict[str, Json]:
        return {"token": self._tokenizer.decode([token]), "logprob": min(odds, 0.0)}
