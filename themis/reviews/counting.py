"""Items from state to state, and the counters of their queue with them.

Every write on an item begins with `locked`: the item first, then its holds and decisions, the queue
last; who writes on a seat as well keeps it before the item (`seating`). Whoever keeps to that
order, and no item while another is waited for, never waits in a ring.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from themis.domain import opinion
from themis.reviews import signals
from themis.reviews.models import Decision, ItemState, Queue, QueueItem, Ruling

DONE = (ItemState.DECIDED, ItemState.RESOLVED)


def locked(item_id: int) -> QueueItem:
    """The item as it stands, kept so until this transaction ends; with its queue."""
    rows = QueueItem.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("queue").get(pk=item_id)


def occupy(item: QueueItem) -> bool:
    """Take a place on an item; False where none is free, which no two people can both miss."""
    taken = QueueItem.objects.filter(
        pk=item.pk, state=ItemState.OPEN, n_taken__lt=F("wanted")
    ).update(n_taken=F("n_taken") + 1)
    if taken:
        item.n_taken += 1
    return taken == 1


def vacate(item: QueueItem) -> None:
    """Give a place back."""
    if QueueItem.objects.filter(pk=item.pk, n_taken__gt=0).update(n_taken=F("n_taken") - 1):
        item.n_taken -= 1


def move(item: QueueItem, *, to: ItemState, ruling: Ruling | None, at: datetime) -> None:
    """An item's state and final ruling, and its queue's counters; tells who should know."""
    was = ItemState(item.state)
    item.state, item.ruling = to, ruling or ""
    item.settled_at = at if to in DONE else None
    item.save(update_fields=["state", "ruling", "settled_at"])
    if item.gold:
        return
    done = (to in DONE) - (was in DONE)
    disputed = (to == ItemState.DISPUTED) - (was == ItemState.DISPUTED)
    if done or disputed:
        count(item.queue_id, n_done=done, n_disputed=disputed)
    if disputed > 0:
        signals.disputed.send(sender=QueueItem, item=item)
    if done > 0 and _is_whole(item.queue_id):
        signals.finished.send(sender=Queue, queue_id=item.queue_id)


def count(queue_id: int, **by: int) -> None:
    """Counters of a queue, up or down."""
    changed = {name: F(name) + step for name, step in by.items() if step}
    if changed:
        Queue.objects.filter(pk=queue_id).update(**changed)


def weigh(item: QueueItem, at: datetime) -> None:
    """The state that an item's decisions give it: open, decided or disputed."""
    if item.gold or item.state in (ItemState.RESOLVED, ItemState.WITHDRAWN):
        return
    if item.n_decided < item.wanted:
        move(item, to=ItemState.OPEN, ruling=None, at=at)
        return
    rulings = list(
        Decision.objects.filter(item=item, is_current=True, is_final=False).values_list(
            "ruling", flat=True
        )
    )
    ruling = agreed(rulings)
    to = ItemState.DISPUTED if ruling is None else ItemState.DECIDED
    move(item, to=to, ruling=ruling, at=at)


def agreed(rulings: list[str]) -> Ruling | None:
    """What rulings of one outcome come to; None where outcomes differ.

    Different reasons for one outcome, such as not executable and unusable, are no dispute.
    """
    outcomes = {opinion.Ruling(each).outcome for each in rulings}
    if len(outcomes) != 1:
        return None
    if len(set(rulings)) == 1:
        return Ruling(rulings[0])
    return Ruling.UNDECIDED  # passed and failed have one ruling each


def _is_whole(queue_id: int) -> bool:
    return Queue.objects.filter(pk=queue_id, n_done=F("n_items")).exclude(state="filling").exists()
