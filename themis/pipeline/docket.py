"""The critic's docket, kept in the database."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from django.utils import timezone

from themis.critic.contract import Turn
from themis.domain.evidence import Round
from themis.pipeline.clerk import Clerk
from themis.verdicts import queries, services
from themis.verdicts.models import Verdict
from themis.verdicts.services import Entry

SOON = 0.1  # seconds in which several changes are told as one


@dataclass(frozen=True, slots=True)
class _Earlier:
    """What was recorded before this attempt, and verdicts whose turns count, too."""

    turns: dict[str, Turn]
    lenders: list[int]


class DatabaseDocket:
    """Turns and rounds of one verdict. Close it at the end.

    What was recorded before this attempt is read once; nothing, where the verdict is new. Chains
    are published and `changed` is told soon after, once for all that changed meanwhile.
    """

    def __init__(
        self, verdict: Verdict, *, clerk: Clerk, changed: Callable[[], Awaitable[None]]
    ) -> None:
        self._verdict = verdict
        self._clerk = clerk
        self._changed = changed
        self._earlier: _Earlier | None = None
        self._rounds: tuple[Round, ...] | None = None  # still to be shown
        self._telling: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()
        self._news = False
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long the verdict has been worked at, earlier attempts that died included."""
        return self._verdict.seconds + time.monotonic() - self._started

    async def recall(self, key: str, prompt_hash: str) -> Turn | None:
        """The recorded turn of that key, if its prompt was the same.

        What was asked of the same run while it was still going on counts, too.
        """
        earlier = self._earlier
        if earlier is None:
            read: _Earlier = await self._clerk.do(self._opened)
            self._earlier = earlier = read
        turn = earlier.turns.get(key)
        if turn is not None and turn.prompt_hash == prompt_hash:
            return turn
        if not earlier.lenders:
            return None
        return await self._clerk.do(partial(self._borrowed, earlier.lenders, key, prompt_hash))

    def _opened(self) -> _Earlier:
        turns = queries.turns(self._verdict) if self._verdict.n_turns else []
        lenders = queries.lenders(self._verdict)
        return _Earlier({turn.key: turn for turn in turns}, lenders)

    def _borrowed(self, lenders: list[int], key: str, prompt_hash: str) -> Turn | None:
        turn = queries.lent(lenders, key, prompt_hash)
        if turn is not None:
            services.borrow_turn(verdict=self._verdict, turn=turn, at=timezone.now())
        return turn

    async def record(self, turn: Turn) -> None:
        """Keep a turn that ended; returns once it is safe from a crash."""
        entry = Entry(verdict=self._verdict, turn=turn, seconds=self.seconds, at=timezone.now())
        await self._clerk.record(entry)
        self._tell_soon()

    async def show(self, rounds: tuple[Round, ...]) -> None:
        """Publish the chain so far; of states in quick succession, the last one."""
        self._rounds = rounds
        self._tell_soon()

    async def close(self) -> None:
        """Publish and tell what still has to be, now; raises what keeps it from being published."""
        self._closing.set()
        if self._telling is not None:
            await self._telling

    def _tell_soon(self) -> None:
        self._news = True
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        while self._news:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), SOON)
            self._news = False
            rounds, self._rounds = self._rounds, None
            if rounds is not None:
                publish = partial(services.publish, verdict=self._verdict, rounds=rounds)
                await self._clerk.do(publish)
            await self._changed()
