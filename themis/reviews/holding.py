"""Leases on items: taken, renewed, given back; drafts, which outlive them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Max

from themis.accounts.models import User
from themis.domain import checking, wire
from themis.domain.errors import NotYours, QueueIsClosed, UnfitOpinion
from themis.domain.opinion import Opinion
from themis.reviews import counting, seating, signals, taking
from themis.reviews.models import (
    ASIDE,
    Hold,
    HoldState,
    Queue,
    QueueItem,
    QueueState,
    Seat,
)

MANY = 200  # leases given back in one go
MAX_REASON = 300  # characters
LOST = "Somebody else has this run by now, or you opened it in another tab. Your draft is kept."


def take(*, queue: Queue, user: User, at: datetime, but: Collection[int] = ()) -> Hold | None:
    """The next item for this person, leased to them; None where nothing is left for them.

    What they hold already comes first, under a new token, then their drafts of items that are
    still free, free items in order with gold among them, and last what they put off. `but` names
    items (by id) that they have before their eyes. Raises QueueIsClosed, NotSeated.
    """
    _check_open(queue)
    sweep(at=at, queue=queue, but=user)
    with transaction.atomic():
        seat = seating.seated(queue=queue, user=user, at=at)
        hold = taking.next_hold(queue=queue, seat=seat, at=at, but=but)
        # Read while the seat is kept: another tab's take could put its own token there.
        found = hold and _whole(hold)
    if found:
        _tell(found)
    return found


def open(*, item: QueueItem, user: User, at: datetime) -> Hold:  # noqa: A001  the room's word
    """A certain item, leased to this person under a new token; what they decided, as it is.

    Raises NotYours where others have it or it is settled, QueueIsClosed, NotSeated.
    """
    mine = Hold.objects.filter(item=item, user=user)
    decided = mine.filter(state=HoldState.SUBMITTED).first()
    if decided is not None:
        return _whole(decided)
    _check_open(item.queue)
    sweep(at=at, queue=item.queue, but=user)
    with transaction.atomic():
        seating.seated(queue=item.queue, user=user, at=at)
        known = mine.first()
        held = taking.hold_again(known, at=at) if known else _granted(item, user, at)
        if held is None:
            raise NotYours("Others have this run already, or it is settled. Take the next one.")
        found = _whole(held)
    _tell(found)
    return found


def renew(*, hold_id: int, token: str, at: datetime) -> Hold:
    """Go on holding an item; after a silence too, where nobody has come instead.

    Raises NotYours.
    """
    mine = Hold.objects.filter(pk=hold_id, token=token, state=HoldState.HELD)
    if mine.update(expires_at=taking.ends(at)):
        return mine.get()
    with transaction.atomic():
        return _regained(hold_id, token, at)


@transaction.atomic
def release(*, hold_id: int, token: str, at: datetime) -> None:
    """Give an item back, its draft kept. Raises NotYours."""
    hold = _mine(hold_id, token)
    if hold.state == HoldState.HELD:
        seating.give_back(hold, at=at, only_expired=False)
        _tell(hold)


@transaction.atomic
def skip(*, hold_id: int, token: str, reason: str, at: datetime) -> Hold:
    """Leave an item to others for good. Raises NotYours."""
    seating.kept(hold_id)
    hold = _regained(hold_id, token, at)
    counting.vacate(counting.locked(hold.item_id))
    _put(hold, HoldState.SKIPPED, reason=_short(reason))
    Seat.objects.filter(queue=hold.item.queue_id, user=hold.user_id).update(
        n_skipped=F("n_skipped") + 1
    )
    _tell(hold)
    return hold


@transaction.atomic
def unskip(*, hold_id: int, token: str, at: datetime) -> Hold:
    """Take back what was just skipped. Raises NotYours where somebody has it."""
    seating.kept(hold_id)
    hold = _mine(hold_id, token)
    if hold.state != HoldState.SKIPPED:
        raise NotYours("This run was not skipped.")
    if taking.hold_again(hold, at=at, token=token) is None:
        raise NotYours(LOST)
    _put(hold, HoldState.HELD, reason="")
    Seat.objects.filter(queue=hold.item.queue_id, user=hold.user_id, n_skipped__gt=0).update(
        n_skipped=F("n_skipped") - 1
    )
    _tell(hold)
    return hold


@transaction.atomic
def put_aside(*, hold_id: int, token: str, at: datetime) -> Hold:
    """Put an item at the end of this person's queue; it stays theirs for half a day.

    Raises NotYours.
    """
    hold = _regained(hold_id, token, at)
    put_off = Hold.objects.filter(user=hold.user_id, state=HoldState.ASIDE, queue=hold.queue_id)
    last = put_off.aggregate(last=Max("turn"))["last"]
    hold.turn, hold.expires_at = (last or 0) + 1, at + timedelta(seconds=ASIDE)
    hold.save(update_fields=["turn", "expires_at"])
    _put(hold, HoldState.ASIDE)
    _tell(hold)
    return hold


@transaction.atomic
def flag(*, hold_id: int, token: str, reason: str, at: datetime) -> Hold:
    """Ask for a second opinion: one more decision is wanted, once an item. Raises NotYours.

    The person may still decide, skip, or put the item off.
    """
    hold = _regained(hold_id, token, at)
    item = counting.locked(hold.item_id)
    _put(hold, HoldState.HELD, reason=_short(reason))
    if item.is_flagged:
        return hold
    item.is_flagged = True
    if not item.gold:
        item.wanted += 1
        counting.count(item.queue_id, n_wanted=1)
    item.save(update_fields=["is_flagged", "wanted"])
    signals.flagged.send(sender=QueueItem, item=item, by=hold.user)
    _tell(hold)
    return hold


def save_draft(*, hold_id: int, token: str, number: int, opinion: Opinion, at: datetime) -> int:
    """Keep a draft; the number of the one that is kept, for an older one than that is ignored.

    It is kept after the lease was lost, too, as long as nobody has another token. Numbers go on
    from `Hold.draft_number`. Raises NotYours, UnfitOpinion for what is far too long.
    """
    if trouble := checking.too_large(opinion):
        raise UnfitOpinion(trouble)
    mine = Hold.objects.filter(pk=hold_id, token=token).exclude(state=HoldState.SUBMITTED)
    newer = mine.filter(draft_number__lt=number)
    if newer.update(draft=wire.dump(opinion), draft_number=number, drafted_at=at):
        return number
    kept = mine.values_list("draft_number", flat=True).first()
    if kept is None:
        raise NotYours(LOST)
    return kept


def sweep(*, at: datetime, queue: Queue | None = None, but: User | None = None) -> int:
    """Give back leases that have ended, of one queue or of all; how many."""
    ended = Hold.objects.filter(state__in=taking.COUNTED, expires_at__lte=at)
    if queue is not None:
        ended = ended.filter(queue=queue)
    if but is not None:
        ended = ended.exclude(user=but)
    freed = 0
    for hold in ended.select_related("item").order_by("expires_at")[:MANY]:
        with transaction.atomic():
            if seating.give_back(hold, at=at):
                freed += 1
                _tell(hold)
    return freed


def _granted(item: QueueItem, user: User, at: datetime) -> Hold | None:
    return taking.grant(counting.locked(item.pk), user.pk, at)


def _regained(hold_id: int, token: str, at: datetime) -> Hold:
    """The hold, held: what ran out meanwhile is taken again if nobody else has come."""
    hold = _mine(hold_id, token)
    kept = (HoldState.HELD, HoldState.ASIDE, HoldState.RELEASED)
    if hold.state not in kept or taking.hold_again(hold, at=at, token=token) is None:
        raise NotYours(LOST)
    return hold


def _mine(hold_id: int, token: str) -> Hold:
    hold = Hold.objects.select_related("item", "user").filter(pk=hold_id, token=token).first()
    if hold is None:
        raise NotYours(LOST)
    return hold


def _put(hold: Hold, state: HoldState, **columns: str) -> None:
    Hold.objects.filter(pk=hold.pk).update(state=state, **columns)
    hold.state = state
    for name, value in columns.items():
        setattr(hold, name, value)


def _check_open(queue: Queue) -> None:
    state = Queue.objects.values_list("state", flat=True).get(pk=queue.pk)
    if state != QueueState.OPEN:
        raise QueueIsClosed(closed(state))


def closed(state: str) -> str:
    """The sentence for a queue that gives out nothing."""
    return {
        QueueState.FILLING: "This queue is still being filled; try again in a moment.",
        QueueState.PAUSED: "This queue is paused. What you hold can still be decided.",
        QueueState.CLOSED: "This queue is closed. Your drafts are kept.",
    }[QueueState(state)]


def _whole(hold: Hold) -> Hold:
    rows = Hold.objects.select_related("item__queue", "item__trajectory", "user")
    return rows.defer("item__trajectory__payload", "item__trajectory__warnings").get(pk=hold.pk)


def _tell(hold: Hold) -> None:
    signals.changed.send(sender=Queue, queue_id=hold.item.queue_id)


def _short(reason: str) -> str:
    return wire.clean(reason.strip())[:MAX_REASON]
