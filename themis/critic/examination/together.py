"""Questions that do not wait for each other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from themis.domain.errors import CriticFailed

Asked = TypeVar("Asked")
Answered = TypeVar("Answered")


async def together(
    ask: Callable[[Asked], Awaitable[Answered]], items: Iterable[Asked]
) -> list[Answered]:
    """The answers in the order of the items.

    A failure waits for its siblings: their calls are under way and paid for, and once they are
    recorded, a second attempt does not ask them again. Then the first one in order is raised.
    """

    async def settled(item: Asked) -> Answered | CriticFailed:
        try:
            return await ask(item)
        except CriticFailed as failure:
            return failure

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(settled(item)) for item in items]
    except BaseExceptionGroup as several:
        # Callers know errors by name, not by group.
        raise several.exceptions[0] from None
    answers = []
    for answer in (task.result() for task in tasks):
        if isinstance(answer, CriticFailed):
            raise answer
        answers.append(answer)
    return answers
