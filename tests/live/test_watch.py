"""WebSockets: only for the team, and told from any thread and loop."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import cast

import pytest
from channels.layers import channel_layers
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import AnonymousUser

from tests import stories
from themis.accounts.models import Team, User
from themis.live.urls import routes
from themis.pipeline import flow, progress
from themis.pipeline.models import Run
from themis.trajectories.models import Trajectory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def layer() -> Iterator[None]:
    """A channel layer of the test's own."""
    channel_layers.backends.clear()
    yield
    channel_layers.backends.clear()


@pytest.fixture
def run(trajectory: Trajectory) -> Run:
    return flow.submit(trajectory=trajectory, at=stories.NOW)


def socket(path: str, user: User | AnonymousUser) -> WebsocketCommunicator:
    communicator = WebsocketCommunicator(routes, path)
    cast("dict[str, object]", communicator.scope)["user"] = user
    return communicator


async def accepts(path: str, user: User | AnonymousUser) -> bool:
    communicator = socket(path, user)
    connected, _ = await communicator.connect()
    if connected:
        await communicator.disconnect()
    return bool(connected)


async def test_members_may_watch_and_nobody_else(mate: User, stranger: User, run: Run) -> None:
    path = f"/live/trajectories/{run.trajectory_id}/"
    assert await accepts(path, mate)
    assert not await accepts(path, stranger)
    assert not await accepts(path, AnonymousUser())
    assert not await accepts("/live/trajectories/nowhere/", mate)
    assert await accepts("/live/", mate)
    assert not await accepts("/live/", AnonymousUser())


@pytest.mark.parametrize("whole_team", [True, False])
async def test_a_watcher_is_told_what_changed(
    mate: User, team: Team, run: Run, whole_team: bool
) -> None:
    path = "/live/" if whole_team else f"/live/trajectories/{run.trajectory_id}/"
    communicator = socket(path, mate)
    await communicator.connect()
    await progress.announce(run, team.pk)
    assert await communicator.receive_json_from() == {"changed": run.trajectory_id}
    await communicator.disconnect()


async def test_a_team_is_told_of_what_a_job_is_paid(mate: User, team: Team) -> None:
    communicator = socket("/live/", mate)
    await communicator.connect()
    layer = channel_layers["default"]
    await layer.group_send(progress.group_of_team(team.pk), {"type": "paid", "job": "7"})
    assert await communicator.receive_json_from() == {"changed": "job-7"}
    await communicator.disconnect()


async def test_another_team_is_not_told(stranger: User, team: Team, run: Run) -> None:
    communicator = socket("/live/", stranger)
    await communicator.connect()
    await progress.announce(run, team.pk)
    assert await communicator.receive_nothing()
    await communicator.disconnect()


async def test_news_from_another_loop_arrives(mate: User, team: Team, run: Run) -> None:
    communicator = socket("/live/", mate)
    await communicator.connect()
    await asyncio.to_thread(lambda: asyncio.run(progress.announce(run, team.pk)))
    assert await communicator.receive_json_from() == {"changed": run.trajectory_id}
    await communicator.disconnect()


async def test_words_from_the_browser_mean_nothing(mate: User, run: Run) -> None:
    communicator = socket("/live/", mate)
    await communicator.connect()
    await communicator.send_to(text_data="not json")
    assert await communicator.receive_nothing()
    await communicator.disconnect()
