"""What some servers offer beyond a plain answer: odds, names of pictures, cached tokens, a bill."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiohttp import web

from tests.critic.cases import read, screen
from tests.critic.models.clients import PROMPT
from tests.critic.servers import Served, answer, completion, serving
from themis.critic.contract import Image, Prompt, Text, View
from themis.critic.models import line
from themis.critic.models.openai_compatible import OpenAICompatible
from themis.critic.models.pricing import Prices, parsed
from themis.domain.errors import Misconfigured, ModelUnavailable
from themis.domain.jsontypes import Json

SCHEMA: dict[str, Json] = {"properties": {"outcome": {"enum": ["passed", "failed"]}}}
WEIGHED = replace(PROMPT, schema=SCHEMA, weighed="outcome")
TEXT = '{"outcome": "passed"}'
ODDS: list[Json] = [
    {
        "token": written,
        "logprob": -0.1,
        "top_logprobs": [{"token": other, "logprob": -0.1}, {"token": "x", "logprob": -3.0}],
    }
    for written, other in (('{"outcome": "', "y"), ("passed", "failed"), ('"}', "y"))
]


def choice(**changes: Json) -> dict[str, Json]:
    return completion(choices=[{"message": {"content": TEXT}, "finish_reason": "stop", **changes}])


def seen(name: str = "a", view: View | None = None) -> Prompt:
    shown = screen(name)
    picture = Image(position=0, screen=shown, read=lambda: read(shown), view=view)
    return replace(PROMPT, parts=(picture, Text(text="?")))


def uuids(served: Served, number: int = -1) -> list[Json]:
    messages = served.body(number)["messages"]
    assert isinstance(messages, list)
    user = messages[1]
    assert isinstance(user, dict)
    content = user["content"]
    assert isinstance(content, list)
    return [part.get("uuid") for part in content if isinstance(part, dict)]


async def test_odds_are_asked_for_only_where_they_are_wanted() -> None:
    odds = answer(choice(logprobs={"content": ODDS}))
    async with serving(odds) as served, OpenAICompatible(served.url, "m") as model:
        plain, weighed = await model.ask(PROMPT), await model.ask(WEIGHED)
    assert "logprobs" not in served.body(0)
    assert (served.body(1)["logprobs"], served.body(1)["top_logprobs"]) == (True, 10)
    assert served.body(0)["stream"] is False
    assert plain.chances is None
    assert weighed.chances == {"passed": 0.5, "failed": 0.5}


@pytest.mark.parametrize("odds", [None, {}, [], {"content": None}, {"content": [None]}, "odd"])
async def test_an_answer_without_usable_odds_is_an_answer(odds: Json) -> None:
    handler = answer(choice(logprobs=odds))
    async with serving(handler) as served, OpenAICompatible(served.url, "m") as model:
        reply = await model.ask(WEIGHED)
    assert (reply.text, reply.chances) == (TEXT, None)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "Unsupported parameter: 'logprobs'"),
        (403, "You are not allowed to request logprobs from this model"),
        (422, "top_logprobs: extra fields not permitted"),
        (400, "Requested sample logprobs of 10, which is greater than max allowed: 5"),
    ],
)
async def test_a_server_that_refuses_odds_is_asked_without_from_then_on(
    status: int, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    refusal = answer({"error": {"message": words}}, status=status)
    async with serving(refusal, answer()) as served, OpenAICompatible(served.url, "m") as model:
        await model.ask(WEIGHED)
        await model.ask(WEIGHED)
    assert ["logprobs" in served.body(n) for n in range(3)] == [True, False, False]
    assert all("response_format" in served.body(n) for n in range(3))
    assert words in caplog.text


async def test_a_server_that_takes_neither_schema_nor_odds_is_asked_for_words() -> None:
    refusals = [
        answer({"error": {"message": words}}, status=400) for words in ("logprobs", "json_schema")
    ]
    async with serving(*refusals, answer()) as served, OpenAICompatible(served.url, "m") as model:
        await model.ask(WEIGHED)
    assert len(served.bodies) == 3
    assert not {"logprobs", "response_format"} & set(served.body(2))


async def test_a_refusal_of_odds_that_nobody_asked_for_is_final() -> None:
    refusal = answer({"error": {"message": "logprobs"}}, status=400)
    async with serving(refusal) as served, OpenAICompatible(served.url, "m") as model:
        with pytest.raises(ModelUnavailable, match="HTTP 400: logprobs"):
            await model.ask(PROMPT)
    assert len(served.bodies) == 1


async def test_an_answer_with_odds_may_be_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "MAX_ANSWER_BYTES", 50)
    handler = answer(choice(logprobs={"content": ODDS}))
    async with serving(handler) as served, OpenAICompatible(served.url, "m") as model:
        assert (await model.ask(WEIGHED)).chances is not None
        with pytest.raises(ModelUnavailable, match="more than 50 bytes"):
            await model.ask(PROMPT)


async def test_vllm_is_told_the_names_of_pictures() -> None:
    async with serving(answer()) as served, OpenAICompatible(served.url, "m", "sk-1") as model:
        served.owner = "vllm"
        await model.ask(PROMPT)
        assert served.models == []
        crop = View(recipe="crop 1,2,3,4", width=3, height=4)
        await asyncio.gather(*(model.ask(seen("a", view)) for view in (None, None, crop)))
        await model.ask(seen("b"))
        (asked,) = served.models
        assert (asked.path, asked.headers["Authorization"]) == ("/v1/models", "Bearer sk-1")
    names = [uuids(served, number)[0] for number in range(1, 5)]
    assert screen("a").digest in names
    assert len(set(names)) == 3
    assert uuids(served)[1] is None


async def test_a_name_beside_a_picture_is_good_json() -> None:
    async with serving(answer()) as served:
        async with OpenAICompatible(served.url, "m", image_ids=True) as named:
            await named.ask(seen())
        async with OpenAICompatible(served.url, "m", image_ids=False) as plain:
            await plain.ask(seen())
    assert served.models == []
    assert uuids(served, 0) == [screen("a").digest, None]
    name = f', "uuid": "{screen("a").digest}"'.encode()
    assert served.bodies[0].replace(name, b"") == served.bodies[1]


@pytest.mark.parametrize("owner", ["", "system", "sglang"])
async def test_other_servers_are_asked_once_and_told_nothing(owner: str) -> None:
    async with serving(answer()) as served, OpenAICompatible(served.url, "m") as model:
        served.owner = owner
        await model.ask(seen())
        await model.ask(seen())
        assert len(served.models) == 1
    assert uuids(served) == [None, None]


@asynccontextmanager
async def listing(listed: str, port: int = 0) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server whose list of models says this; its port, and the bodies it got."""
    bodies: list[bytes] = []

    async def models(request: web.Request) -> web.StreamResponse:
        return web.Response(text=listed)

    async def chat(request: web.Request) -> web.StreamResponse:
        bodies.append(await request.read())
        return web.json_response(completion())

    app = web.Application()
    app.router.add_get("/v1/models", models)
    app.router.add_post("/v1/chat/completions", chat)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield runner.addresses[0][1], bodies
    await runner.cleanup()


