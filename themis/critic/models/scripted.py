"""A model that answers from a script: for tests, demos and whoever builds a critic."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from themis.critic.contract import Prompt, Reply, Text
from themis.critic.extract import MAX_REPLY_CHARS
from themis.critic.imagecost import by_rule
from themis.domain.errors import ModelUnavailable
from themis.domain.jsontypes import Json

CHARS_PER_TOKEN = 4

# Words are answered as they stand, objects as JSON, errors are raised.
Line: TypeAlias = str | Mapping[str, Json] | Reply | Exception
Script: TypeAlias = Line | Sequence[Line] | Callable[[Prompt], Line]


class Scripted:
    """Answers prompts by a script and keeps them in `calls`.

    A script is one line for every prompt, a list of lines in turn (the last one stays), a
    function of the prompt, or `by_role`: one of these for each schema name.
    """

    name = "scripted"

    def __init__(self, script: Script) -> None:
        self.calls: list[Prompt] = []
        self._line = _reader(script)
        self._gate: asyncio.Event | None = None

    @classmethod
    def by_role(cls, **scripts: Script) -> Scripted:
        """One script for each schema name; a role without one finds no model."""
        readers = {role: _reader(script) for role, script in scripts.items()}

        def line(prompt: Prompt) -> Line:
            reader = readers.get(prompt.schema_name)
            return reader(prompt) if reader else ModelUnavailable(f"no {prompt.schema_name} here")

        return cls(line)

    @classmethod
    def silent(cls) -> Scripted:
        """Answers nothing at all."""
        return cls("")

    @classmethod
    def malformed(cls) -> Scripted:
        """Answers with JSON that never ends."""
        return cls('{"milestones": [{"id": "m1", ')

    @classmethod
    def endless(cls) -> Scripted:
        """Answers with more than anybody reads."""
        return cls("and on " * MAX_REPLY_CHARS)

    @classmethod
    def contradictory(cls, one: Mapping[str, Json], other: Mapping[str, Json]) -> Scripted:
        """Answers two things at once."""
        return cls(f"{json.dumps(one)}\n{json.dumps(other)}")

    @classmethod
    def unavailable(cls, cause: str = "the model does not answer") -> Scripted:
        """Fails at every question."""
        return cls(ModelUnavailable(cause))

    def slow(self, gate: asyncio.Event) -> Scripted:
        """The same model, but nothing is answered before `gate` opens."""
        self._gate = gate
        return self

    def asked(self, role: str) -> int:
        """How many prompts of one role were answered or failed."""
        return sum(prompt.schema_name == role for prompt in self.calls)

    def image_tokens(self, width: int, height: int, *, model: str = "") -> int:
        """By the rule of the named model's family."""
        return by_rule(model or self.name, width, height)

    async def ask(self, prompt: Prompt) -> Reply:
        """The next line of the script; its tokens are counted by length."""
        self.calls.append(prompt)
        line = self._line(prompt)
        if self._gate is not None:
            await self._gate.wait()
        if isinstance(line, Exception):
            raise line
        if isinstance(line, Reply):
            return line
        text = line if isinstance(line, str) else json.dumps(line)
        return Reply(
            text=text,
            model=self.name,
            prompt_tokens=_words(prompt) // CHARS_PER_TOKEN,
            completion_tokens=len(text) // CHARS_PER_TOKEN,
        )


def _reader(
    script: Script,
) -> Callable[[Prompt], Line]:
    if callable(script):
        return script
    if isinstance(script, str | Mapping | Reply | Exception):
        return lambda _: script
    lines = _in_turn(script)
    return lambda _: next(lines)


def _in_turn(lines: Sequence[Line]) -> Iterator[Line]:
    yield from lines
    while True:
        yield lines[-1] if lines else ""


def _words(prompt: Prompt) -> int:
    texts = [part.text for part in prompt.parts if isinstance(part, Text)]
    return len(prompt.system) + sum(map(len, texts))
