"""Queues laid out by hand, row by row, for tests of what people may know."""

from __future__ import annotations

from datetime import timedelta

from tests import stories
from themis.accounts.models import Team, User
from themis.domain import wire
from themis.domain.opinion import Opinion
from themis.domain.opinion import Ruling as Said
from themis.reviews.models import (
    Decision,
    Hold,
    HoldState,
    Queue,
    QueueItem,
    QueueState,
    Ruling,
    Seat,
)
from themis.trajectories.models import Trajectory


def laid(
    team: Team, trajectory: Trajectory, *, is_blind: bool = True, wanted: int = 2
) -> QueueItem:
    """An open queue with one run in it."""
    queue = Queue.objects.create(
        team=team,
        name="Audit",
        state=QueueState.OPEN,
        is_blind=is_blind,
        reviewers=wanted,
        n_items=1,
        created_at=stories.NOW,
    )
    return QueueItem.objects.create(queue=queue, trajectory=trajectory, position=0, wanted=wanted)


def seated(item: QueueItem, user: User) -> Hold:
    """Somebody at the queue's table, with the item before them."""
    Seat.objects.get_or_create(queue=item.queue, user=user, defaults={"joined_at": stories.NOW})
    item.n_taken += 1
    item.save()
    return Hold.objects.create(
        item=item,
        user=user,
        taken_at=stories.NOW,
        expires_at=stories.NOW + timedelta(minutes=2),
    )


def ruled(item: QueueItem, user: User, ruling: Ruling = Ruling.PASSED) -> Decision:
    """Somebody's decision on the item."""
    Hold.objects.filter(item=item, user=user).update(state=HoldState.SUBMITTED)
    item.n_decided += 1
    item.save()
    return Decision.objects.create(
        item=item,
        user=user,
        ruling=ruling,
        payload=wire.dump(Opinion(ruling=Said(ruling))),
        seen_version=1,
        at=stories.NOW,
    )
