"""Short ways to a run that is reviewed, for tests of what people may say and know of it."""

from __future__ import annotations

from tests.reviews import scenes
from themis.accounts.models import Team, User
from themis.reviews.models import Decision, Hold, HoldState, QueueItem
from themis.trajectories.models import Trajectory


def laid(team: Team, trajectory: Trajectory, *, is_blind: bool = True) -> QueueItem:
    """An open queue with one run in it, for three reviewers."""
    return scenes.item(scenes.queue(team, blind=is_blind, reviewers=3), trajectory)


def seated(item: QueueItem, user: User) -> Hold:
    """Somebody at the queue's table, with the item before them."""
    return scenes.held(item, user)


def ruled(item: QueueItem, user: User) -> Decision:
    """Somebody's decision on the item that they held."""
    Hold.objects.filter(item=item, user=user).delete()
    QueueItem.objects.filter(pk=item.pk).update(n_taken=item.n_taken - 1)
    item.refresh_from_db()
    decision = scenes.decided(item, user)
    Hold.objects.filter(item=item, user=user).update(state=HoldState.SUBMITTED)
    return decision
