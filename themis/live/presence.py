"""Who else looks at a run: those who do say so to each other, over the channel layer alone.

Every socket tells its group now and then that its page is still there, and remembers when it last
heard of the others. Nothing is stored: a process that dies takes its people with it, and who falls
silent is gone. In a blind queue nobody learns who else reviews a run: a reviewer who has yet to
decide is told of nobody, and is shown only to those who adjudicate or manage.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from dataclasses import dataclass
from typing import cast

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.contrib.auth.models import AnonymousUser

from themis.accounts import queries as accounts
from themis.accounts.models import Right, Role, User
from themis.live.consumers import REFUSED
from themis.pipeline import progress
from themis.reviews import blindness, earshot
from themis.trajectories import queries as trajectories

BEAT = 4.0  # seconds between two questions whether the page is still there
SILENCE = 11.0  # without an answer for so long, it is gone
OVERSEEING = frozenset({Right.ADJUDICATE, Right.MANAGE})
MAX_WORDS = 64  # characters that a page has to say


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands to a run at this moment."""

    is_blind: bool  # has yet to decide on it in a blind queue
    hears: bool  # what others say of it
    oversees: bool  # sees who reviews it


@dataclass(slots=True)
class Seen:
    """Another page on the same run, as far as this one has heard."""

    user: int
    name: str
    is_hidden: bool  # a blind reviewer's
    at: float


class Presence(AsyncJsonWebsocketConsumer):
    """One page on one run."""

    group: str | None = None
    standing: Standing

    async def connect(self) -> None:
        """Accept people who may look at the run, and start to tell the others."""
        self.trajectory = self.scope["url_route"]["kwargs"]["pk"]
        self.user = cast("User | AnonymousUser", self.scope["user"])
        self.seen: dict[str, Seen] = {}
        self.shown: list[dict[str, str]] | None = None
        self.heard_at = time.monotonic()
        self.beating: asyncio.Task[None] | None = None
        if not await self._stand():
            await self.close(code=REFUSED)
            return
        self.group = progress.group_of_talk(self.trajectory)
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        await self._say(is_new=True)
        self.beating = asyncio.create_task(self._beat())

    async def disconnect(self, code: int) -> None:  # noqa: ARG002  Channels names it
        """Tell the others at once; whoever is killed falls silent instead."""
        if self.beating is not None:
            self.beating.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.beating
        if self.group is not None:
            await self.channel_layer.group_discard(self.group, self.channel_name)
            message = {"type": "left", "page": self.channel_name}
            await self.channel_layer.group_send(self.group, message)

    async def receive(
        self,
        text_data: str | None = None,
        bytes_data: bytes | None = None,  # noqa: ARG002  Channels names it
        **_kwargs: object,
    ) -> None:
        """Any short word means that the page is still there."""
        if text_data is not None and len(text_data) <= MAX_WORDS:
            was_gone = self._is_silent()
            self.heard_at = time.monotonic()
            if was_gone:
                await self._say(is_new=False)

    async def here(self, message: dict[str, object]) -> None:
        """Another page says that it is there; a new one is answered, so that it knows of this."""
        page = str(message["page"])
        if page == self.channel_name:
            return
        self.seen[page] = Seen(
            user=cast("int", message["user"]),
            name=str(message["name"]),
            is_hidden=bool(message["is_hidden"]),
            at=time.monotonic(),
        )
        if message["is_new"]:
            await self._say(is_new=False)
        await self._show()

    async def left(self, message: dict[str, str]) -> None:
        """Another page was closed."""
        if self.seen.pop(message["page"], None) is not None:
            await self._show()

    async def commented(self, message: dict[str, str]) -> None:  # noqa: ARG002  Channels names it
        """Something was said of the run: a hint, for those who may hear it."""
        await self._stand()
        if self.standing.hears:
            await self.send_json({"commented": True})

    async def _beat(self) -> None:
        """Ask the page, tell the others, forget who fell silent; over and over."""
        number = 0
        while True:
            await self.send_json({"beat": number})
            await asyncio.sleep(BEAT)
            number += 1
            if not await self._stand():
                await self.close(code=REFUSED)
                return
            if not self._is_silent():
                await self._say(is_new=False)
            await self._show()

    def _is_silent(self) -> bool:
        return time.monotonic() - self.heard_at > SILENCE

    async def _stand(self) -> bool:
        """Look again how this person stands to the run; whether they may look at all."""
        found = await database_sync_to_async(_standing)(self.user, self.trajectory)
        if found is None:
            return False
        self.standing = found
        return True

    async def _say(self, *, is_new: bool) -> None:
        user = cast(User, self.user)
        message = {
            "type": "here",
            "page": self.channel_name,
            "user": user.pk,
            "name": user.get_username(),
            "is_hidden": self.standing.is_blind,
            "is_new": is_new,
        }
        if self.group is not None:
            await self.channel_layer.group_send(self.group, message)

    async def _show(self) -> None:
        """Send who is there, if that has changed."""
        since = time.monotonic() - SILENCE
        self.seen = {page: seen for page, seen in self.seen.items() if seen.at > since}
        shown = self._visible()
        if shown != self.shown and (shown or self.shown):
            self.shown = shown
            await self.send_json({"here": shown})

    def _visible(self) -> list[dict[str, str]]:
        """Each person once, however many pages they have open, and never this one's own."""
        standing, me = self.standing, cast(User, self.user).pk
        if standing.is_blind:
            return []
        names = {
            seen.user: seen.name
            for seen in self.seen.values()
            if seen.user != me and (standing.oversees or not seen.is_hidden)
        }
        ordered = sorted(names.values(), key=str.lower)
        return [{"name": name, "initials": initials(name)} for name in ordered]


def initials(name: str) -> str:
    """One or two letters for a name: "ann.lee" is AL."""
    words = re.split(r"[\s._-]+", name.strip(" ._-"))
    letters = words[0][:1] + words[-1][:1] if len(words) > 1 else name[:2]
    return letters.upper()


def _standing(user: User | AnonymousUser, pk: str) -> Standing | None:
    membership = accounts.membership_of(user) if isinstance(user, User) else None
    if membership is None or not isinstance(user, User):
        return None
    trajectory = trajectories.of_team(membership.team).filter(pk=pk).first()
    if trajectory is None:
        return None
    is_closed = blindness.closed_to(user, membership.team, Role(membership.role)) is not None
    may_see = Right.SEE in membership.rights and not is_closed
    if not may_see and not blindness.may_look_at(user, pk):
        return None
    hears = earshot.hears_others(user, trajectory)
    return Standing(
        is_blind=not hears,
        hears=hears,
        oversees=bool(OVERSEEING & membership.rights),
    )
