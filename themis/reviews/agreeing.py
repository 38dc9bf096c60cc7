"""Writes of the work on agreement. State moves by conditional update."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from themis.accounts.models import Team, User
from themis.domain import wire
from themis.domain.jsontypes import Json
from themis.reviews.models import Agreement, AgreementState, Queue

MOST_ATTEMPTS = 3
KEPT = 100  # of a team, and of each queue
ACTIVE = (AgreementState.WAITING, AgreementState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What came of it: the report, whom its judges stand for, and what it was counted on."""

    report: dict[str, Json]
    judges: list[list[str]]
    as_of: datetime
    n_decisions: int


@transaction.atomic
def ask(*, team: Team, queue: Queue | None, by: User | None, at: datetime) -> Agreement:
    """Have agreement counted, in all queues or one; the work that waits already, if there is."""
    same = Agreement.objects.filter(team=team, queue=queue, state=AgreementState.WAITING)
    if waiting := same.order_by("pk").first():
        return waiting
    return Agreement.objects.create(team=team, queue=queue, asked_by=by, asked_at=at)


def claim(*, row: Agreement, owner: str, at: datetime) -> bool:
    """Take waiting work for a process; False if another came first."""
    taken = Agreement.objects.filter(pk=row.pk, state=AgreementState.WAITING).update(
        state=AgreementState.RUNNING,
        owner=owner,
        beat_at=at,
        attempts=F("attempts") + 1,
        done=0,
        total=None,
        now="",
    )
    return taken == 1


def beat(*, row: Agreement, owner: str, at: datetime) -> bool:
    """Say that a process is still at it; False if it was taken away."""
    return _held(row, owner).update(beat_at=at) == 1


def go_on(*, row: Agreement, owner: str, done: int, total: int, now: str, at: datetime) -> bool:
    """Note how far it is; False if it was taken away."""
    moved = _held(row, owner).update(done=done, total=total, now=wire.clean(now)[:80], beat_at=at)
    return moved == 1


@transaction.atomic
def keep(*, row: Agreement, owner: str, counted: Counted, at: datetime) -> bool:
    """Close work with its report; False if it was taken away. Very old ones make room."""
    ended = _held(row, owner).update(
        state=AgreementState.DONE,
        report=counted.report,
        judges=counted.judges,
        as_of=counted.as_of,
        n_decisions=counted.n_decisions,
        ended_at=at,
        owner="",
        now="",
        done=Coalesce("total", 0),
    )
    if ended == 1:
        same = Agreement.objects.filter(team=row.team_id, queue=row.queue_id).order_by("-pk")
        kept = list(same.values_list("pk", flat=True)[:KEPT])
        same.filter(pk__lt=min(kept)).exclude(state__in=ACTIVE).delete()
    return ended == 1


def break_off(*, row: Agreement, owner: str, cause: str, at: datetime) -> bool:
    """Close work with the cause it broke of; False if it was taken away."""
    ended = _held(row, owner).update(
        state=AgreementState.BROKEN, ended_at=at, owner="", cause=wire.clean(cause)[:2000]
    )
    return ended == 1


def give_back(*, row: Agreement, at: datetime) -> bool:
    """Put work whose process died back in the queue; ended if it died of it time and again."""
    held = _held(row, row.owner)
    if row.attempts >= MOST_ATTEMPTS:
        cause = f"Themis ended {row.attempts} times while it counted this"
        return held.update(state=AgreementState.BROKEN, ended_at=at, owner="", cause=cause) == 1
    return held.update(state=AgreementState.WAITING, owner="", beat_at=None) == 1


def _held(row: Agreement, owner: str) -> QuerySet[Agreement]:
    return Agreement.objects.filter(pk=row.pk, state=AgreementState.RUNNING, owner=owner)
