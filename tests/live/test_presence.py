"""Who else looks: told among the people of a team, and never to blind reviewers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest
from channels.db import database_sync_to_async
from channels.layers import channel_layers
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import AnonymousUser

from tests.reviews import tables
from themis.accounts import services as accounts
from themis.accounts.models import Role, Team, User
from themis.live import presence
from themis.live.urls import routes
from themis.pipeline import progress
from themis.reviews.models import QueueItem
from themis.trajectories.models import Trajectory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def layer() -> Iterator[None]:
    """A channel layer of the test's own."""
    channel_layers.backends.clear()
    yield
    channel_layers.backends.clear()


class Page:
    """A page on a run, which answers the server's questions as a browser does."""

    def __init__(self, trajectory: Trajectory, user: User | AnonymousUser) -> None:
        path = f"/live/presence/trajectories/{trajectory.pk}/"
        self.socket = WebsocketCommunicator(routes, path)
        cast("dict[str, object]", self.socket.scope)["user"] = user

    async def opens(self) -> bool:
        return bool((await self.socket.connect())[0])

    async def is_told(self) -> dict[str, object]:
        """The next message that is not a question."""
        while "beat" in (message := await self.socket.receive_json_from(timeout=5)):
            await self.socket.send_json_to(message)
        return dict(message)

    async def sees(self) -> list[str]:
        here = cast("list[dict[str, str]]", (await self.is_told())["here"])
        return [each["name"] for each in here]

    async def hears_nothing(self) -> bool:
        while not await self.socket.receive_nothing(timeout=0.2):
            if "beat" not in await self.socket.receive_json_from():
                return False
        return True

    async def closes(self) -> None:
        await self.socket.disconnect()


def person(team: Team, name: str, role: Role) -> User:
    return accounts.enrol(username=name, password="pass-of-them", team=team, role=role)


@pytest.fixture
def item(team: Team, trajectory: Trajectory) -> QueueItem:
    return tables.laid(team, trajectory)


async def test_two_people_see_each_other_until_one_leaves(
    trajectory: Trajectory, owner: User, mate: User
) -> None:
    mine, theirs = Page(trajectory, owner), Page(trajectory, mate)
    assert await mine.opens()
    assert await theirs.opens()
    assert await mine.sees() == ["mate"]
    assert await theirs.sees() == ["owner"]
    await theirs.closes()
    assert await mine.sees() == []
    await mine.closes()


async def test_ones_own_pages_are_nobody_else(trajectory: Trajectory, owner: User) -> None:
    first, second = Page(trajectory, owner), Page(trajectory, owner)
    assert await first.opens()
    assert await second.opens()
    assert await first.hears_nothing()
    await first.closes()
    await second.closes()


async def test_somebody_with_two_pages_stays_until_both_are_closed(
    trajectory: Trajectory, owner: User, mate: User
) -> None:
    mine, first, second = (Page(trajectory, user) for user in (owner, mate, mate))
    for page in (mine, first, second):
        assert await page.opens()
    assert await mine.sees() == ["mate"]
    await first.closes()
    assert await mine.hears_nothing()
    await second.closes()
    assert await mine.sees() == []
    await mine.closes()


async def test_who_falls_silent_is_gone(
    trajectory: Trajectory, owner: User, mate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "BEAT", 0.05)
    monkeypatch.setattr(presence, "SILENCE", 0.4)
    mine, theirs = Page(trajectory, owner), Page(trajectory, mate)
    assert await mine.opens()
    assert await theirs.opens()
    assert await mine.sees() == ["mate"]
    assert await mine.sees() == []  # it answers meanwhile; the other page does not
    await theirs.socket.send_json_to({"beat": 1})
    assert await mine.sees() == ["mate"]
    await mine.closes()
    await theirs.closes()


async def test_strangers_and_reviewers_of_other_runs_are_refused(
    trajectory: Trajectory, stranger: User, team: Team
) -> None:
    ann = await database_sync_to_async(person)(team, "ann", Role.ANNOTATOR)
    for user in (stranger, AnonymousUser(), ann):
        assert not await Page(trajectory, user).opens()


async def test_blind_reviewers_are_told_of_nobody_and_seen_only_by_who_oversees(
    trajectory: Trajectory, item: QueueItem, team: Team, owner: User
) -> None:
    def cast_of() -> tuple[User, User, User]:
        ann, ben = person(team, "ann", Role.ANNOTATOR), person(team, "ben", Role.ANNOTATOR)
        tables.seated(item, ann), tables.seated(item, ben)
        return ann, ben, person(team, "eng", Role.ENGINEER)

    ann, ben, engineer = await database_sync_to_async(cast_of)()
    pages = {user.username: Page(trajectory, user) for user in (owner, engineer, ann, ben)}
    for page in pages.values():
        assert await page.opens()
    assert await pages["owner"].sees() == ["eng"]
    assert await pages["owner"].sees() == ["ann", "eng"]
    assert await pages["owner"].sees() == ["ann", "ben", "eng"]
    assert await pages["eng"].sees() == ["owner"]
    for name in ("eng", "ann", "ben"):
        assert await pages[name].hears_nothing(), name
    for page in pages.values():
        await page.closes()


async def test_a_hint_of_a_comment_reaches_only_who_may_hear_it(
    trajectory: Trajectory, item: QueueItem, team: Team, owner: User
) -> None:
    ann = await database_sync_to_async(person)(team, "ann", Role.ANNOTATOR)
    await database_sync_to_async(tables.seated)(item, ann)
    mine, blind = Page(trajectory, owner), Page(trajectory, ann)
    assert await mine.opens()
    assert await blind.opens()
    assert await mine.sees() == ["ann"]
    await database_sync_to_async(progress.tell_talk_now)(trajectory.pk)
    assert await mine.is_told() == {"commented": True}
    assert await blind.hears_nothing()
    await database_sync_to_async(tables.ruled)(item, ann)
    await database_sync_to_async(progress.tell_talk_now)(trajectory.pk)
    while (told := await blind.is_told()) != {"commented": True}:
        assert "here" in told
    await mine.closes()
    await blind.closes()


async def test_who_may_no_longer_look_is_sent_away(
    trajectory: Trajectory, mate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "BEAT", 0.05)
    page = Page(trajectory, mate)
    assert await page.opens()
    await database_sync_to_async(lambda: mate.memberships.all().delete())()
    while (message := await page.socket.receive_output(timeout=5))["type"] == "websocket.send":
        pass
    assert message["type"] == "websocket.close"
    await page.closes()


@pytest.mark.parametrize(
    ("name", "letters"), [("ann", "AN"), ("ann.lee", "AL"), ("a-b-c", "AC"), ("x", "X")]
)
def test_initials(name: str, letters: str) -> None:
    assert presence.initials(name) == letters


async def test_a_persons_notices_are_hinted_to_them_alone(owner: User, mate: User) -> None:
    sockets = []
    for user in (owner, mate):
        socket = WebsocketCommunicator(routes, "/live/me/")
        cast("dict[str, object]", socket.scope)["user"] = user
        assert (await socket.connect())[0]
        sockets.append(socket)
    await database_sync_to_async(progress.tell_people_now)([owner.pk])
    assert await sockets[0].receive_json_from() == {"noticed": True}
    assert await sockets[1].receive_nothing()
    for socket in sockets:
        await socket.disconnect()
