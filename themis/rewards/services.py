"""Writes of measurements and of the work on them. State moves by conditional update."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from themis.accounts.models import Team, User
from themis.critic.trust import writing
from themis.critic.trust.table import Table
from themis.domain import wire
from themis.domain.jsontypes import Json
from themis.rewards.judges import Judge
from themis.rewards.models import Brought, Measurement, Measuring, Status

MOST_ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was measured of one judge or combination; `judge` is None unless it is the team's."""

    judge: Judge | None
    name: str
    platform: str
    digest: str
    report: dict[str, Json]


@transaction.atomic
def bring(*, team: Team, by: User | None, name: str, table: Table, at: datetime) -> Brought:
    """Keep a table of verdicts as it was read."""
    return Brought.objects.create(
        team=team,
        name=wire.clean(name)[-200:] or "table",
        digest=table.digest,
        n_labels=len(table.rows),
        n_tasks=len(table.tasks),
        left_out=table.left_out,
        tasks_known=table.tasks_known,
        judges=[wire.clean(judge) for judge in table.judges],
        content=wire.clean("".join(writing.as_json(table))),
        brought_at=at,
        brought_by=by,
    )


def forget(*, brought: Brought) -> None:
    """Delete a table with what was measured on it."""
    Brought.objects.filter(pk=brought.pk).delete()


@transaction.atomic
def ask(
    *,
    team: Team,
    by: User | None,
    at: datetime,
    critic: str = "",
    together: Sequence[Judge] = (),
    brought: Brought | None = None,
) -> Measuring:
    """Put measuring in the queue; the same that waits already, if there is one."""
    judges = [judge.columns for judge in together]
    same = Measuring.objects.filter(
        team=team, critic=critic, brought=brought, together=judges, status=Status.WAITING
    )
    if waiting := same.order_by("pk").first():
        return waiting
    return Measuring.objects.create(
        team=team, critic=critic, brought=brought, together=judges, asked_at=at, asked_by=by
    )


def claim(*, measuring: Measuring, owner: str, at: datetime) -> bool:
    """Take waiting work for a process; False if another came first."""
    taken = Measuring.objects.filter(pk=measuring.pk, status=Status.WAITING).update(
        status=Status.RUNNING,
        owner=owner,
        beat_at=at,
        started_at=at,
        attempts=measuring.attempts + 1,
        done=0,
        total=None,
        now="",
    )
    return taken == 1


def beat(*, measuring: Measuring, owner: str, at: datetime) -> bool:
    """Say that a process is still at it; False if it was taken away."""
    return _held(measuring, owner).update(beat_at=at) == 1


def go_on(
    *, measuring: Measuring, owner: str, done: int, total: int, now: str, at: datetime
) -> bool:
    """Note how far it is; False if it was taken away."""
    moved = _held(measuring, owner).update(
        done=done, total=total, now=wire.clean(now)[:600], beat_at=at
    )
    return moved == 1


@transaction.atomic
def keep(*, measuring: Measuring, owner: str, found: Sequence[Found], at: datetime) -> bool:
    """Close work with everything that was measured, or with nothing; False if it was taken away."""
    ended = _held(measuring, owner).update(
        status=Status.DONE, ended_at=at, owner="", now="", done=Coalesce("total", 0)
    )
    if ended != 1:
        return False
    Measurement.objects.bulk_create([_row(measuring, each, at) for each in found])
    return True


def break_off(*, measuring: Measuring, owner: str, cause: str, at: datetime) -> bool:
    """Close work with the cause it broke of; False if it was taken away."""
    ended = _held(measuring, owner).update(
        status=Status.BROKEN, ended_at=at, owner="", cause=wire.clean(cause)[:2000]
    )
    return ended == 1


def give_back(*, measuring: Measuring, at: datetime) -> bool:
    """Put work whose process died back in the queue; ended if it died of it time and again."""
    held = _held(measuring, measuring.owner)
    if measuring.attempts >= MOST_ATTEMPTS:
        cause = f"Themis ended {measuring.attempts} times while it measured this; measure less"
        return held.update(status=Status.BROKEN, ended_at=at, owner="", cause=cause) == 1
    return held.update(status=Status.WAITING, owner="", beat_at=None) == 1


def _held(measuring: Measuring, owner: str) -> QuerySet[Measuring]:
    return Measuring.objects.filter(pk=measuring.pk, status=Status.RUNNING, owner=owner)


def _row(measuring: Measuring, found: Found, at: datetime) -> Measurement:
    judge, report = found.judge, found.report
    judges = report["judges"]
    return Measurement(
        team_id=measuring.team_id,
        measuring=measuring,
        brought_id=measuring.brought_id,
        critic=judge.critic if judge else "",
        critic_version=judge.critic_version if judge else "",
        settings_hash=judge.settings_hash if judge else "",
        model=judge.model if judge else "",
        name=found.name[:600],
        judges=judges if isinstance(judges, list) and len(judges) > 1 else [],
        platform=found.platform,
        measured_at=at,
        n_labels=int(str(report["runs"])),
        n_tasks=int(str(report["tasks"])),
        digest=found.digest,
        report=report,
    )
