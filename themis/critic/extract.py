"""The one JSON object in a model's reply: found tolerantly, bounded, never guessed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from themis.domain.jsontypes import Json
from themis.domain.wire import encode

MAX_REPLY_CHARS = 100_000  # 8192 tokens are about 40,000
MAX_STARTS = 64  # braces at which an object is looked for
THINKING, THOUGHT = "<think>", "</think>"

FENCED = re.compile(r"```(?:json)?\s*(\{.*\})\s*```", re.DOTALL | re.IGNORECASE)

ReplyT = TypeVar("ReplyT", bound=BaseModel)
Check = Callable[[ReplyT], str | None]


class Unfit(ValueError):
    """Why a reply cannot be used, in words that help the model to do better.

    The text never repeats what the model wrote: it goes into the next prompt.
    """


def read(text: str, kind: type[ReplyT], check: Check[ReplyT]) -> ReplyT:
    """The reply as `kind`; raises Unfit unless exactly one object in it fits."""
    if len(text) > MAX_REPLY_CHARS:
        raise Unfit(f"the reply is longer than {MAX_REPLY_CHARS} characters")
    fitting: list[ReplyT] = []
    complaint = "there is no JSON object in the reply" if text.strip() else "the reply is empty"
    for found in objects(text):
        try:
            reply = _fit(found, kind, check)
        except Unfit as unfit:
            complaint = str(unfit)
            continue
        if reply not in fitting:
            fitting.append(reply)
    if len(fitting) > 1:
        raise Unfit("the reply holds several JSON objects that differ; one is expected")
    if not fitting:
        raise Unfit(complaint)
    return fitting[0]


def objects(text: str) -> Iterator[dict[str, Json]]:
    """The outermost JSON objects of a reply, without what the model thought aloud."""
    whole = _whole(text.strip())
    if whole is not None:
        yield whole
        return
    start = _end_of_thinking(text)
    if start == 0 and text.lstrip().startswith(THINKING):
        raise Unfit("the reply ends before the thinking does")
    for found, _, _ in _scan(text[start:]):
        yield found


def _end_of_thinking(text: str) -> int:
    """Where the last thinking ends, or 0: the word within an object is only a quotation."""
    at = text.rfind(THOUGHT)
    spans = [(start, end) for _, start, end in _scan(text)] if at >= 0 else []
    while at >= 0 and any(start < at < end for start, end in spans):
        at = text.rfind(THOUGHT, 0, at)
    return at + len(THOUGHT) if at >= 0 else 0


def _whole(text: str) -> dict[str, Json] | None:
    fenced = FENCED.fullmatch(text)
    return _decode(fenced[1] if fenced else text, 0, to_the_end=True)[0]


def _scan(text: str) -> Iterator[tuple[dict[str, Json], int, int]]:
    """Objects with where they start and end."""
    start = text.find("{")
    for _ in range(MAX_STARTS):
        if start < 0:
            return
        found, end = _decode(text, start)
        if found is not None:
            yield found, start, end
        start = text.find("{", end)


def _decode(
    text: str, start: int, *, to_the_end: bool = False
) -> tuple[dict[str, Json] | None, int]:
    """The object that begins at `start`, and where to look on."""
    if not text.startswith("{", start):
        return None, start + 1
    try:
        found, end = DECODER.raw_decode(text, start)
        if to_the_end and end != len(text):
            return None, start + 1
        cleaned = encode(found)
    except (ValueError, RecursionError):
        return None, start + 1
    return (cleaned, end) if isinstance(cleaned, dict) else (None, end)


def _without_twins(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field is named twice")
    return fields


# Not strict: guided decoding may let raw line breaks and tabs through within strings.
DECODER = json.JSONDecoder(object_pairs_hook=_without_twins, strict=False)


def _fit(found: dict[str, Json], kind: type[ReplyT], check: Check[ReplyT]) -> ReplyT:
    try:
        reply = kind.model_validate(found)
    except ValidationError as error:
        raise Unfit(_first_problem(error)) from None
    problem = check(reply)
    if problem:
        raise Unfit(problem)
    return reply


def _first_problem(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    path = ".".join(str(part) for part in first["loc"])
    return f"{path}: {first['msg']}" if path else first["msg"]
