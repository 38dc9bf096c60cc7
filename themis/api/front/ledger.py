"""What the front reads: live keys, settled answers, a job's events. In threads, many at a time."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from themis.accounts import services
from themis.accounts.models import ApiKey
from themis.rewards.models import Job, RequestStatus, RewardEvent, RewardRequest

SETTLED = (RequestStatus.FINAL, RequestStatus.UNDECIDED)
NOTED = 60.0  # seconds between two notes of a key's use
_noted: dict[int, float] = {}  # by key: when its use was noted last, by this process


@dataclass(frozen=True, slots=True)
class Pulled:
    """A settled answer, as it is sent."""

    answer: bytes
    etag: bytes


def pulled(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Pulled]:
    """The settled answers among what is wanted, each a key's hash and a request of its team's."""
    wanted = list(wanted)
    keys = live_keys({key for key, _ in wanted})
    rows = RewardRequest.objects.filter(pk__in={pk for _, pk in wanted}, status__in=SETTLED)
    columns = rows.values_list("pk", "team_id", "job_id", "answer", "version")
    found = {pk: (team, job, answer, version) for pk, team, job, answer, version in columns}
    told = {}
    for key, pk in wanted:
        caller, row = keys.get(key), found.get(pk)
        if caller is None or row is None:
            continue
        team, job, answer, version = row
        if caller.team == team and caller.job in (None, job):
            told[key, pk] = Pulled(answer.encode(), b'"%d"' % version)
    return told


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose a live key is."""

    team: int
    job: int | None


def live_keys(hashes: Iterable[str]) -> dict[str, Caller]:
    """The live keys among these; their use is noted once a minute."""
    rows = ApiKey.objects.filter(secret_hash__in=list(hashes), revoked_at=None)
    found = rows.select_related("of_job").only("team_id", "secret_hash", "last_used_at", "of_job")
    callers = {}
    for key in found:
        bound = getattr(key, "of_job", None)
        callers[key.secret_hash] = Caller(key.team_id, bound.job_id if bound else None)
        _note(key)
    return callers


def job_of(key: str, name: str) -> Job | None:
    """The job of that name, if this key, by its hash, may look at it."""
    caller = live_keys([key]).get(key)
    if caller is None:
        return None
    job = Job.objects.filter(team=caller.team, name=name).first()
    return job if job is not None and caller.job in (None, job.pk) else None


def events(job_id: int, after: int, limit: int) -> list[tuple[int, str, str]]:
    """What a job's stream tells after a number: number, kind and answer, in order."""
    rows = RewardEvent.objects.filter(job=job_id, number__gt=after).order_by("number")
    return list(rows.values_list("number", "kind", "answer")[:limit])


def newest_event(job_id: int) -> int:
    """The number of the event that was told last."""
    return Job.objects.values_list("n_events", flat=True).get(pk=job_id)


def _note(key: ApiKey) -> None:
    if time.monotonic() - _noted.get(key.pk, -NOTED) >= NOTED:
        _noted[key.pk] = time.monotonic()
        services.note_use(key=key, at=timezone.now())
