"""What a server that keeps prefixes would have to read anew, counted without one.

A prompt is what is sent before the reply: system, words, pictures. Its prefix is kept if a prompt
of the same model that had ended before began the same way; servers keep whole blocks of tokens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from themis.critic.contract import Image, Prompt, Text

CHARS_PER_TOKEN = 4
BLOCK = 16  # tokens, as vLLM keeps them

Cost = Callable[[Image], int]


@dataclass(slots=True)
class Call:
    """One call as the server saw it."""

    prompt: Prompt
    tokens: int
    kept: int  # of them, read before
    reply_tokens: int = 0


@dataclass(slots=True)
class Prefixes:
    """Counts calls; those that are under way do not know of each other."""

    cost: Cost
    calls: list[Call] = field(default_factory=list)
    _ended: list[Prompt] = field(default_factory=list)

    def begin(self, prompt: Prompt) -> Call:
        """A call that goes out now."""
        earlier = [each for each in self._ended if each.model == prompt.model]
        kept = max((self.common(prompt, each) for each in earlier), default=0)
        call = Call(prompt=prompt, tokens=self.tokens(prompt), kept=kept // BLOCK * BLOCK)
        self.calls.append(call)
        return call

    def end(self, call: Call) -> None:
        """Its reply is there: what was read for it is kept."""
        self._ended.append(call.prompt)

    def forget(self) -> None:
        """Another case begins at a server that kept nothing: prefixes count within one run."""
        self._ended.clear()

    def tokens(self, prompt: Prompt) -> int:
        """What a prompt takes, by rule."""
        return len(prompt.system) // CHARS_PER_TOKEN + sum(map(self._of, prompt.parts))

    def common(self, one: Prompt, other: Prompt) -> int:
        """The tokens that two prompts begin with alike."""
        if one.system != other.system:
            return _alike(one.system, other.system) // CHARS_PER_TOKEN
        return len(one.system) // CHARS_PER_TOKEN + self._common(one.parts, other.parts)

    def _common(self, parts: Sequence[Text | Image], others: Sequence[Text | Image]) -> int:
        tokens = 0
        for part, other in zip(parts, others, strict=False):
            if isinstance(part, Image) and isinstance(other, Image) and part.id == other.id:
                tokens += self.cost(part)
            elif isinstance(part, Text) and isinstance(other, Text):
                if part.text != other.text:
                    return tokens + _alike(part.text, other.text) // CHARS_PER_TOKEN
                tokens += self._of(part)
            else:
                return tokens
        return tokens

    def _of(self, part: Text | Image) -> int:
        if isinstance(part, Image):
            return self.cost(part)
        return len(part.text) // CHARS_PER_TOKEN


def _alike(one: str, other: str) -> int:
    """How many letters two texts begin with alike."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
