"""Queues to test pages and figures with: rows as the services leave them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F

from tests import stories
from themis.accounts.models import Team, User
from themis.domain import opinion, wire
from themis.reviews.models import (
    GOLD_FROM,
    Decision,
    Hold,
    HoldState,
    ItemState,
    Queue,
    QueueItem,
    QueueState,
)

NOW = stories.NOW


def queue_of(team: Team, **fields: object) -> Queue:
    """An open queue without items."""
    given: dict[str, object] = {"name": "Audit", "state": QueueState.OPEN, "created_at": NOW}
    return Queue.objects.create(team=team, **(given | fields))


def item_of(queue: Queue, **fields: object) -> QueueItem:
    """Another item of a queue, with a run of its own."""
    position = queue.items.count()
    run = stories.stored(queue.team, instruction=f"Task {queue.pk}-{position}")
    place = position + (GOLD_FROM if fields.get("gold") else 0)
    item = QueueItem.objects.create(queue=queue, trajectory=run, position=place, **fields)
    if not item.gold:
        Queue.objects.filter(pk=queue.pk).update(n_items=F("n_items") + 1)
    queue.refresh_from_db()
    return item


def decided(
    item: QueueItem, user: User, ruling: str, *, seconds: float = 30.0, at: datetime = NOW
) -> Decision:
    """A submitted decision of a reviewer."""
    Hold.objects.create(item=item, user=user, state=HoldState.SUBMITTED, taken_at=at, expires_at=at)
    item.n_taken, item.n_decided = item.n_taken + 1, item.n_decided + 1
    item.wanted = max(item.wanted, item.n_taken)
    if item.n_decided == item.wanted and not item.gold:
        item.state, item.ruling = ItemState.DECIDED, ruling
    item.save()
    return Decision.objects.create(
        item=item,
        user=user,
        ruling=ruling,
        payload=wire.dump(opinion.Opinion(ruling=opinion.Ruling(ruling))),
        seen_version=1,
        seconds=seconds,
        at=at,
    )


def held(item: QueueItem, user: User, state: HoldState, at: datetime = NOW) -> Hold:
    """What somebody has to do with an item they have not decided."""
    later = at + timedelta(minutes=2)
    if state in (HoldState.HELD, HoldState.ASIDE):
        QueueItem.objects.filter(pk=item.pk).update(n_taken=item.n_taken + 1)
        item.refresh_from_db()
    return Hold.objects.create(item=item, user=user, state=state, taken_at=at, expires_at=later)
