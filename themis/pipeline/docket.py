"""The critic's docket, kept in the database."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from channels.db import database_sync_to_async
from django.utils import timezone

from themis.critic.contract import Turn
from themis.domain.evidence import Round
from themis.verdicts import queries, services
from themis.verdicts.models import Verdict


class DatabaseDocket:
    """Turns and rounds of one verdict; tells `changed` after every write."""

    def __init__(self, verdict: Verdict, *, changed: Callable[[], Awaitable[None]]) -> None:
        self._verdict = verdict
        self._changed = changed
        self._lenders: list[int] | None = None
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long the verdict has been worked at, earlier attempts that died included."""
        return self._verdict.seconds + time.monotonic() - self._started

    async def recall(self, key: str, prompt_hash: str) -> Turn | None:
        """The recorded turn of that key, if its prompt was the same.

        What was asked of the same run while it was still going on counts, too.
        """
        turn = await database_sync_to_async(queries.recorded)(self._verdict, key)
        if turn and turn.prompt_hash == prompt_hash:
            return turn
        return await database_sync_to_async(self._borrowed)(key, prompt_hash)

    def _borrowed(self, key: str, prompt_hash: str) -> Turn | None:
        if self._lenders is None:
            self._lenders = queries.lenders(self._verdict)
        turn = queries.lent(self._lenders, key, prompt_hash) if self._lenders else None
        if turn is not None:
            services.borrow_turn(verdict=self._verdict, turn=turn, at=timezone.now())
        return turn

    async def record(self, turn: Turn) -> None:
        """Keep a turn that ended."""
        await database_sync_to_async(services.record_turn)(
            verdict=self._verdict, turn=turn, seconds=self.seconds, at=timezone.now()
        )
        await self._changed()

    async def show(self, rounds: tuple[Round, ...]) -> None:
        """Publish the chain so far."""
        await database_sync_to_async(services.publish)(verdict=self._verdict, rounds=rounds)
        await self._changed()
