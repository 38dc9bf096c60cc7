"""Writes of reward requests. Each is settled once; state moves by conditional update.

What a job's stream tells is written in the same transaction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from themis.accounts.models import Team
from themis.domain import wire
from themis.domain.jsontypes import Json
from themis.rewards.models import (
    EventKind,
    Job,
    RequestStatus,
    RewardEvent,
    RewardRequest,
)
from themis.rewards.policy import Policy
from themis.trajectories.models import Trajectory

OPEN = (RequestStatus.RUNNING, RequestStatus.REVIEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Whose reward is asked for, under which policy, for whom and at which address."""

    team: Team
    job: Job | None
    policy: Policy
    trajectory: Trajectory
    meta: Mapping[str, Json]
    origin: str = ""
    since: datetime | None = None  # when it was asked first, where somebody has waited meanwhile


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What a request comes to. `told` is the rest of the answer."""

    outcome: str
    reward: float | None
    source: str
    told: Mapping[str, Json]

    @property
    def status(self) -> RequestStatus:
        """An undecided run stays undecided, whatever the policy pays for it."""
        is_final = self.reward is not None and self.outcome in {"passed", "failed"}
        return RequestStatus.FINAL if is_final else RequestStatus.UNDECIDED


@transaction.atomic
def open_request(*, wish: Wish, at: datetime) -> tuple[RewardRequest, bool]:
    """The one request of that kind, and whether something has to be begun for it.

    A new one, and one that broke before it was asked, is to be begun; any other waits or is
    answered already.
    """
    job, policy = wish.job, wish.policy
    scope = policy.digest(job.pk if job else None)
    deadline = None if policy.deadline is None else at + timedelta(seconds=policy.deadline)
    row, is_new = RewardRequest.objects.get_or_create(
        trajectory=wish.trajectory,
        scope=scope,
        defaults={
            "team": wish.team,
            "job": job,
            "policy": policy.columns,
            "meta": wire.encode(dict(wish.meta)),
            "origin": wish.origin,
            "asked_at": at,
            "deadline_at": deadline,
        },
    )
    if is_new or row.status != RequestStatus.BROKEN:
        return row, is_new
    broken = RewardRequest.objects.filter(pk=row.pk, status=RequestStatus.BROKEN)
    begun = broken.filter(settled_at__lt=wish.since or at).update(
        status=RequestStatus.RUNNING, code="", cause="", settled_at=None, deadline_at=deadline
    )
    row.refresh_from_db()
    return row, begun == 1


@transaction.atomic
def settle(*, row: RewardRequest, to: Settlement, at: datetime) -> bool:
    """Give the one answer; False if there is one, or it broke."""
    status = to.status
    answer = _answer(row, to, status, version=1, at=at)
    settled = _open(row).update(
        status=status,
        outcome=to.outcome,
        reward=to.reward,
        source=to.source,
        answer=answer,
        version=1,
        settled_at=at,
    )
    if settled != 1:
        return False
    _tell(row, EventKind(status.value), answer, at)
    return True


@transaction.atomic
def amend(*, row: RewardRequest, to: Settlement, at: datetime) -> bool:
    """Another answer in the place of one that was given; False if it says the same."""
    kept = RewardRequest.objects.select_for_update().get(pk=row.pk)
    if not kept.is_settled or (kept.outcome, kept.reward) == (to.outcome, to.reward):
        return False
    answer = _answer(kept, to, to.status, version=kept.version + 1, at=at)
    RewardRequest.objects.filter(pk=kept.pk).update(
        status=to.status,
        outcome=to.outcome,
        reward=to.reward,
        source=to.source,
        answer=answer,
        version=kept.version + 1,
        settled_at=at,
    )
    _tell(kept, EventKind.AMENDED, answer, at)
    return True


@transaction.atomic
def break_off(*, row: RewardRequest, code: str, cause: str, at: datetime) -> bool:
    """Say why there is no answer; False if there is one."""
    cause = wire.clean(cause)[:2000]
    broken = _open(row).update(
        status=RequestStatus.BROKEN, code=code, cause=cause, settled_at=at, answer=""
    )
    if broken != 1:
        return False
    told: dict[str, Json] = {
        "id": row.pk,
        "trajectory": row.trajectory_id,
        "status": "broken",
        "code": code,
        "error": cause,
        "meta": row.meta,
    }
    _tell(row, EventKind.BROKEN, json.dumps(told, ensure_ascii=False), at)
    return True


def put_before_people(*, row: RewardRequest) -> bool:
    """Wait for a ruling; False if it does already, or is answered."""
    waits = RewardRequest.objects.filter(pk=row.pk, status=RequestStatus.RUNNING)
    return waits.update(status=RequestStatus.REVIEW) == 1


def _open(row: RewardRequest) -> QuerySet[RewardRequest]:
    return RewardRequest.objects.filter(pk=row.pk, status__in=OPEN)


def _answer(
    row: RewardRequest, to: Settlement, status: RequestStatus, *, version: int, at: datetime
) -> str:
    said: dict[str, Json] = {
        "id": row.pk,
        "trajectory": row.trajectory_id,
        "job": row.job.name if row.job else None,
        "status": status.value,
        "outcome": to.outcome,
        "reward": to.reward,
        "mask": to.reward is None,
        "source": to.source,
        **to.told,
        "version": version,
        "amended": version > 1,
        "settled_at": at.isoformat(),
        "meta": row.meta,
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def _tell(row: RewardRequest, kind: EventKind, answer: str, at: datetime) -> None:
    """Put it down for the job's stream; the job's row is held until the end, so numbers go up."""
    if row.job_id is None:
        return
    Job.objects.filter(pk=row.job_id).update(n_events=F("n_events") + 1)
    number = Job.objects.values_list("n_events", flat=True).get(pk=row.job_id)
    RewardEvent.objects.create(
        job_id=row.job_id, number=number, request=row, kind=kind, answer=answer, at=at
    )
