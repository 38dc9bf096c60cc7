"""Writes of queues: made, filled, paused, closed; what changes for who reviews in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from themis.accounts.models import Team, User
from themis.domain import wire
from themis.domain.errors import QueueIsClosed
from themis.domain.jsontypes import Json
from themis.reviews import counting, seating, signals
from themis.reviews.models import (
    GOLD_FROM,
    GOLD_WANTED,
    Hold,
    HoldState,
    ItemState,
    Queue,
    QueueItem,
    QueueState,
    Ruling,
)

IN_HAND = (HoldState.HELD, HoldState.ASIDE, HoldState.RELEASED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a queue is worked through, whatever stands in it."""

    name: str
    guidance: str = ""
    reviewers: int = 1
    overlap: int = 100
    is_blind: bool = True
    is_named: bool = False
    priority: int = 0
    due_at: datetime | None = None
    gold_percent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One run on its way into a queue; a gold one has its known ruling."""

    trajectory_id: str
    verdict_id: int | None = None
    wanted: int = 1
    gold: Ruling | None = None


@transaction.atomic
def create(
    *,
    team: Team,
    by: User | None,
    terms: Terms,
    made_from: dict[str, Json],
    named: Sequence[User] = (),
    at: datetime,
) -> Queue:
    """A queue that is still to be filled; `made_from` says with what."""
    queue = Queue.objects.create(
        team=team,
        name=wire.clean(terms.name.strip())[:120],
        guidance=wire.clean(terms.guidance),
        made_from=made_from,
        is_blind=terms.is_blind,
        is_named=terms.is_named,
        reviewers=terms.reviewers,
        overlap=terms.overlap,
        gold_percent=terms.gold_percent,
        priority=terms.priority,
        due_at=terms.due_at,
        created_by=by,
        created_at=at,
    )
    seating.appoint(queue=queue, users=named, at=at)
    return queue


@transaction.atomic
def add(*, queue: Queue, entries: Sequence[Entry], made_from: dict[str, Json]) -> int:
    """Put runs at the end of a queue, with how far its filling has come; how many are new.

    What stands in the queue already is passed over, so that a portion may come twice.
    """
    row = Queue.objects.select_for_update(no_key=True).get(pk=queue.pk)
    ids = [entry.trajectory_id for entry in entries]
    known = set(
        QueueItem.objects.filter(queue=row, trajectory__in=ids).values_list(
            "trajectory_id", flat=True
        )
    )
    fresh = [entry for entry in entries if entry.trajectory_id not in known]
    plain = [entry for entry in fresh if entry.gold is None]
    gold = [entry for entry in fresh if entry.gold is not None]
    rows = _rows(row, plain, _end(row, is_gold=False)) + _rows(row, gold, _end(row, is_gold=True))
    QueueItem.objects.bulk_create(rows, batch_size=1_000)
    Queue.objects.filter(pk=row.pk).update(
        n_items=F("n_items") + len(plain),
        n_wanted=F("n_wanted") + sum(entry.wanted for entry in plain),
        made_from=made_from,
    )
    return len(fresh)


def finish_filling(*, queue: Queue) -> bool:
    """Open a queue that is filled; False if it was opened or closed before."""
    return _moved(queue, [QueueState.FILLING], QueueState.OPEN, trouble="")


def break_filling(*, queue: Queue, trouble: str) -> bool:
    """Pause a queue that cannot be filled to the end, and say why."""
    text = wire.clean(trouble)[:300]
    return _moved(queue, [QueueState.FILLING], QueueState.PAUSED, trouble=text)


def pause(*, queue: Queue) -> bool:
    """Give out nothing more for now; what people hold they may still decide."""
    return _moved(queue, [QueueState.OPEN], QueueState.PAUSED)


def reopen(*, queue: Queue) -> bool:
    """Go on with a queue that was paused or closed."""
    was = [QueueState.PAUSED, QueueState.CLOSED]
    return _moved(queue, was, QueueState.OPEN, closed_at=None, trouble="")


def close(*, queue: Queue, at: datetime) -> bool:
    """End a queue: nothing is given out or taken any more; drafts and decisions are kept."""
    was = [QueueState.FILLING, QueueState.OPEN, QueueState.PAUSED]
    return _moved(queue, was, QueueState.CLOSED, closed_at=at)


@transaction.atomic
def refill(*, queue: Queue, made_from: dict[str, Json]) -> None:
    """Have more put in; raises QueueIsClosed while it is being filled, or once it is closed."""
    was = [QueueState.OPEN, QueueState.PAUSED]
    if not _moved(queue, was, QueueState.FILLING, made_from=made_from):
        raise QueueIsClosed("Only a queue that is open or paused can be extended.")


@transaction.atomic
def edit(*, queue: Queue, name: str, guidance: str, priority: int, due_at: datetime | None) -> bool:
    """Change what reviewers are told; True where the guidance differs, which they have to see."""
    row = Queue.objects.get(pk=queue.pk)
    is_new = wire.clean(guidance) != row.guidance
    if is_new:
        # Items that nobody has had in hand are read anew when they are opened.
        change(
            items=Q(queue=row, pk__in=_in_hand(row)),
            what="The guidance of this queue has changed.",
        )
    Queue.objects.filter(pk=row.pk).update(
        name=wire.clean(name.strip())[:120],
        guidance=wire.clean(guidance),
        priority=priority,
        due_at=due_at,
        version=F("version") + (1 if is_new else 0),
    )
    signals.changed.send(sender=Queue, queue_id=row.pk)
    return is_new


@transaction.atomic
def withdraw(*, item: QueueItem, why: str, at: datetime) -> bool:
    """Take a run out of its queue; its decisions are kept. False if it was out already."""
    row = counting.locked(item.pk)
    if row.state == ItemState.WITHDRAWN:
        return False
    counting.move(row, to=ItemState.WITHDRAWN, ruling=None, at=at)
    if not row.gold:
        counting.count(row.queue_id, n_items=-1, n_wanted=-row.wanted, n_decisions=-row.n_decided)
    change(items=Q(pk=row.pk), what=f"This run was withdrawn from the queue. {why}".strip())
    signals.changed.send(sender=Queue, queue_id=row.queue_id)
    return True


def change(*, items: Q, what: str) -> int:
    """Raise the version of what reviewers are shown, and say what is different; how many items."""
    return QueueItem.objects.filter(items).update(
        version=F("version") + 1, changed=wire.clean(what)[:300]
    )


@transaction.atomic
def show_verdict(*, trajectory_id: str, verdict_id: int, what: str) -> int:
    """Put a new final verdict before reviewers of the run's items to be decided; how many.

    In a blind queue the machine's milestones are what people answer, so that there it takes the
    old one's place only while nobody has had the item.
    """
    waiting = Q(trajectory=trajectory_id, state=ItemState.OPEN)
    waiting &= ~Q(queue__state=QueueState.CLOSED) & ~Q(verdict=verdict_id)
    is_free = Q(queue__is_blind=False) | Q(queue__is_blind=True, n_taken=0, holds=None)
    found = QueueItem.objects.filter(waiting & is_free).order_by("pk")
    ids = list(found.values_list("pk", flat=True))
    if not ids:
        return 0
    rows = QueueItem.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    rows = rows.filter(Q(state=ItemState.OPEN))
    changed = [row.pk for row in rows]
    QueueItem.objects.filter(pk__in=changed).update(verdict=verdict_id)
    return change(items=Q(pk__in=changed), what=what)


def _moved(queue: Queue, was: list[QueueState], to: QueueState, **columns: object) -> bool:
    rows = Queue.objects.filter(pk=queue.pk, state__in=was)
    moved = rows.update(state=to, **columns) == 1
    if moved:
        queue.state = to
        signals.changed.send(sender=Queue, queue_id=queue.pk)
        if to == QueueState.OPEN:
            signals.opened.send(sender=Queue, queue_id=queue.pk)
    return moved


def _in_hand(queue: Queue) -> list[int]:
    held = Hold.objects.filter(queue=queue, state__in=IN_HAND)
    return list(held.order_by("item_id").values_list("item_id", flat=True).distinct())


def _end(queue: Queue, *, is_gold: bool) -> int:
    start = GOLD_FROM if is_gold else 0
    rows = QueueItem.objects.filter(queue=queue, position__gte=start)
    rows = rows if is_gold else rows.filter(position__lt=GOLD_FROM)
    last = rows.order_by("-position").values_list("position", flat=True).first()
    return start if last is None else last + 1


def _rows(queue: Queue, entries: Sequence[Entry], start: int) -> list[QueueItem]:
    return [
        QueueItem(
            queue=queue,
            trajectory_id=entry.trajectory_id,
            verdict_id=entry.verdict_id,
            position=position,
            wanted=GOLD_WANTED if entry.gold else entry.wanted,
            gold=entry.gold or "",
        )
        for position, entry in enumerate(entries, start)
    ]
