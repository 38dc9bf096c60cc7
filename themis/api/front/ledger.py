"""What the front reads: live keys, settled answers, a job's events. In threads, many at a time."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeAlias

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from themis.accounts import services
from themis.accounts.models import ApiKey
from themis.api.front.memory import Memory
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
    until: datetime | None  # the key's end


Pair: TypeAlias = "tuple[str, str]"  # a key's hash, and the request that it asks for

PAIRS = """
WITH wanted (hash, request) AS (VALUES {pairs})
SELECT wanted.hash, wanted.request, reward.answer, reward.version, found.id, found.team_id,
    bound.job_id, found.rate, found.expires_at
FROM wanted
JOIN accounts_apikey AS found ON found.secret_hash = wanted.hash
JOIN rewards_rewardrequest AS reward
    ON reward.id = wanted.request AND reward.team_id = found.team_id
LEFT JOIN rewards_jobkey AS bound ON bound.key_id = found.id
WHERE reward.status IN ('final', 'undecided') AND found.revoked_at IS NULL
    AND (bound.job_id IS NULL OR bound.job_id = reward.job_id)
"""
_memory: Memory[Pair, Pulled] = Memory()


async def pulled(pair: Pair) -> Pulled | None:
    """The settled answer of a request, if its key may see it."""
    version = till().version()
    if version is not None and (known := _memory.at(version).get(pair)) is not None:
        return known if _is_valid(known, timezone.now()) else None
    return (await all_pulled([pair])).get(pair)


async def all_pulled(wanted: Collection[Pair]) -> dict[Pair, Pulled]:
    """The settled answers among what is wanted, those that their keys may see."""
    asked = till()
    version = asked.version()
    values = [part for each in wanted for part in each]
    rows = await asked.rows(_statement(asked.mark, len(wanted)), values)
    found = {(str(row[0]), str(row[1])): _pulled(*row[2:]) for row in rows}
    if version is not None:
        _memory.at(version).update(found)
    now = timezone.now()
    return {pair: each for pair, each in found.items() if _is_valid(each, now)}


@lru_cache(maxsize=256)
def _statement(mark: str, n: int) -> str:
    return PAIRS.format(pairs=", ".join([f"({mark}, {mark})"] * n))


def _is_valid(held: Pulled, now: datetime) -> bool:
    return held.until is None or held.until > now


def _pulled(*columns: Value) -> Pulled:
    answer, version, key, team, job, rate, until = columns
    caller = Caller(
        key=int(str(key)),
        team=int(str(team)),
        job=None if job is None else int(str(job)),
        rate=int(str(rate or settings.KEY_RATE)),
    )
    return Pulled(str(answer).encode(), f'"{version}"'.encode(), caller, _moment(until))


def _moment(value: Value) -> datetime | None:
    """SQLite keeps moments as text, in UTC."""
    if value is None or isinstance(value, datetime):
        return value
    return datetime.fromisoformat(str(value)).replace(tzinfo=UTC)


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
