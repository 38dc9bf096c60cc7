"""Reads of reward requests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from themis.accounts.models import Team
from themis.rewards.models import Job, RewardEvent, RewardRequest
from themis.rewards.requests import OPEN


def of_team(team: Team) -> QuerySet[RewardRequest]:
    """All of a team, with what an answer needs beside them."""
    return RewardRequest.objects.filter(team=team).select_related("job", "team")


def request(team: Team, pk: str) -> RewardRequest | None:
    """One of the team's."""
    return of_team(team).filter(pk=pk).first()


def waiting_on(trajectory_id: str) -> list[RewardRequest]:
    """Those that a trajectory's verdicts or rulings may settle."""
    rows = RewardRequest.objects.filter(trajectory=trajectory_id, status__in=OPEN)
    return list(_whole(rows).order_by("pk"))


def settled_on(trajectory_id: str) -> list[RewardRequest]:
    """Those that a person's ruling may amend."""
    rows = RewardRequest.objects.filter(trajectory=trajectory_id, version__gt=0)
    return list(_whole(rows.exclude(status__in=OPEN)).order_by("pk"))


def next_deadline() -> datetime | None:
    """When the next open request has to be answered; None if no time is set for any."""
    rows = RewardRequest.objects.filter(status__in=OPEN, deadline_at__isnull=False)
    return rows.order_by("deadline_at").values_list("deadline_at", flat=True).first()


def overdue(at: datetime, limit: int) -> list[RewardRequest]:
    """Those whose deadline has come, the one that is longest over first."""
    rows = RewardRequest.objects.filter(status__in=OPEN, deadline_at__lte=at)
    return list(_whole(rows).order_by("deadline_at")[:limit])


def over(ids: Sequence[str]) -> set[str]:
    """Of these, those that nothing more is to be waited for."""
    rows = RewardRequest.objects.filter(pk__in=ids).exclude(status__in=OPEN)
    return set(rows.values_list("pk", flat=True))


def job(team: Team, name: str) -> Job | None:
    """A team's job by its name."""
    return Job.objects.select_related("team").filter(team=team, name=name).first()


def events(job: Job, after: int, limit: int) -> list[RewardEvent]:
    """What a job's stream tells after a number, in order."""
    rows = RewardEvent.objects.filter(job=job, number__gt=after)
    return list(rows.order_by("number")[:limit])


def _whole(rows: QuerySet[RewardRequest]) -> QuerySet[RewardRequest]:
    return rows.select_related("job", "team", "trajectory__team").defer("trajectory__payload")
