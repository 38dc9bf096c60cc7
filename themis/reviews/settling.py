"""Final rulings of adjudicators: given, overridden and taken back, each with the value before."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from themis.accounts.models import User
from themis.domain import checking, wire
from themis.domain.errors import NotYours, Stale, UnfitOpinion
from themis.domain.jsontypes import Json
from themis.domain.opinion import Opinion
from themis.reviews import counting, deciding, signals
from themis.reviews.models import Decision, ItemState, Override, Queue, QueueItem, Ruling

MAX_WHY = 2_000  # characters


@transaction.atomic
def settle(
    *, item: QueueItem, by: User, opinion: Opinion, why: str, seen_version: int, at: datetime
) -> Override:
    """Give an item its final ruling, in the place of whatever stood there.

    Raises Stale where somebody settled, reopened or changed it since that version, with what they
    did; UnfitOpinion; NotYours for a run that was withdrawn, or whose ruling is known beforehand.
    """
    row = _row(item, seen_version)
    why = _reason(why)
    if trouble := checking.unfit(opinion, deciding.shape_of(row, opinion)):
        raise UnfitOpinion(trouble)
    before = _value(row)
    if row.state == ItemState.OPEN:  # nobody waits any more for what was still to come
        counting.count(row.queue_id, n_wanted=row.n_decided - row.wanted)
    decision = _final(row, by, opinion, at)
    ruling = Ruling(decision.ruling)
    counting.move(row, to=ItemState.RESOLVED, ruling=ruling, at=at)
    _show_anew(row, f"{by} settled it as {ruling.label}: {why}")
    return _kept(row, by=by, why=why, before=before, at=at)


@transaction.atomic
def reopen(*, item: QueueItem, by: User, why: str, seen_version: int, at: datetime) -> Override:
    """Take a final ruling back: the item stands again where its reviewers' decisions put it.

    Raises Stale as `settle` does, UnfitOpinion without a reason, NotYours for an item that no
    adjudicator has settled.
    """
    row = _row(item, seen_version)
    why = _reason(why)
    if row.state != ItemState.RESOLVED:
        raise NotYours("No adjudicator has settled this run.")
    before = _value(row)
    Decision.objects.filter(item=row, is_final=True).update(is_current=False)
    counting.move(row, to=ItemState.OPEN, ruling=None, at=at)
    counting.weigh(row, at)
    if row.state == ItemState.OPEN:
        counting.count(row.queue_id, n_wanted=row.wanted - row.n_decided)
    _show_anew(row, f"{by} reopened it: {why}")
    return _kept(row, by=by, why=why, before=before, at=at)


def _row(item: QueueItem, seen_version: int) -> QueueItem:
    """The item, locked, as it was seen."""
    row = counting.locked(item.pk)
    if row.version != seen_version:
        raise Stale(_since(row, seen_version))
    if row.state == ItemState.WITHDRAWN:
        raise NotYours("This run was withdrawn from the queue.")
    if row.gold:
        raise NotYours("The ruling of a gold run is known beforehand.")
    return row


def _since(row: QueueItem, seen_version: int) -> tuple[str, ...]:
    """What others did to an item; the last of it is told by the item itself."""
    last = Override.objects.filter(item=row).select_related("by").last()
    told = deciding.changes(row, seen_version)
    if last is None or not row.changed.startswith(f"{last.by} "):
        return told
    return (f"{row.changed} ({last.at:%H:%M} UTC)", *told[1:])


def _reason(why: str) -> str:
    text = wire.clean(why.strip())
    if not text:
        raise UnfitOpinion({"why": "say why, for those who decided otherwise"})
    if len(text) > MAX_WHY:
        raise UnfitOpinion({"why": f"at most {MAX_WHY:,} characters are kept"})
    return text


def _value(row: QueueItem) -> dict[str, Json]:
    final = Decision.objects.filter(item=row, is_final=True, is_current=True)
    decision: int | None = final.values_list("pk", flat=True).first()
    return {"state": row.state, "ruling": row.ruling, "decision": decision}


def _final(row: QueueItem, by: User, opinion: Opinion, at: datetime) -> Decision:
    assert opinion.ruling is not None  # noqa: S101  it fits
    Decision.objects.filter(item=row, is_final=True, is_current=True).update(is_current=False)
    return Decision.objects.create(
        item=row,
        user=by,
        is_final=True,
        ruling=Ruling(opinion.ruling.value),
        confidence=opinion.confidence,
        error_class=opinion.error_class or "",
        own_class=wire.clean(opinion.own_class.strip()),
        failing_step=opinion.failing_step,
        payload=wire.dump(opinion),
        verdict_id=row.verdict_id,
        seen_version=row.version,
        at=at,
    )


def _show_anew(row: QueueItem, changed: str) -> None:
    rows = QueueItem.objects.filter(pk=row.pk)
    rows.update(version=F("version") + 1, changed=wire.clean(changed)[:300])
    row.refresh_from_db(fields=["version", "changed"])


def _kept(row: QueueItem, *, by: User, why: str, before: dict[str, Json], at: datetime) -> Override:
    override = Override.objects.create(
        item=row, by=by, at=at, why=why, before=before, after=_value(row)
    )
    signals.changed.send(sender=Queue, queue_id=row.queue_id)
    signals.settled.send(sender=Override, override=override)
    return override
