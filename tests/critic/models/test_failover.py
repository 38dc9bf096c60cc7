"""Several endpoints behind one name: who is asked, who stands in, and what is told in the end."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from aiohttp import web

from tests.critic.cases import screen
from tests.critic.models.clients import PROMPT, Stand, gated, gathered, standing
from tests.critic.servers import Handler, answer, completion
from themis.critic.contract import Image, Prompt, Text
from themis.critic.models.failover import Failover
from themis.critic.models.openai_compatible import OpenAICompatible
from themis.critic.models.roster import Roster
from themis.domain.errors import CriticFailed, Misconfigured, ModelUnavailable

DOWN = answer({"error": {"message": "down"}}, status=500)
UP = answer()


def failover(stand: Stand, retries: int = 2) -> Failover:
    return Failover(stand.endpoints, retries=retries, patience=stand.clock.patience())


def about(case: str) -> Prompt:
    return replace(PROMPT, parts=(Text(text=case),))


async def test_a_call_that_failed_on_one_goes_to_the_next_without_a_pause() -> None:
    async with standing(DOWN, UP) as stand:
        reply = await failover(stand).ask(PROMPT)
    assert reply.text == "hello"
    assert stand.asked() == [1, 1]
    assert stand.clock.slept == []


async def test_endpoints_are_turned_to_in_their_order() -> None:
    turned: list[str] = []

    def noting(name: str, status: int) -> Handler:
        async def handler(request: web.Request) -> web.StreamResponse:
            turned.append(name)
            return web.json_response(completion(), status=status)

        return handler

    async with standing(noting("a", 500), noting("b", 503), noting("c", 200)) as stand:
        await failover(stand).ask(PROMPT)
    assert turned == ["a", "b", "c"]


async def test_one_that_goes_on_failing_is_left_and_comes_back_by_a_probe() -> None:
    down = [True]

    async def first(request: web.Request) -> web.StreamResponse:
        return web.json_response(completion(), status=500 if down[0] else 200)

    async with standing(first, UP) as stand:
        model = failover(stand)
        for number in range(5):
            await model.ask(about(str(number)))
        assert stand.asked() == [2, 5]
        down[0] = False
        stand.clock.now += 30.0
        await model.ask(about("later"))
        assert stand.asked() == [3, 5]


async def test_when_all_fail_every_cause_is_told_and_tries_are_bounded() -> None:
    refusal = answer({"error": {"message": "no such model"}}, status=404)
    async with standing(DOWN, refusal, failures=9) as stand:
        with pytest.raises(ModelUnavailable) as failed:
            await failover(stand).ask(PROMPT)
    told = str(failed.value)
    assert "none of 2 endpoints answered" in told
    assert "HTTP 500: down (3 tries)" in told
    assert "HTTP 404: no such model" in told
    assert all(each.shown in told for each in stand.endpoints)
    assert stand.asked() == [3, 1]
    assert stand.clock.slept == [0.75, 1.5]


async def test_the_shortest_pause_that_a_server_asks_for_is_made() -> None:
    busy = [answer("busy", status=429, headers={"Retry-After": each}) for each in ("9", "4")]
    async with standing(*busy) as stand:
        with pytest.raises(ModelUnavailable):
            await failover(stand, retries=1).ask(PROMPT)
    assert stand.clock.slept == [4.0]


async def test_servers_that_are_busy_are_not_left() -> None:
    async with standing(answer("busy", status=429)) as stand:
        with pytest.raises(ModelUnavailable, match=r"\(3 tries\)"):
            await failover(stand).ask(PROMPT)
        assert not stand.endpoints[0].breaker.is_open


async def test_a_question_that_is_refused_says_nothing_about_the_server() -> None:
    async with standing(answer("too long", status=400)) as stand:
        for _ in range(5):
            with pytest.raises(ModelUnavailable, match="HTTP 400"):
                await failover(stand).ask(PROMPT)
        assert not stand.endpoints[0].breaker.is_open


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_a_server_that_would_refuse_any_question_is_left(status: int) -> None:
    async with standing(answer("no", status=status), UP) as stand:
        for number in range(4):
            await failover(stand).ask(about(str(number)))
    assert stand.asked() == [2, 4]


async def test_a_picture_that_cannot_be_read_is_nobodys_fault() -> None:
    def gone() -> bytes:
        raise FileNotFoundError("no such blob")

    picture = Image(position=0, screen=screen("a"), read=gone)
    async with standing(UP, UP) as stand:
        for _ in range(4):
            with pytest.raises(CriticFailed, match="screen 1"):
                await failover(stand).ask(replace(PROMPT, parts=(picture,)))
        assert stand.asked() == [0, 0]
        assert not any(each.breaker.is_open for each in stand.endpoints)


async def test_an_open_circuit_fails_fast_and_says_who_and_when() -> None:
    async with standing(DOWN, retries=1) as stand:
        model = failover(stand)
        with pytest.raises(ModelUnavailable):
            await model.ask(PROMPT)
        stand.clock.slept.clear()
        with pytest.raises(ModelUnavailable) as failed:
            await model.ask(PROMPT)
    assert stand.asked() == [2]
    assert stand.clock.slept == []
    told = str(failed.value)
    assert told.startswith(stand.endpoints[0].shown)
    assert "tried again at 12:00:30 UTC" in told
    assert "HTTP 500: down" in told


async def test_only_one_call_probes() -> None:
    gate = asyncio.Event()
    async with standing(gated(gate)) as stand:
        (endpoint,) = stand.endpoints
        endpoint.breaker.failed("one")
        endpoint.breaker.failed("two")
        stand.clock.now += 30.0
        calls = [asyncio.create_task(endpoint.ask(PROMPT)) for _ in range(6)]
        done, pending = await asyncio.wait(calls, return_when=asyncio.FIRST_EXCEPTION)
        while len(pending) > 1:
            done, pending = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
            done, pending = {c for c in calls if c.done()}, {c for c in calls if not c.done()}
        gate.set()
        (probe,) = pending
        assert (await probe).text == "hello"
        assert all(isinstance(each.exception(), ModelUnavailable) for each in done)
        assert stand.asked() == [1]
        assert (await endpoint.ask(PROMPT)).text == "hello"


async def test_a_probe_that_is_cancelled_makes_room_for_another() -> None:
    gate = asyncio.Event()
    reached = asyncio.Event()

    async def waits(request: web.Request) -> web.StreamResponse:
        reached.set()
        await gate.wait()
        return web.json_response(completion())

    async with standing(waits) as stand:
        (endpoint,) = stand.endpoints
        endpoint.breaker.failed("one")
        endpoint.breaker.failed("two")
        stand.clock.now += 30.0
        probe = asyncio.create_task(endpoint.ask(PROMPT))
        await reached.wait()
        probe.cancel()
        with pytest.raises(asyncio.CancelledError):
            await probe
        gate.set()
        assert (await endpoint.ask(PROMPT)).text == "hello"


async def test_calls_are_spread_by_the_room_there_is() -> None:
    together = gathered(8)
    async with standing(together, together, concurrency=4) as stand:
        model = failover(stand)
        async with asyncio.TaskGroup() as group:
            for number in range(8):
                group.create_task(model.ask(about(f"case {number}")))
    assert stand.asked() == [4, 4]


async def test_questions_that_begin_alike_go_to_one_server_while_it_has_room() -> None:
    async with standing(UP, UP, UP) as stand:
        model = failover(stand)
        await model.ask(about("another"))
        for _ in range(4):
            await model.ask(about("the same"))
        assert stand.asked() == [5, 0, 0]
        stand.endpoints[0].breaker.failed("one")
        stand.endpoints[0].breaker.failed("two")
        for _ in range(4):
            await model.ask(about("the same"))
        assert stand.asked() == [5, 4, 0]


async def test_many_questions_that_begin_alike_go_to_others_before_one_is_full() -> None:
    together = gathered(8)
    async with standing(together, together, concurrency=6) as stand:
        model = failover(stand)
        async with asyncio.TaskGroup() as group:
            for _ in range(8):
                group.create_task(model.ask(PROMPT))
    assert min(stand.asked()) >= 3


async def test_whoever_waits_at_the_door_is_let_in_when_a_probe_is_due() -> None:
    async with standing(UP, UP) as stand:
        model = failover(stand)
        await model.ready()
        assert stand.clock.slept == []
        for endpoint in stand.endpoints:
            endpoint.breaker.failed("one")
            endpoint.breaker.failed("two")
        stand.endpoints[0].breaker.passed()
        await model.ready()
        assert stand.clock.slept == []
        stand.endpoints[0].breaker.failed("one")
        stand.endpoints[0].breaker.failed("two")
        await model.ready()
        assert stand.clock.slept == [30.0]


async def test_a_question_goes_to_the_model_that_it_names() -> None:
    async with standing(UP, UP) as stand:
        roster = Roster({name: Failover([each]) for name, each in
                         zip(("", "judge"), stand.endpoints, strict=True)})  # fmt: skip
        await roster.ask(PROMPT)
        await roster.ask(replace(PROMPT, model="judge"))
        await roster.ask(replace(PROMPT, model="judge"))
    assert stand.asked() == [1, 2]
    assert roster.name == "m0"
    assert stand.served[1].body()["model"] == "m1"


async def test_a_name_that_nobody_has_is_told_with_those_that_are() -> None:
    one = Failover([OpenAICompatible("http://a", "qwen3-vl")])
    roster = Roster({"": one, "judge": one, "eyes": one})
    with pytest.raises(Misconfigured, match=r"'jugde'; there are: eyes, judge"):
        await roster.ask(replace(PROMPT, model="jugde"))
    with pytest.raises(Misconfigured, match="none has a name"):
        Roster({"": one}).image_tokens(10, 10, model="x")
    with pytest.raises(Misconfigured, match="no model is asked by default"):
        await Roster({"judge": one}).ask(PROMPT)


def test_pictures_are_counted_as_the_named_model_counts() -> None:
    qwen = Failover([OpenAICompatible("http://a", "qwen3-vl")])
    gpt = Failover([OpenAICompatible("http://a", "gpt-4o")])
    roster = Roster({"": qwen, "judge": gpt})
    assert roster.image_tokens(1920, 1080) == qwen.image_tokens(1920, 1080)
    assert roster.image_tokens(1920, 1080, model="judge") == gpt.image_tokens(1920, 1080)
    assert qwen.image_tokens(1920, 1080) != gpt.image_tokens(1920, 1080)
