"""What a chat completion server answers, read with suspicion."""

from __future__ import annotations

import json
import typing

from themis.critic.contract import Prompt, Reply
from themis.critic.models.chances import chances
from themis.critic.models.pricing import Prices
from themis.domain.errors import ModelUnavailable
from themis.domain.jsontypes import Json
from themis.domain.wire import clean

MAX_TOKENS = 2**31 - 1  # what a column of the bill holds
NAME_CHARS = 200
MESSAGE_CHARS = 300


def reply_from(
    content: bytes, *, prompt: Prompt, model: str, prices: Prices | None, seconds: float
) -> Reply:
    """The reply to a prompt in a completion; raises ModelUnavailable where there is none.

    An answer without words (refused, cut while thinking) is an empty or unfit reply and no
    error, so that what it cost is kept.
    """
    completion = _object(_decoded(content))
    choices = completion.get("choices")
    if not isinstance(choices, list) or not choices:
        raise ModelUnavailable("the model's server answered without a choice")
    choice = _object(choices[0])
    message = _object(choice.get("message"))
    usage = _object(completion.get("usage"))
    name = completion.get("model")
    text = _text(message.get("content")) or _text(message.get("refusal"))
    read, cached, written = _bill(usage)
    return Reply(
        text=text,
        model=clean(name[:NAME_CHARS]) if isinstance(name, str) and name else model,
        prompt_tokens=read,
        completion_tokens=written,
        cached_tokens=cached,
        price=prices.of(read, cached, written) if prices else None,
        seconds=seconds,
        cut=choice.get("finish_reason") == "length",
        chances=_chances(choice, text, prompt),
    )


def _bill(usage: dict[str, Json]) -> tuple[int, int, int]:
    """Tokens read, how many of them were cached, and tokens written."""
    read = _tokens(usage.get("prompt_tokens"))
    cached = _tokens(_object(usage.get("prompt_tokens_details")).get("cached_tokens"))
    return read, min(cached, read), _tokens(usage.get("completion_tokens"))


def _chances(choice: dict[str, Json], text: str, prompt: Prompt) -> dict[str, float] | None:
    if not prompt.weighed:
        return None
    tokens = _object(choice.get("logprobs")).get("content")
    return chances(text, tokens, schema=prompt.schema, weighed=prompt.weighed)


def message_of(content: bytes, *, without: str | None) -> str:
    """The words of an error answer on one line, bounded, and without the key."""
    try:
        answer = _object(_decoded(content))
    except ModelUnavailable:
        answer = {}
    error = answer.get("error")
    told = error if isinstance(error, str) else _object(error).get("message")
    text = told or answer.get("message") or answer.get("detail")
    words = text if isinstance(text, str) else content.decode("utf-8", "replace")
    # The key goes before the cut: a cut through it would leave a part that nothing recognises.
    hidden = words.replace(without, "***") if without else words
    return " ".join(clean(hidden).split())[:MESSAGE_CHARS]


def _decoded(content: bytes) -> Json:
    try:
        return typing.cast(Json, json.loads(content))
    except (ValueError, RecursionError):
        raise ModelUnavailable(
            "the model's server answered with something else than JSON"
        ) from None


def _object(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _text(content: Json) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "".join(text for part in parts if isinstance(text := _object(part).get("text"), str))


def _tokens(count: Json) -> int:
    if isinstance(count, bool) or not isinstance(count, int):
        return 0
    return count if 0 <= count <= MAX_TOKENS else 0
