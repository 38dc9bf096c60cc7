"""The model client against a real server: tries, refusals, limits, and the bytes it sends."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from aiohttp import web

from tests.critic.cases import read, screen
from tests.critic.servers import Handler, Served, answer, completion, serving
from themis.critic.contract import Image, Prompt, Text
from themis.critic.models import line
from themis.critic.models.openai_compatible import OpenAICompatible
from themis.critic.models.patience import Patience
from themis.domain.errors import CriticFailed, Misconfigured, ModelUnavailable
from themis.domain.jsontypes import Json

KEY = "sk-very-secret-0123456789"
PROMPT = Prompt(
    system='You "judge" ü',
    parts=(Text(text="Well?\n\u2028"),),
    schema_name="judge",
    schema={"type": "object"},
)


@dataclass
class Clock:
    """Sleeps by writing down for how long."""

    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def patience(self) -> Patience:
        now = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)
        return Patience(sleep=self.sleep, chance=lambda: 0.5, now=lambda: now)


@dataclass
class Client:
    """A client of a fake server, with what both saw."""

    model: OpenAICompatible
    served: Served
    clock: Clock


@asynccontextmanager
async def client(
    *handlers: Handler, patient_s: float = 30.0, retries: int = 3, concurrency: int = 8
) -> AsyncIterator[Client]:
    clock = Clock()
    async with serving(*handlers) as served:
        model = OpenAICompatible(
            served.url,
            "asked-for",
            KEY,
            timeout=patient_s,
            retries=retries,
            concurrency=concurrency,
            patience=clock.patience(),
        )
        async with model:
            yield Client(model, served, clock)


async def test_a_reply_comes_with_its_cost() -> None:
    async with client(answer()) as one:
        reply = await one.model.ask(PROMPT)

    assert (reply.text, reply.model, reply.cut) == ("hello", "served", False)
    assert (reply.prompt_tokens, reply.completion_tokens) == (7, 3)
    assert reply.seconds > 0
    assert one.served.headers[0]["Authorization"] == f"Bearer {KEY}"
    assert one.served.paths == ["/v1/chat/completions"]


async def test_the_body_is_what_json_dumps_would_write() -> None:
    picture = image("a", media_type='image/"png')
    prompt = replace(PROMPT, parts=(*PROMPT.parts, picture, Text(text="And?")))
    async with client(answer()) as one:
        await one.model.ask(prompt)

    data = base64.b64encode(read(screen("a"))).decode()
    url = f'data:image/"png;base64,{data}'
    content = [
        {"type": "text", "text": "Well?\n\u2028"},
        {"type": "image_url", "image_url": {"url": url}},
        {"type": "text", "text": "And?"},
    ]
    form = {"name": "judge", "strict": True, "schema": {"type": "object"}}
    expected = {
        "model": "asked-for",
        "messages": [
            {"role": "system", "content": 'You "judge" ü'},
            {"role": "user", "content": content},
        ],
        "temperature": 0.0,
        "max_tokens": 8192,
        "stream": False,
        "response_format": {"type": "json_schema", "json_schema": form},
    }
    assert one.served.bodies[0] == json.dumps(expected).encode()


async def test_a_large_picture_arrives_whole() -> None:
    content = bytes(range(256)) * 8_000
    picture = replace(image("large"), read=lambda: content)
    async with client(answer()) as one:
        await one.model.ask(replace(PROMPT, parts=(picture, picture)))

    assert one.served.bodies[0].count(base64.b64encode(content)) == 2


async def test_a_picture_is_read_and_encoded_once() -> None:
    reads: list[str] = []

    def note() -> bytes:
        reads.append("a")
        return b"bytes"

    picture = replace(image("a"), read=note)
    prompt = replace(PROMPT, parts=(picture,))
    async with client(answer()) as one:
        await asyncio.gather(*(one.model.ask(prompt) for _ in range(5)))
        await one.model.ask(prompt)
    assert reads == ["a"]


async def test_a_picture_that_is_gone_is_named() -> None:
    def gone() -> bytes:
        raise FileNotFoundError("no such blob")

    async with client(answer()) as one:
        with pytest.raises(CriticFailed, match=r"screen 4 .*no such blob"):
            await one.model.ask(replace(PROMPT, parts=(replace(image("a", 3), read=gone),)))
        assert not one.served.bodies


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504])
async def test_what_may_pass_is_tried_again(status: int) -> None:
    async with client(answer("busy", status=status), answer()) as one:
        reply = await one.model.ask(PROMPT)

    assert reply.text == "hello"
    assert one.clock.slept == [0.75]
    assert one.served.bodies[0] == one.served.bodies[1]


@pytest.mark.parametrize(
    ("asked", "slept"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("86400", 60.0),
        ("9" * 400, 60.0),
        ("Thu, 01 Jan 2026 12:00:20 GMT", 20.0),
        ("Thu, 01 Jan 2026 11:00:00 GMT", 0.0),
        ("Fri, 01 Jan 2027 12:00:00 GMT", 60.0),
        ("soon", 0.75),
        ("-5", 0.75),
        ("nan", 0.75),
        ("Thu, 99 Jan 99999999999 12:00:20 GMT", 0.75),
    ],
)
async def test_the_server_says_when(asked: str, slept: float) -> None:
    busy = answer(status=429, headers={"Retry-After": asked})
    async with client(busy, answer()) as one:
        await one.model.ask(PROMPT)
    assert one.clock.slept == [slept]


async def test_when_all_tries_fail_the_last_cause_is_told() -> None:
    async with client(answer({"error": {"message": "out of memory"}}, status=500)) as one:
        with pytest.raises(ModelUnavailable, match=r"HTTP 500: out of memory \(4 tries\)"):
            await one.model.ask(PROMPT)

    assert len(one.served.bodies) == 4
    assert one.clock.slept == [0.75, 1.5, 3.0]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
async def test_a_refusal_is_final_and_told_without_the_key(status: int) -> None:
    refusal = answer({"error": {"message": f"bad key {KEY}" + "x" * 5_000}}, status=status)
    async with client(refusal) as one:
        with pytest.raises(ModelUnavailable, match=f"HTTP {status}: bad key \\*\\*\\*") as refused:
            await one.model.ask(PROMPT)

    assert len(one.served.bodies) == 1
    assert KEY not in str(refused.value)
    assert KEY not in repr(one.model)
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize(
    ("status", "words", "helps"),
    [
        (400, "This model's maximum context length is 32768 tokens.", "--max-model-len"),
        (400, "Input length (35073) exceeds model's maximum context length", "--max-model-len"),
        (400, "At most 1 image(s) may be provided in one prompt.", "--limit-mm-per-prompt"),
        (400, "tiny is not a multimodal model", "reads images"),
        (401, "Unauthorized", "THEMIS_MODEL_KEY"),
        (404, "The model `nobody` does not exist.", "/v1/models"),
        (413, "too large", "larger requests"),
    ],
)
async def test_a_refusal_comes_with_what_helps(status: int, words: str, helps: str) -> None:
    refusal = answer({"error": {"message": words}}, status=status)
    async with client(refusal) as one:
        with pytest.raises(ModelUnavailable) as refused:
            await one.model.ask(PROMPT)

    assert words in str(refused.value)
    assert helps in str(refused.value)


async def test_a_refusal_nobody_knows_is_told_as_it_is() -> None:
    refusal = answer({"error": {"message": "not today"}}, status=400)
    async with client(refusal) as one:
        with pytest.raises(ModelUnavailable, match=r"HTTP 400: not today$"):
            await one.model.ask(PROMPT)


async def test_a_silent_server_is_given_up_in_time() -> None:
    gate = asyncio.Event()

    async def silent(request: web.Request) -> web.StreamResponse:
        await gate.wait()
        return web.Response()

    async with client(silent, patient_s=0.05, retries=1) as one:
        with pytest.raises(ModelUnavailable, match=r"no answer within 0.05 s \(2 tries\)"):
            await one.model.ask(PROMPT)
        gate.set()


async def test_a_dropped_connection_is_tried_again() -> None:
    async def drop(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with client(drop, answer()) as one:
        reply = await one.model.ask(PROMPT)
    assert reply.text == "hello"


async def test_nobody_listening_is_unavailable() -> None:
    async with client(answer(), retries=1) as one:
        pass
    async with one.model:
        with pytest.raises(ModelUnavailable, match="2 tries"):
            await one.model.ask(PROMPT)


async def test_a_redirect_is_not_followed() -> None:
    away = answer(status=307, headers={"Location": "http://example.org/"})
    async with client(away) as one:
        with pytest.raises(ModelUnavailable, match="redirects are not followed"):
            await one.model.ask(PROMPT)
    assert len(one.served.bodies) == 1


async def test_an_endless_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "MAX_ANSWER_BYTES", 100_000)

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 10_000)
        except ConnectionError:
            return response

    async with client(endless) as one:
        with pytest.raises(ModelUnavailable, match="more than 100000 bytes"):
            await one.model.ask(PROMPT)
    assert len(one.served.bodies) == 1


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        ("<html>", "something else than JSON"),
        ("[" * 100_000, "something else than JSON"),
        ("[]", "without a choice"),
        (completion(choices=[]), "without a choice"),
        (completion(choices="no"), "without a choice"),
    ],
)
async def test_an_answer_of_another_form_is_named(body: Json, cause: str) -> None:
    async with client(answer(body)) as one:
        with pytest.raises(ModelUnavailable, match=cause):
            await one.model.ask(PROMPT)


def choice(message: Json, finish: str = "stop") -> dict[str, Json]:
    return completion(choices=[{"message": message, "finish_reason": finish}])


@pytest.mark.parametrize(
    ("body", "text", "cut"),
    [
        (choice({"content": None}), "", False),
        (choice({"content": None}, "length"), "", True),
        (choice({"content": '{"a'}, "length"), '{"a', True),
        (choice({"content": None, "refusal": "I can not."}), "I can not.", False),
        (choice({"content": [{"type": "text", "text": "a"}, {"text": "b"}, 3]}), "ab", False),
        (choice("odd"), "", False),
        (choice({"content": 5}), "", False),
    ],
)
async def test_an_answer_without_words_still_counts(body: Json, text: str, cut: bool) -> None:
    async with client(answer(body)) as one:
        reply = await one.model.ask(PROMPT)
    assert (reply.text, reply.cut, reply.prompt_tokens) == (text, cut, 7)


@pytest.mark.parametrize(
    "usage",
    [None, "many", {}, {"prompt_tokens": -1}, {"prompt_tokens": "9"}, {"prompt_tokens": True},
     {"prompt_tokens": 10**30}, {"prompt_tokens": 1.5}],
)  # fmt: skip
async def test_an_odd_bill_reads_as_nothing(usage: Json) -> None:
    async with client(answer(completion(usage=usage, model=["x"]))) as one:
        reply = await one.model.ask(PROMPT)
    assert (reply.prompt_tokens, reply.completion_tokens) == (0, 0)
    assert reply.model == "asked-for"


@pytest.mark.parametrize(
    "words",
    [
        "Unknown field: response_format",
        "The provided JSON schema contains features not supported by the backend.",
        "Grammar error: Invalid type",
    ],
)
async def test_a_server_that_takes_no_schema_is_asked_without_from_then_on(
    words: str, caplog: pytest.LogCaptureFixture
) -> None:
    refusal = answer({"error": {"message": words}}, status=400)
    async with client(refusal, answer()) as one:
        first, second = await one.model.ask(PROMPT), await one.model.ask(PROMPT)

    assert (first.text, second.text) == ("hello", "hello")
    assert ["response_format" in one.served.body(n) for n in range(3)] == [True, False, False]
    assert one.clock.slept == []
    assert words in caplog.text


async def test_a_server_that_refuses_even_so_is_not_asked_for_ever() -> None:
    refusal = answer({"error": {"message": "response_format"}}, status=400)
    async with client(refusal) as one:
        with pytest.raises(ModelUnavailable, match="HTTP 400"):
            await one.model.ask(PROMPT)
    assert len(one.served.bodies) == 2


async def test_no_more_calls_than_agreed_are_under_way() -> None:
    under_way: list[int] = [0]
    most: list[int] = [0]

    async def counting(request: web.Request) -> web.StreamResponse:
        under_way[0] += 1
        most[0] = max(most[0], under_way[0])
        for _ in range(100):  # rounds of the loop in which others would arrive
            await asyncio.sleep(0)
        under_way[0] -= 1
        return web.json_response(completion())

    async with client(counting, concurrency=3) as one:
        other = OpenAICompatible(one.served.url, "other", concurrency=3)
        asked = [model.ask(PROMPT) for model in (one.model, other) for _ in range(10)]
        await asyncio.gather(*asked)
        await other.aclose()
    assert most == [3]
    assert len(one.served.bodies) == 20


async def test_a_client_can_be_closed_twice_and_used_again() -> None:
    async with client(answer()) as one:
        await one.model.ask(PROMPT)
        await one.model.aclose()
        await one.model.aclose()
        assert (await one.model.ask(PROMPT)).text == "hello"


@pytest.mark.parametrize(
    ("base", "path"),
    [
        ("", "/v1/chat/completions"),
        ("v1", "/v1/chat/completions"),
        ("v1/", "/v1/chat/completions"),
        ("v1/chat/completions", "/v1/chat/completions"),
        ("proxy/openai", "/proxy/openai/chat/completions"),
        ("proxy/v1?version=2", "/proxy/v1/chat/completions?version=2"),
    ],
)
async def test_the_address_may_be_given_in_any_usual_form(base: str, path: str) -> None:
    async with serving(answer()) as served, OpenAICompatible(served.url + base, "m") as model:
        await model.ask(PROMPT)
    assert served.paths == [path]
    assert "Authorization" not in served.headers[0]


@pytest.mark.parametrize(
    "make",
    [
        lambda: OpenAICompatible("localhost:8000", "m"),
        lambda: OpenAICompatible("ftp://host", "m"),
        lambda: OpenAICompatible("http://", "m"),
        lambda: OpenAICompatible("http://host:99999", "m"),
        lambda: OpenAICompatible("http://[", "m"),
        lambda: OpenAICompatible("http://a..b", "m"),
        lambda: OpenAICompatible(f"http://{'a' * 70}.com", "m"),
        lambda: OpenAICompatible("http://a\0b", "m"),
        lambda: OpenAICompatible(f"http://me:{KEY}@host", "m"),
        lambda: OpenAICompatible("http://host", "m", "a\nb"),
        lambda: OpenAICompatible("http://host", "m", concurrency=0),
        lambda: OpenAICompatible("http://host", "m", retries=-1),
        lambda: OpenAICompatible("http://host", "m", timeout=0),
    ],
)
def test_what_cannot_work_is_refused_at_once(make: Callable[[], OpenAICompatible]) -> None:
    with pytest.raises(Misconfigured) as refused:
        make()
    assert KEY not in str(refused.value)


async def test_an_error_never_shows_the_query() -> None:
    async with serving(answer(status=404)) as served:
        model = OpenAICompatible(f"{served.url}v1?api-key={KEY}", "m")
        with pytest.raises(ModelUnavailable) as refused:
            await model.ask(PROMPT)
        await model.aclose()
    assert KEY not in str(refused.value)


def image(name: str, position: int = 0, media_type: str = "image/png") -> Image:
    shown = replace(screen(name), media_type=media_type)
    return Image(position=position, screen=shown, read=lambda: read(shown))
