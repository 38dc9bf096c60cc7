"""Questions that do not wait for each other, and what a failure waits for."""

from __future__ import annotations

import asyncio

import pytest

from themis.critic.examination.together import together
from themis.domain.errors import ModelUnavailable, UnreadableReply


async def test_answers_come_in_the_order_of_the_questions() -> None:
    turns = {"a": 3, "b": 0, "c": 1}

    async def ask(name: str) -> str:
        for _ in range(turns[name]):
            await asyncio.sleep(0)
        return name.upper()

    assert await together(ask, turns) == ["A", "B", "C"]


async def test_a_failure_waits_for_its_siblings_and_the_first_is_raised() -> None:
    ended: list[int] = []

    async def ask(number: int) -> int:
        if number == 2:
            raise ModelUnavailable("two")
        for _ in range(5):
            await asyncio.sleep(0)
        ended.append(number)
        if number == 1:
            raise UnreadableReply("one")
        return number

    with pytest.raises(UnreadableReply, match="one"):
        await together(ask, (0, 1, 2, 3))
    assert ended == [0, 1, 3]


async def test_any_other_error_is_raised_by_its_name() -> None:
    async def ask(number: int) -> int:
        if number:
            raise ZeroDivisionError
        await asyncio.sleep(3600)
        return number

    with pytest.raises(ZeroDivisionError):
        await together(ask, (0, 1))


async def test_no_question_has_no_answer() -> None:
    async def ask(number: int) -> int:
        return number

    assert await together(ask, ()) == []
