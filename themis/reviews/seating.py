"""Who reviews in a queue: appointed, or sat down by taking an item; until they stop."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from themis.accounts.models import User
from themis.domain.errors import NotSeated
from themis.reviews import counting, signals
from themis.reviews.models import Hold, HoldState, Queue, Seat


@transaction.atomic
def appoint(*, queue: Queue, users: Iterable[User], at: datetime) -> None:
    """Give people a seat; who had left may come back."""
    for user in users:
        Seat.objects.update_or_create(
            queue=queue,
            user=user,
            defaults={"left_at": None},
            create_defaults={"left_at": None, "joined_at": at},
        )
    signals.changed.send(sender=Queue, queue_id=queue.pk)


@transaction.atomic
def leave(*, queue: Queue, user: User, at: datetime) -> bool:
    """Stop reviewing in a queue: what they hold goes back, drafts kept. False: had no seat."""
    left = Seat.objects.filter(queue=queue, user=user, left_at=None).update(left_at=at)
    held = Hold.objects.filter(
        user=user, queue=queue, state__in=[HoldState.HELD, HoldState.ASIDE]
    ).order_by("item_id")
    for hold in held:
        give_back(hold, at=at, only_expired=False)
    signals.changed.send(sender=Queue, queue_id=queue.pk)
    return left == 1


def seated(*, queue: Queue, user: User, at: datetime) -> Seat:
    """The seat of who takes an item, kept for this transaction: one person takes one at a time.

    Made where the queue is open to all. Raises NotSeated.
    """
    seat = _kept(queue, user)
    if seat is None and queue.is_named:
        raise NotSeated("This queue is for named reviewers; ask its manager for a seat.")
    if seat is None:
        Seat.objects.bulk_create(
            [Seat(queue=queue, user=user, joined_at=at)], ignore_conflicts=True
        )
        seat = _kept(queue, user)
    if seat is None or seat.left_at is not None:
        raise NotSeated("You have stopped reviewing in this queue; its manager can let you back.")
    return seat


def give_back(hold: Hold, *, at: datetime, only_expired: bool = True) -> bool:
    """Free the place of a hold, its draft kept; False if its reviewer came back meanwhile."""
    item = counting.locked(hold.item_id)
    mine = Hold.objects.filter(pk=hold.pk, state__in=[HoldState.HELD, HoldState.ASIDE])
    if only_expired:
        mine = mine.filter(expires_at__lte=at)
    if not mine.update(state=HoldState.RELEASED):
        return False
    counting.vacate(item)
    return True


def kept(hold_id: int) -> None:
    """Keep the seat of who has a hold for this transaction, before any item: see `counting`."""
    seats = Seat.objects.select_for_update(of=("self",), no_key=True)
    seats.filter(queue__holds=hold_id, user__holds=hold_id).first()


def _kept(queue: Queue, user: User) -> Seat | None:
    seats = Seat.objects.select_for_update(no_key=True).filter(queue=queue, user=user)
    return seats.first()
