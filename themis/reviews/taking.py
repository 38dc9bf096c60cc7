"""Choosing the item that a person gets next, and giving it to nobody else."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from themis.reviews import counting
from themis.reviews.models import (
    GOLD_FROM,
    LEASE,
    Hold,
    HoldState,
    ItemState,
    Queue,
    QueueItem,
    Seat,
    new_token,
)

COUNTED = (HoldState.HELD, HoldState.ASIDE)  # states in which a hold keeps its place


def next_hold(*, queue: Queue, seat: Seat, at: datetime, but: Collection[int]) -> Hold | None:
    """What the person of a seat gets now; None where nothing is left for them."""
    mine = Hold.objects.filter(user=seat.user_id, queue=queue, item__state=ItemState.OPEN).exclude(
        item__in=but
    )
    held = mine.filter(state=HoldState.HELD).order_by("taken_at", "pk")
    drafted = mine.filter(
        state=HoldState.RELEASED, draft__isnull=False, item__n_taken__lt=F("item__wanted")
    ).order_by("drafted_at", "pk")
    aside = mine.filter(state=HoldState.ASIDE).order_by("turn", "pk")
    return (
        _first_again(held, at)
        or _first_again(drafted, at)
        or _fresh(queue, seat, at, but)
        or _first_again(aside, at)
    )


def hold_again(hold: Hold, *, at: datetime, token: str = "") -> Hold | None:
    """Lease an item anew to whom it was leased before, under a new token unless one is given.

    None where its place has gone to somebody else, or nobody is to decide it any more.
    """
    item = counting.locked(hold.item_id)
    hold.refresh_from_db(fields=["state"])
    if item.state != ItemState.OPEN or hold.state == HoldState.SUBMITTED:
        return None
    if hold.state not in COUNTED and not counting.occupy(item):
        return None
    hold.state, hold.token, hold.expires_at = HoldState.HELD, token or new_token(), ends(at)
    hold.save(update_fields=["state", "token", "expires_at"])
    return hold


def grant(item: QueueItem, user_id: int, at: datetime) -> Hold | None:
    """Lease an item to somebody who does not hold it; None where no place is free."""
    if not counting.occupy(item):
        return None
    hold, is_new = Hold.objects.get_or_create(
        item=item, user_id=user_id, defaults={"taken_at": at, "expires_at": ends(at)}
    )
    if is_new:
        return hold
    if hold.state in (*COUNTED, HoldState.SUBMITTED):  # the place is theirs already
        counting.vacate(item)
        return None
    hold.state, hold.token, hold.taken_at, hold.expires_at = (
        HoldState.HELD,
        new_token(),
        at,
        ends(at),
    )
    hold.save(update_fields=["state", "token", "taken_at", "expires_at"])
    return hold


def ends(at: datetime) -> datetime:
    """When a lease ends that begins, or is renewed, now."""
    return at + timedelta(seconds=LEASE)


def _first_again(holds: QuerySet[Hold], at: datetime) -> Hold | None:
    for hold in holds[:5]:
        if again := _tried(partial(hold_again, hold, at=at)):
            return again
    return None


def _fresh(queue: Queue, seat: Seat, at: datetime, but: Collection[int]) -> Hold | None:
    free = _free(queue, seat.user_id, but)
    plain = free.filter(position__lt=GOLD_FROM)
    if _is_golds_turn(queue) and plain.exists():
        gold = _claimed(free.filter(position__gte=GOLD_FROM), seat.user_id, at)
        if gold is not None:
            return gold
    # Whoever goes through a queue leaves behind them only what they have had, so that looking goes
    # on where it ended; what came free behind them is found once they have reached the end.
    hold = _claimed(plain.filter(position__gte=seat.reached), seat.user_id, at)
    hold = hold or _claimed(plain, seat.user_id, at)
    if hold is not None:
        Seat.objects.filter(pk=seat.pk).update(reached=hold.item.position)
    return hold


def _free(queue: Queue, user_id: int, but: Collection[int]) -> QuerySet[QueueItem]:
    had = Hold.objects.filter(item=OuterRef("pk"), user=user_id).exclude(state=HoldState.RELEASED)
    # The first two conditions are those of the index, which is in order of position.
    free = QueueItem.objects.filter(queue=queue, state=ItemState.OPEN, n_taken__lt=F("wanted"))
    return free.exclude(pk__in=but).filter(~Exists(had)).order_by("position")


def _claimed(free: QuerySet[QueueItem], user_id: int, at: datetime) -> Hold | None:
    # Fifty people who take at once each get another row at once. A row that somebody has under
    # their hands may have a second place, so that whoever finds nothing else waits for it.
    for rows in (
        free.select_for_update(skip_locked=True, no_key=True),
        free.select_for_update(no_key=True),
    ):
        if hold := _tried(partial(_first_of, rows, user_id, at)):
            return hold
    return None


def _first_of(rows: QuerySet[QueueItem], user_id: int, at: datetime) -> Hold | None:
    item = rows.first()
    return grant(item, user_id, at) if item else None


def _tried(take: Callable[[], Hold | None]) -> Hold | None:
    """What a try gives. One that gives nothing is undone: a row that stayed locked while another
    is waited for would let two people wait for each other."""
    begun = transaction.savepoint()
    hold = take()
    end = transaction.savepoint_commit if hold else transaction.savepoint_rollback
    end(begun)
    return hold


def _is_golds_turn(queue: Queue) -> bool:
    """By chance: who knew that each tenth is gold would know which to take care with."""
    return secrets.randbelow(100) < queue.gold_percent
