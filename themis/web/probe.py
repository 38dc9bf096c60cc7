"""Asking a model server one tiny question, to see whether it answers."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from themis.critic.contract import Prompt, Text
from themis.critic.models.openai_compatible import OpenAICompatible
from themis.domain.errors import ThemisError
from themis.pipeline.endpoints import Endpoint

PATIENCE = 20  # seconds for everything
SAID = 200  # characters of the answer that are shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How it went: what was said and how long it took, or what was wrong."""

    model: str
    seconds: float
    said: str = ""
    error: str = ""


async def ask(endpoint: Endpoint) -> Answer:
    """The answer of an endpoint; what goes wrong is in it, not raised."""
    started = time.monotonic()
    said = error = ""
    try:
        async with asyncio.timeout(PATIENCE), _model(endpoint) as model:
            said = (await model.ask(_question())).text[:SAID]
    except ThemisError as trouble:
        error = str(trouble)
    except TimeoutError:
        error = f"no answer within {PATIENCE} seconds"
    return Answer(model=endpoint.model, seconds=time.monotonic() - started, said=said, error=error)


def _model(endpoint: Endpoint) -> OpenAICompatible:
    return OpenAICompatible(
        url=endpoint.url,
        model=endpoint.model,
        key=endpoint.key or None,
        timeout=min(PATIENCE, endpoint.timeout),
        retries=0,
        concurrency=1,
    )


def _question() -> Prompt:
    return Prompt(
        system="You are being checked for presence.",
        parts=(Text(text='Answer with {"ok": true}.'),),
        schema_name="presence",
        schema={
            "type": "object",
            "properties": {"ok": {"type": "boolean"}},
            "required": ["ok"],
            "additionalProperties": False,
        },
        max_tokens=16,
    )