@pytest.mark.parametrize("listed", ["<html>", "[]", '{"data": 3}', '{"data": [3]}', "[" * 100_000])
async def test_an_odd_list_of_models_means_no(listed: str) -> None:
    async with (
        listing(listed) as (port, bodies),
        OpenAICompatible(f"http://127.0.0.1:{port}", "m") as model,
    ):
        assert (await model.ask(seen())).text == "hello"
    assert b"uuid" not in bodies[0]


async def test_a_server_that_was_not_there_is_asked_whose_it_is_when_it_is() -> None:
    listed = '{"data": [{"owned_by": "vllm"}]}'
    async with listing(listed) as (port, _):
        pass
    async with OpenAICompatible(f"http://127.0.0.1:{port}", "m", retries=0) as model:
        with pytest.raises(ModelUnavailable):
            await model.ask(seen())
        async with listing(listed, port) as (_, bodies):
            await model.ask(seen())
    assert b"uuid" in bodies[0]


@pytest.mark.parametrize(
    ("details", "cached"),
    [
        ({"cached_tokens": 5}, 5),
        ({"cached_tokens": 50}, 7),
        ({"cached_tokens": -1}, 0),
        ({"cached_tokens": "5"}, 0),
        (None, 0),
        ([], 0),
    ],
)
async def test_cached_tokens_are_read_with_suspicion(details: Json, cached: int) -> None:
    usage: Json = {
        "prompt_tokens": 7,
        "completion_tokens": 3,
        "prompt_tokens_details": details,
    }
    handler = answer(completion(usage=usage))
    prices = Prices(read=1.0, cached=0.5, written=10.0)
    async with (
        serving(handler) as served,
        OpenAICompatible(served.url, "m", prices=prices) as model,
        OpenAICompatible(served.url, "m") as unpriced,
    ):
        reply, free = await model.ask(PROMPT), await unpriced.ask(PROMPT)
    assert (reply.prompt_tokens, reply.cached_tokens) == (7, cached)
    assert reply.price == pytest.approx(((7 - cached) + cached * 0.5 + 30) / 1e6)
    assert free.price is None


def test_cached_tokens_cost_what_others_do_unless_they_have_a_price() -> None:
    assert Prices(read=2.0, written=4.0).of(1_000_000, 400_000, 500_000) == 4.0
    assert Prices(read=2.0, cached=0.0, written=4.0).of(1_000_000, 400_000, 0) == 1.2


def test_a_bill_that_was_never_sent_has_no_price() -> None:
    assert Prices(read=2.0, written=4.0).of(0, 0, 0) is None


def test_prices_are_read_from_a_variable() -> None:
    assert parsed("", variable="V") is None
    assert parsed("read=0.2, cached=0.05,written=1", variable="V") == Prices(
        read=0.2, cached=0.05, written=1.0
    )
    assert parsed("written=1,read=0", variable="V") == Prices(read=0.0, written=1.0)


@pytest.mark.parametrize(
    "text", ["1", "read=1", "read=1,written=-1", "read=1,written=1,read=2", "read=1,written=1,x=1",
             "read=1,written=nan", "read=1,,written=1"],
)  # fmt: skip
def test_prices_that_cannot_be_read_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(Misconfigured, match=r"V: .*read=0\.2,cached=0\.05,written=0\.6"):
        parsed(text, variable="V")
