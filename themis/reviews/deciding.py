"""Decisions: what was typed becomes one, on the version that was seen, and only once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from themis.accounts.models import User
from themis.domain import checking, wire
from themis.domain.checking import Shape
from themis.domain.errors import NotYours, QueueIsClosed, Stale, UnfitOpinion
from themis.domain.opinion import Opinion
from themis.reviews import counting, seating, signals, taking
from themis.reviews.holding import LOST, closed
from themis.reviews.models import (
    Decision,
    Hold,
    HoldState,
    ItemState,
    Queue,
    QueueItem,
    QueueState,
    Ruling,
    Seat,
)
from themis.trajectories.models import Screen, Trajectory
from themis.verdicts.models import Verdict

MAX_SECONDS = 24 * 3600.0
SETTLED = "An adjudicator has settled this run; it takes no more decisions."


@transaction.atomic
def submit(
    *,
    hold_id: int,
    token: str,
    seen_version: int,
    opinion: Opinion,
    seconds: float,
    at: datetime,
) -> Decision:
    """Turn an opinion into this person's decision on the item they hold.

    Submitted again with the same token it is the same decision. Raises NotYours where the item
    went to somebody else, Stale where it has changed since that version, UnfitOpinion, and
    QueueIsClosed; the draft is kept in each case.
    """
    seating.kept(hold_id)
    hold = Hold.objects.select_related("user").filter(pk=hold_id, token=token).first()
    if hold is None:
        raise NotYours(LOST)
    item = counting.locked(hold.item_id)
    hold.refresh_from_db(fields=["state", "token"])
    if hold.token != token:
        raise NotYours(LOST)
    if hold.state == HoldState.SUBMITTED:
        return current(item, hold.user)
    _check(item, seen_version, opinion)
    if hold.state == HoldState.SKIPPED or not taking.hold_again(hold, at=at, token=token):
        raise NotYours(LOST)
    decision = _row(item, hold.user, opinion, seconds, at)
    _count_in(hold, item, at)
    signals.decided.send(sender=Decision, decision=decision)
    return decision


@transaction.atomic
def amend(*, decision: Decision, by: User, opinion: Opinion, at: datetime) -> Decision:
    """Put another decision in the place of one's own, the current one; what it replaces is kept.

    Raises NotYours for anybody else's or an older one, or where an adjudicator has settled the
    item; UnfitOpinion and QueueIsClosed.
    """
    item = counting.locked(decision.item_id)
    mine = Decision.objects.filter(pk=decision.pk, user=by, is_current=True, is_final=False)
    if not mine.exists():
        raise NotYours("This is not your latest decision on this run.")
    _check_takes(item)
    _check_fit(item, opinion)
    mine.update(is_current=False)
    new = _row(item, by, opinion, decision.seconds, at)
    _weigh(item, by, at)
    signals.changed.send(sender=Queue, queue_id=item.queue_id)
    signals.decided.send(sender=Decision, decision=new)
    return new


def current(item: QueueItem, user: User) -> Decision:
    """What somebody has decided on an item, as it stands now."""
    return Decision.objects.get(item=item, user=user, is_current=True, is_final=False)


def shape_of(item: QueueItem, opinion: Opinion) -> Shape:
    """What of an item's run an opinion has to fit."""
    n_steps = Trajectory.objects.values_list("n_steps", flat=True).get(pk=item.trajectory_id)
    pointed = {each for each in checking.places(opinion) if 0 <= each < 2**31}
    screens = Screen.objects.filter(trajectory=item.trajectory_id, position__in=pointed)
    return Shape(
        n_steps=n_steps,
        screens={row.position: (row.width, row.height) for row in screens},
        milestones=frozenset(_milestones(item)),
    )


def _milestones(item: QueueItem) -> list[str]:
    if item.verdict_id is None:
        return []
    chain = Verdict.objects.only("rounds").get(pk=item.verdict_id).chain
    return [each.id for each in chain[-1].milestones] if chain else []


def _check(item: QueueItem, seen_version: int, opinion: Opinion) -> None:
    if seen_version != item.version:
        raise Stale(changes(item, seen_version))
    _check_takes(item)
    _check_fit(item, opinion)


def changes(item: QueueItem, seen_version: int) -> tuple[str, ...]:
    """Sentences on what is different from the version that was seen."""
    last = item.changed or "What is shown of this run has changed."
    if item.version - seen_version > 1:
        return (last, "There were other changes before that one. Look at it again.")
    return (last,)


def _check_takes(item: QueueItem) -> None:
    if item.queue.state == QueueState.CLOSED:
        raise QueueIsClosed(closed(item.queue.state))
    if item.state == ItemState.WITHDRAWN:
        raise NotYours("This run was withdrawn from the queue.")
    if item.state == ItemState.RESOLVED:
        raise NotYours(SETTLED)


def _check_fit(item: QueueItem, opinion: Opinion) -> None:
    if trouble := checking.unfit(opinion, shape_of(item, opinion)):
        raise UnfitOpinion(trouble)


def _row(item: QueueItem, user: User, opinion: Opinion, seconds: float, at: datetime) -> Decision:
    return Decision.objects.create(
        item=item,
        user=user,
        ruling=Ruling(str(opinion.ruling)),
        confidence=opinion.confidence,
        error_class=opinion.error_class or "",
        own_class=wire.clean(opinion.own_class.strip()),
        failing_step=opinion.failing_step,
        payload=wire.dump(opinion),
        verdict_id=item.verdict_id,
        seen_version=item.version,
        seconds=min(max(seconds, 0.0), MAX_SECONDS),
        at=at,
    )


def _count_in(hold: Hold, item: QueueItem, at: datetime) -> None:
    Hold.objects.filter(pk=hold.pk).update(state=HoldState.SUBMITTED, draft=None)
    QueueItem.objects.filter(pk=item.pk).update(n_decided=F("n_decided") + 1)
    item.n_decided += 1
    if not item.gold:
        counting.count(item.queue_id, n_decisions=1)
        Seat.objects.filter(queue=item.queue_id, user=hold.user_id).update(
            n_decided=F("n_decided") + 1
        )
    _weigh(item, hold.user, at)
    signals.changed.send(sender=Queue, queue_id=item.queue_id)


def _weigh(item: QueueItem, by: User, at: datetime) -> None:
    before = item.ruling
    counting.weigh(item, at)
    if item.state == ItemState.DECIDED and item.ruling != before:
        signals.ruled.send(sender=QueueItem, item=item, before=before, by=by)
