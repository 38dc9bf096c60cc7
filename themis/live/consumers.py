"""WebSockets that say "look again": to one trajectory's page, or to a team's lists."""

from __future__ import annotations

from typing import cast

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.contrib.auth.models import AnonymousUser

from themis.accounts import queries as accounts
from themis.accounts.models import Right, Role, Team, User
from themis.pipeline import progress
from themis.reviews import blindness
from themis.trajectories import queries as trajectories

REFUSED = 4403  # the browser need not try again


class Watch(AsyncJsonWebsocketConsumer):
    """Passes hints on; nothing is taken from the browser.

    Before each hint it is asked again whether the person may see what is watched: somebody may have
    sat down in a blind queue, or lost their role, since the page was opened. A hint makes the page
    look again, which costs far more than the question.
    """

    group: str | None = None

    async def connect(self) -> None:
        """Accept people who may see what is watched."""
        route = self.scope["url_route"]["kwargs"]
        user = cast("User | AnonymousUser", self.scope["user"])
        self.group = await database_sync_to_async(_group)(user, route.get("pk"))
        if self.group is None:
            await self.close(code=REFUSED)
            return
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:  # noqa: ARG002  Channels names it
        """Leave the group."""
        if self.group is not None:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(
        self,
        text_data: str | None = None,
        bytes_data: bytes | None = None,
        **_kwargs: object,
    ) -> None:
        """Words from the browser mean nothing here."""

    async def changed(self, message: dict[str, str]) -> None:
        """One trajectory is not as it was."""
        await self._tell(message["trajectory"])

    async def uploaded(self, message: dict[str, str]) -> None:
        """One upload went on."""
        await self._tell(message["upload"])

    async def measured(self, message: dict[str, str]) -> None:
        """Work on measurements went on."""
        await self._tell(message["measuring"])

    async def paid(self, message: dict[str, str]) -> None:
        """A reward that an RL job asked for moved."""
        await self._tell(f"job-{message['job']}")

    async def _tell(self, changed: str) -> None:
        user = cast("User | AnonymousUser", self.scope["user"])
        if await database_sync_to_async(_team_seen_by)(user) is None:
            await self.close(code=REFUSED)
        else:
            await self.send_json({"changed": changed})


def _group(user: User | AnonymousUser, pk: str | None) -> str | None:
    team = _team_seen_by(user)
    if team is None:
        return None
    if pk is None:
        return progress.group_of_team(team.pk)
    may_see = trajectories.of_team(team).filter(pk=pk).exists()
    return progress.group_of_trajectory(pk) if may_see else None


def _team_seen_by(user: User | AnonymousUser) -> Team | None:
    """The team whose runs and verdicts somebody may see at this moment."""
    membership = accounts.membership_of(user) if isinstance(user, User) else None
    if membership is None or Right.SEE not in membership.rights:
        return None
    role = Role(membership.role)
    is_closed = blindness.closed_to(membership.user, membership.team, role) is not None
    return None if is_closed else membership.team
