"""WebSockets of a queue: hints for who may review or manages, and nothing but hints."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from asgiref.sync import sync_to_async
from channels.layers import channel_layers
from django.contrib.auth.models import AnonymousUser

from tests.live.test_watch import accepts, socket
from tests.reviews import rooms
from themis.accounts.models import Membership, Role, Team, User
from themis.live import queues as watching
from themis.pipeline import progress
from themis.reviews import seating
from themis.reviews.models import Queue

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def layer(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A channel layer of the test's own, and hints at once."""
    monkeypatch.setattr(progress, "QUIET", 0)
    monkeypatch.setattr(watching, "SOONEST", 0.0)
    monkeypatch.setattr(watching, "LATEST", 0.0)
    channel_layers.backends.clear()
    yield
    channel_layers.backends.clear()


@pytest.fixture
def ann(team: Team) -> User:
    return rooms.person(team, "ann")


@pytest.fixture
def queue(team: Team, ann: User) -> Queue:
    return rooms.queue(team, 2, named=[ann])


async def test_a_queue_is_watched_by_its_reviewers_and_managers(
    team: Team, queue: Queue, ann: User, mate: User, stranger: User
) -> None:
    path = f"/live/queues/{queue.pk}/"
    assert await accepts(path, ann)
    assert await accepts(path, mate)
    assert not await accepts(path, stranger)
    assert not await accepts(path, AnonymousUser())
    assert not await accepts(path, await sync_to_async(rooms.person)(team, "bob"))
    assert not await accepts("/live/queues/99999999999999999999/", mate)
    await sync_to_async(seating.leave)(queue=queue, user=ann, at=rooms.NOW)
    assert not await accepts(path, ann)


async def test_a_watcher_is_told_that_something_changed_and_not_what(
    queue: Queue, ann: User, mate: User
) -> None:
    communicator = socket(f"/live/queues/{queue.pk}/", mate)
    await communicator.connect()
    await sync_to_async(rooms.taken)(queue, ann)
    assert await communicator.receive_json_from() == {"changed": str(queue.pk)}
    await communicator.disconnect()


async def test_hints_that_come_together_are_passed_on_once(
    queue: Queue, ann: User, mate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "SOONEST", 0.3)
    monkeypatch.setattr(watching, "LATEST", 0.3)
    communicator = socket(f"/live/queues/{queue.pk}/", mate)
    await communicator.connect()
    for _ in range(5):
        await progress.announce_queue(queue.pk)
    assert await communicator.receive_json_from(timeout=5) == {"changed": str(queue.pk)}
    assert await communicator.receive_nothing(timeout=0.6)
    await communicator.disconnect()


async def test_who_lost_their_role_is_told_no_more(queue: Queue, ann: User, mate: User) -> None:
    communicator = socket(f"/live/queues/{queue.pk}/", mate)
    await communicator.connect()
    memberships = Membership.objects.filter(user=mate)
    await sync_to_async(memberships.update)(role=Role.ANNOTATOR)
    await sync_to_async(rooms.taken)(queue, ann)
    assert (await communicator.receive_output())["type"] == "websocket.close"


async def test_a_queue_of_another_is_not_told(
    team: Team, queue: Queue, mate: User, ann: User
) -> None:
    other = await sync_to_async(rooms.queue)(team, 1)
    communicator = socket(f"/live/queues/{other.pk}/", mate)
    await communicator.connect()
    await sync_to_async(rooms.taken)(queue, ann)
    assert await communicator.receive_nothing()
    await communicator.disconnect()
