"""The scripted model keeps to its script."""

from __future__ import annotations

import asyncio

import pytest

from themis.critic.contract import Prompt, Reply, Text
from themis.critic.models.scripted import Scripted
from themis.domain.errors import ModelUnavailable


def prompt(role: str) -> Prompt:
    return Prompt(system="s", parts=(Text(text="12345678"),), schema_name=role, schema={})


async def said(model: Scripted, role: str = "judge") -> str:
    return (await model.ask(prompt(role))).text


async def test_lines_come_in_turn_and_the_last_one_stays() -> None:
    model = Scripted(["a", {"b": 1}])
    assert [await said(model) for _ in range(3)] == ["a", '{"b": 1}', '{"b": 1}']


async def test_each_role_has_its_own_lines() -> None:
    model = Scripted.by_role(judge=["a", "b"], reviewer=lambda asked: asked.schema_name)
    assert [await said(model), await said(model, "reviewer"), await said(model)] == [
        "a",
        "reviewer",
        "b",
    ]
    assert (model.asked("judge"), model.asked("reviewer")) == (2, 1)
    with pytest.raises(ModelUnavailable, match="no selector here"):
        await said(model, "selector")


async def test_a_slow_model_waits_for_its_gate() -> None:
    gate = asyncio.Event()
    asked = asyncio.create_task(said(Scripted("a").slow(gate)))
    await asyncio.sleep(0)
    assert not asked.done()
    gate.set()
    assert await asked == "a"


async def test_a_reply_is_passed_on_as_it_is_and_words_are_counted() -> None:
    costly = Reply(text="a", model="m", prompt_tokens=5)
    assert await Scripted(costly).ask(prompt("judge")) == costly
    assert (await Scripted("abcd").ask(prompt("judge"))).prompt_tokens == 2
    with pytest.raises(ModelUnavailable, match="tired"):
        await said(Scripted.unavailable("tired"))
