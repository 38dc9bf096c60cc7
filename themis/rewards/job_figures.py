"""A job in figures: what came and went hour by hour, and what was paid lately."""

from __future__ import annotations

import heapq
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from django.core.cache import cache
from django.db.models import Count, Model, QuerySet, Value

from themis.rewards.job_queries import COUNTED, KINDS
from themis.rewards.models import EventKind, Job, RequestStatus, RewardEvent, RewardRequest

RECENT = 1_000  # settled requests that figures are made of
HOURS = 24
HOUR = timedelta(hours=1)
MOST_VALUES = 8  # rewards that have a bar each; more are put into bins
BINS = 10
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """What came and went in the hour that begins at a time."""

    at: datetime
    asked: int
    settled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Rewards from `low` to `high`; both None: no reward, masked."""

    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lately:
    """What the settled ones among the newest requests came to."""

    n: int
    mean: float | None  # of those with a reward
    bins: list[Bin]
    median_seconds: float | None  # from asking to the answer
    slow_seconds: float | None  # nine of ten took less


def by_hour(job: Job, now: datetime) -> list[Hour]:
    """The last 24 hours by the clock, the one that runs at the end.

    Where there is much to count, the counts are kept ten times as long as they took.
    """
    last = now.replace(minute=0, second=0, microsecond=0)
    name = f"hours-{job.pk}-{last:%Y%m%d%H}"
    kept: list[Hour] | None = cache.get(name)
    if kept is not None:
        return kept
    started = time.monotonic()
    counted = _by_hour(job, [last - HOUR * back for back in range(HOURS - 1, -1, -1)])
    if sum(each.asked + each.settled for each in counted) > COUNTED:
        cache.set(name, counted, timeout=10 * (time.monotonic() - started))
    return counted


def lately(job: Job) -> Lately:
    """The settled ones, as they were asked for last."""
    rows = RewardRequest.objects.filter(job=job).order_by("-asked_at")
    columns = ("asked_at", "settled_at", "reward", "version")
    settled = (RequestStatus.FINAL, RequestStatus.UNDECIDED)
    kinds = [rows.filter(status=s, outcome=said) for s, said in KINDS if s in settled]
    each = [kind.values_list(*columns)[:RECENT] for kind in kinds]
    newest = list(islice(heapq.merge(*each, key=lambda row: row[0], reverse=True), RECENT))
    rewards = [reward for _, _, reward, _ in newest]
    paid = [reward for reward in rewards if reward is not None]
    # An amended answer came when people had ruled, not when the job was waiting for it.
    waits = sorted(
        (done - asked).total_seconds()
        for asked, done, _, version in newest
        if done and version == 1
    )
    return Lately(
        n=len(newest),
        mean=statistics.fmean(paid) if paid else None,
        bins=_bins(paid, len(rewards) - len(paid)),
        median_seconds=statistics.median(waits) if waits else None,
        slow_seconds=waits[(len(waits) * 9 - 1) // 10] if waits else None,
    )


def _by_hour(job: Job, begins: Sequence[datetime]) -> list[Hour]:
    asked = _counted([_requests(job, at) for at in begins])
    settled = _counted([_settlements(job, at) for at in begins])
    return [
        Hour(at=at, asked=came, settled=went)
        for at, came, went in zip(begins, asked, settled, strict=True)
    ]


def _requests(job: Job, at: datetime) -> QuerySet[RewardRequest]:
    return RewardRequest.objects.filter(job=job, asked_at__gte=at, asked_at__lt=at + HOUR)


def _settlements(job: Job, at: datetime) -> QuerySet[RewardEvent]:
    kinds = (EventKind.FINAL, EventKind.UNDECIDED)
    return RewardEvent.objects.filter(job=job, at__gte=at, at__lt=at + HOUR, kind__in=kinds)


def _counted(groups: Sequence[QuerySet[Row]]) -> list[int]:
    """How many rows each holds, in one query."""
    told = [
        rows.order_by().annotate(at_place=Value(place)).values("at_place").annotate(n=Count("*"))
        for place, rows in enumerate(groups)
    ]
    found = told[0].union(*told[1:], all=True)
    counted = {each["at_place"]: each["n"] for each in found}
    return [counted.get(place, 0) for place in range(len(groups))]


def _bins(paid: list[float], n_masked: int) -> list[Bin]:
    told = _by_value(paid) if len(set(paid)) <= MOST_VALUES else _by_range(paid)
    return [*told, Bin(low=None, high=None, n=n_masked)] if n_masked else told


def _by_value(paid: list[float]) -> list[Bin]:
    return [Bin(low=value, high=value, n=n) for value, n in sorted(Counter(paid).items())]


def _by_range(paid: list[float]) -> list[Bin]:
    least, most = min(paid), max(paid)
    width = (most - least) / BINS
    counted = Counter(min(int((each - least) / width), BINS - 1) for each in paid)
    return [
        Bin(low=least + width * at, high=least + width * (at + 1), n=counted[at])
        for at in range(BINS)
    ]
