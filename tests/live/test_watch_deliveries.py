"""WebSockets of the pages of webhooks: hints for who may set them up, and nothing but hints."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from asgiref.sync import sync_to_async
from channels.layers import channel_layers
from django.contrib.auth.models import AnonymousUser

from tests.live.test_watch import accepts, socket
from themis.accounts.models import Team, User
from themis.pipeline import progress

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/live/webhooks/"


@pytest.fixture(autouse=True)
def layer(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A channel layer of the test's own, and hints at once."""
    monkeypatch.setattr(progress, "QUIET", 0)
    channel_layers.backends.clear()
    yield
    channel_layers.backends.clear()


async def test_who_may_set_webhooks_up_is_told_of_their_team_alone(
    team: Team, owner: User, mate: User, stranger: User
) -> None:
    assert not await accepts(PATH, mate)
    assert not await accepts(PATH, AnonymousUser())
    mine, theirs = socket(PATH, owner), socket(PATH, stranger)
    await mine.connect()
    await theirs.connect()
    await sync_to_async(progress.tell_deliveries_now)([team.pk])
    assert await mine.receive_json_from() == {"delivered": True}
    assert await theirs.receive_nothing(timeout=0.05)
    await mine.disconnect()
    await theirs.disconnect()
