"""WebSockets that say that messages to a team's webhooks went on."""

from __future__ import annotations

from typing import cast

from channels.db import database_sync_to_async
from django.contrib.auth.models import AnonymousUser

from themis.accounts import queries as accounts
from themis.accounts.models import Right, Team, User
from themis.live.consumers import REFUSED, Watch
from themis.pipeline import progress


class WatchDeliveries(Watch):
    """Passes hints on to who may set webhooks up."""

    async def connect(self) -> None:
        """Accept people who may open the page."""
        team = await self._team()
        if team is None:
            await self.close(code=REFUSED)
            return
        self.group = progress.group_of_deliveries(team.pk)
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def delivered(self, message: dict[str, str]) -> None:  # noqa: ARG002  Channels names it
        """Messages were tried."""
        if await self._team() is None:
            await self.close(code=REFUSED)
        else:
            await self.send_json({"delivered": True})

    async def _team(self) -> Team | None:
        user = cast("User | AnonymousUser", self.scope["user"])
        return await database_sync_to_async(_team_set_up_by)(user)


def _team_set_up_by(user: User | AnonymousUser) -> Team | None:
    membership = accounts.membership_of(user) if isinstance(user, User) else None
    if membership is None or Right.CONFIGURE not in membership.rights:
        return None
    return membership.team
