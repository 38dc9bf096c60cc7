"""One person's WebSocket: "look again at your notices"."""

from __future__ import annotations

from typing import cast

from channels.db import database_sync_to_async
from django.contrib.auth.models import AnonymousUser

from themis.accounts import queries as accounts
from themis.accounts.models import User
from themis.live.consumers import REFUSED, Watch
from themis.pipeline import progress


class Me(Watch):
    """Passes on that somebody's notices changed, to them alone."""

    async def connect(self) -> None:
        """Accept people of a team, each to a group of their own."""
        user = cast("User | AnonymousUser", self.scope["user"])
        is_member = isinstance(user, User) and await database_sync_to_async(_is_member)(user)
        if not is_member or user.pk is None:
            await self.close(code=REFUSED)
            return
        self.group = progress.group_of_person(user.pk)
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def noticed(self, message: dict[str, str]) -> None:  # noqa: ARG002  Channels names it
        """Notices came, or were read on another page."""
        await self.send_json({"noticed": True})


def _is_member(user: User) -> bool:
    return accounts.membership_of(user) is not None
