"""The body of a request, in pieces: the same bytes as json.dumps, without copying pictures."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from themis.critic.contract import Image, Prompt, Text
from themis.critic.models.chances import TOP
from themis.critic.models.pictures import Pictures
from themis.domain.jsontypes import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Takes:
    """What a server takes beyond the plain request: more of it is refused by some."""

    schema: bool = True
    logprobs: bool = True
    image_ids: bool = False


async def body(prompt: Prompt, model: str, pictures: Pictures, takes: Takes) -> list[bytes]:
    """The pieces of a chat completion request; pictures stand in as they are kept."""
    system = json.dumps({"role": "system", "content": prompt.system})
    head = f'{{"model": {json.dumps(model)}, "messages": [{system}, {{"role": "user", "content": ['
    pieces = [head.encode("ascii")]
    for number, part in enumerate(prompt.parts):
        if number:
            pieces.append(b", ")
        pieces += await _part(part, pictures, with_id=takes.image_ids)
    pieces.append(f"]}}], {_rest(prompt, takes)[1:]}".encode("ascii"))
    return pieces


async def _part(part: Text | Image, pictures: Pictures, *, with_id: bool) -> list[bytes]:
    if isinstance(part, Text):
        return [json.dumps({"type": "text", "text": part.text}).encode("ascii")]
    start = json.dumps(f"data:{part.media_type};base64,")[:-1]
    before = f'{{"type": "image_url", "image_url": {{"url": {start}'
    # vLLM knows a picture again by this name, and need not look at its bytes.
    after = f'"}}, "uuid": {json.dumps(part.id)}}}' if with_id else '"}}'
    return [before.encode("ascii"), await pictures.encoded(part), after.encode("ascii")]


def _rest(prompt: Prompt, takes: Takes) -> str:
    rest: dict[str, Json] = {
        "temperature": prompt.temperature,
        "max_tokens": prompt.max_tokens,
        "stream": False,
    }
    if prompt.weighed and takes.logprobs:
        rest |= {"logprobs": True, "top_logprobs": TOP}
    if takes.schema:
        form: Json = {"name": prompt.schema_name, "strict": True, "schema": prompt.schema}
        rest["response_format"] = {"type": "json_schema", "json_schema": form}
    return json.dumps(rest)


async def sent(pieces: list[bytes]) -> AsyncIterator[bytes]:
    """The pieces as a stream, so that no whole body is ever put together."""
    for piece in grouped(pieces):
        yield piece


def grouped(pieces: list[bytes], small: int = 65_536) -> Iterator[bytes]:
    """Runs of small pieces joined, large ones as they are: fewer writes, no large copies."""
    run: list[bytes] = []
    for piece in pieces:
        if len(piece) < small:
            run.append(piece)
            continue
        if run:
            yield b"".join(run)
        run = []
        yield piece
    if run:
        yield b"".join(run)
