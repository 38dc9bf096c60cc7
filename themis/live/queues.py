"""WebSockets that say that something in a queue changed: somebody took, decided, settled."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from typing import cast

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.contrib.auth.models import AnonymousUser

from themis.accounts import queries as accounts
from themis.accounts.models import Right, User
from themis.live.consumers import REFUSED
from themis.pipeline import progress
from themis.reviews import queries

SOONEST = progress.QUIET  # seconds from a hint to when it is passed on
LATEST = 8.0  # what one decides oneself, the page shows at once without a hint


class WatchQueue(AsyncJsonWebsocketConsumer):
    """Passes hints on, which name the queue and nothing else; nothing is taken from the browser.

    Where fifty people review, each decision of one would have the others' pages look again at the
    same moment. A hint waits for a while, by chance, and stands for those that come meanwhile.
    """

    group: str | None = None
    waiting: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        """Accept who manages queues, and who may review in this one."""
        if not await self._may_watch():
            await self.close(code=REFUSED)
            return
        self.group = progress.group_of_queue(self._queue_id)
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:  # noqa: ARG002  Channels names it
        """Leave the group."""
        if self.waiting is not None:
            self.waiting.cancel()
        if self.group is not None:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(
        self,
        text_data: str | None = None,
        bytes_data: bytes | None = None,
        **_kwargs: object,
    ) -> None:
        """Words from the browser mean nothing here."""

    async def reviewed(self, message: dict[str, str]) -> None:
        """Something in the queue is not as it was."""
        if self.waiting is None:
            self.waiting = asyncio.create_task(self._pass_on(message))

    async def _pass_on(self, message: dict[str, str]) -> None:
        """Tell the page in a while; who has lost their role meanwhile is told no more."""
        await asyncio.sleep(random.uniform(SOONEST, LATEST))  # noqa: S311  not a secret
        self.waiting = None
        if await self._may_watch():
            with suppress(OSError):  # the page went while the hint waited
                await self.send_json({"changed": message["queue"]})
        else:
            await self.close(code=REFUSED)

    @property
    def _queue_id(self) -> int:
        return int(self.scope["url_route"]["kwargs"]["queue"])

    async def _may_watch(self) -> bool:
        user = cast("User | AnonymousUser", self.scope["user"])
        return bool(await database_sync_to_async(_may_watch)(user, self._queue_id))


def _may_watch(user: User | AnonymousUser, queue_id: int) -> bool:
    membership = accounts.membership_of(user) if isinstance(user, User) else None
    if membership is None:
        return False
    queue = queries.queue(membership.team, queue_id)
    if queue is None:
        return False
    if Right.MANAGE in membership.rights:
        return True
    return Right.REVIEW in membership.rights and queries.is_open_to(membership.user, queue)
