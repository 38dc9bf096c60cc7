"""The body of a request, in pieces: the same bytes as json.dumps, without copying pictures."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator

from themis.critic.contract import Image, Prompt, Text
from themis.critic.models.pictures import Pictures
from themis.domain.jsontypes import Json


async def body(prompt: Prompt, model: str, pictures: Pictures, *, with_schema: bool) -> list[bytes]:
    """The pieces of a chat completion request; pictures stand in as they are kept."""
    system = json.dumps({"role": "system", "content": prompt.system})
    head = f'{{"model": {json.dumps(model)}, "messages": [{system}, {{"role": "user", "content": ['
    pieces = [head.encode("ascii")]
    for number, part in enumerate(prompt.parts):
        if number:
            pieces.append(b", ")
        pieces += await _part(part, pictures)
    pieces.append(f"]}}], {_rest(prompt, with_schema=with_schema)[1:]}".encode("ascii"))
    return pieces


async def _part(part: Text | Image, pictures: Pictures) -> list[bytes]:
    if isinstance(part, Text):
        return [json.dumps({"type": "text", "text": part.text}).encode("ascii")]
    start = json.dumps(f"data:{part.media_type};base64,")[:-1]
    before = f'{{"type": "image_url", "image_url": {{"url": {start}'
    return [before.encode("ascii"), await pictures.encoded(part), b'"}}']


def _rest(prompt: Prompt, *, with_schema: bool) -> str:
    rest: dict[str, Json] = {
        "temperature": prompt.temperature,
        "max_tokens": prompt.max_tokens,
    }
    if with_schema:
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
