"""What the front reads: live keys, settled answers, a job's events. In threads, many at a time."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from themis.accounts import services
from themis.accounts.models import ApiKey
from themis.api.front.till import Value, till
from themis.rewards.models import Job, RewardEvent

NOTED = 60.0  # seconds between two notes of a key's use
_noted: dict[int, float] = {}  # by key: when its use was noted last, by this process


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whose a live key is, and how many requests a minute it may make."""

    key: int
    team: int
    job: int | None
    rate: int


@dataclass(frozen=True, slots=True)
class Pulled:
    """A settled answer, as it is sent."""

    answer: bytes
    etag: bytes
    caller: Caller


PAIRS = """
WITH wanted (hash, request) AS (VALUES {pairs})
SELECT wanted.hash, wanted.request, reward.answer, reward.version, found.id, found.team_id,
    bound.job_id, found.rate
FROM wanted
JOIN accounts_apikey AS found ON found.secret_hash = wanted.hash
JOIN rewards_rewardrequest AS reward
    ON reward.id = wanted.request AND reward.team_id = found.team_id
LEFT JOIN rewards_jobkey AS bound ON bound.key_id = found.id
WHERE reward.status IN ('final', 'undecided') AND found.revoked_at IS NULL
    AND (found.expires_at IS NULL OR found.expires_at > {mark})
    AND (bound.job_id IS NULL OR bound.job_id = reward.job_id)
"""


async def pulled(wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], Pulled]:
    """The settled answers among what is wanted, each a key's hash and a request its key may see."""
    asked = till()
    pair = f"({asked.mark}, {asked.mark})"
    statement = PAIRS.format(pairs=", ".join([pair] * len(wanted)), mark=asked.mark)
    values = [part for each in wanted for part in each]
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    rows = await asked.rows(statement, [*values, now])
    return {(str(row[0]), str(row[1])): _pulled(*row[2:]) for row in rows}


def _pulled(*columns: Value) -> Pulled:
    answer, version, key, team, job, rate = columns
    caller = Caller(
        key=int(str(key)),
        team=int(str(team)),
        job=None if job is None else int(str(job)),
        rate=int(str(rate or settings.KEY_RATE)),
    )
    return Pulled(str(answer).encode(), f'"{version}"'.encode(), caller)


def live_keys(hashes: Iterable[str]) -> dict[str, Caller]:
    """The live keys among these."""
    rows = ApiKey.objects.filter(secret_hash__in=list(hashes), revoked_at=None)
    rows = rows.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()))
    found = rows.select_related("of_job")
    callers = {}
    for key in found:
        bound = getattr(key, "of_job", None)
        rate = key.rate or settings.KEY_RATE
        callers[key.secret_hash] = Caller(
            key=key.pk, team=key.team_id, job=bound.job_id if bound else None, rate=rate
        )
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


def is_to_be_noted(key: int) -> bool:
    """Whether a key's use is to be noted: once a minute is enough."""
    if time.monotonic() - _noted.get(key, -NOTED) < NOTED:
        return False
    _noted[key] = time.monotonic()
    return True


def note(key: int) -> None:
    """Note that a key was used."""
    services.note_use(key=ApiKey.objects.get(pk=key), at=timezone.now())
