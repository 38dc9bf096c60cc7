"""Jobs and what they asked for, as pages show them, however many requests there are.

What is over is counted on the job itself; what is open is counted up to COUNTED. A filter is a
choice of kinds of request, each of which an index keeps in order: a page is merged from the
beginnings of ten at most.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db.models import Case, QuerySet, When

from themis.accounts.models import Team
from themis.domain.cursors import Cursor
from themis.domain.references import SCHEME
from themis.rewards.models import Job, RequestStatus, RewardEvent, RewardRequest
from themis.trajectories.models import Trajectory
from themis.verdicts.models import Outcome

COUNTED = 10_000
PER_PAGE = 50
PREFIX = "rw_"
LARGE = ("answer", "meta", "policy", "trajectory__payload", "trajectory__warnings")

KINDS = (
    *((status, "") for status in RequestStatus.values),
    *((RequestStatus.FINAL, outcome) for outcome in (Outcome.PASSED, Outcome.FAILED)),
    *((RequestStatus.UNDECIDED, outcome) for outcome in Outcome.values),
)
"""Every status with every outcome that it can have."""


def jobs_of(team: Team) -> QuerySet[Job]:
    """A team's jobs: those that take requests first, the newest first."""
    found = Job.objects.filter(team=team).select_related("created_by")
    is_over = Case(When(ended_at=None, then=0), default=1)
    return found.order_by(is_over, "-created_at", "-pk")


def job(team: Team, name: str) -> Job | None:
    """One of the team's jobs."""
    return Job.objects.filter(team=team, name=name).select_related("team", "created_by").first()


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """A job's requests by status. Open ones are counted up to COUNTED; `is_many`: one is more."""

    running: int
    review: int
    final: int
    undecided: int
    broken: int
    is_many: bool

    @property
    def total(self) -> int:
        """All that were asked for."""
        return self.running + self.review + self.final + self.undecided + self.broken


def counts(job: Job) -> Counts:
    """How many of a job's requests stand how."""
    running, review = (_open(job, each) for each in (RequestStatus.RUNNING, RequestStatus.REVIEW))
    return Counts(
        running=min(running, COUNTED),
        review=min(review, COUNTED),
        final=job.n_final,
        undecided=job.n_undecided,
        broken=job.n_broken,
        is_many=max(running, review) > COUNTED,
    )


def _open(job: Job, status: RequestStatus) -> int:
    found = RewardRequest.objects.filter(job=job, status=status).order_by()
    return found[: COUNTED + 1].count()


def asked_since(job: Job, at: datetime) -> int:
    """Requests that came since a time, up to one more than COUNTED."""
    return RewardRequest.objects.filter(job=job, asked_at__gte=at).order_by()[: COUNTED + 1].count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list of requests is narrowed to; empty means everything.

    `text` is the whole id of a request or of a trajectory; nothing else narrows then.
    """

    status: str = ""
    outcome: str = ""
    text: str = ""

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """The kinds of request that it lets through."""
        return [
            (status, outcome)
            for status, outcome in KINDS
            if self.status in {"", status} and self.outcome in {"", outcome}
        ]


EVERYTHING = Wanted()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some requests, the newest first, and where the next pages begin; None where there is none."""

    rows: list[RewardRequest]
    newer: Cursor | None
    older: Cursor | None


def page(
    job: Job, wanted: Wanted = EVERYTHING, *, at: Cursor | None = None, size: int = PER_PAGE
) -> Page:
    """The page of a job's requests that begins at a cursor, or the first."""
    if wanted.text:
        return Page(rows=_named(job, wanted.text, size), newer=None, older=None)
    rows = list(islice(_merged(job, wanted, at, size + 1), size + 1))
    is_more = len(rows) > size
    rows = rows[:size]
    if at is not None and at.is_back:
        if not is_more:  # the first page is a whole one
            return page(job, wanted, size=size)
        rows.reverse()
        newer, older = True, True
    else:
        newer, older = at is not None, is_more
    return Page(
        rows=rows,
        newer=_cursor(rows[0], is_back=True) if newer and rows else None,
        older=_cursor(rows[-1], is_back=False) if older else None,
    )


def request(job: Job, pk: str) -> RewardRequest | None:
    """One of a job's requests."""
    found = RewardRequest.objects.filter(job=job, pk=pk)
    return found.select_related("job__queue", "team", "trajectory__team").first()


def history(row: RewardRequest) -> list[RewardEvent]:
    """What the job's stream told of a request, in order."""
    return list(RewardEvent.objects.filter(request=row).order_by("number")[:PER_PAGE])


def asking_for(trajectory: Trajectory) -> list[RewardRequest]:
    """The newest request of each job that asked for a run's reward, the newest first."""
    rows = RewardRequest.objects.filter(trajectory=trajectory).exclude(job=None)
    newest = rows.select_related("job").defer("answer", "meta", "policy").order_by("-asked_at")
    each: dict[int | None, RewardRequest] = {}
    for row in newest[:PER_PAGE]:
        each.setdefault(row.job_id, row)
    return list(each.values())


def _named(job: Job, text: str, size: int) -> list[RewardRequest]:
    rows = RewardRequest.objects.filter(job=job).select_related("trajectory")
    name = text.removeprefix(SCHEME)
    found = rows.filter(pk=name) if name.startswith(PREFIX) else rows.filter(trajectory=name)
    return list(found.defer(*LARGE)[:size])


def _merged(job: Job, wanted: Wanted, at: Cursor | None, limit: int) -> Iterator[RewardRequest]:
    """The rows of all kinds in the order of the page, each kind read off its index."""
    rows = _beside(RewardRequest.objects.filter(job=job), at).defer(*LARGE)
    rows = rows.select_related("trajectory")
    if wanted == EVERYTHING:
        return iter(rows[:limit])
    found = [rows.filter(status=status, outcome=said)[:limit] for status, said in wanted.kinds]
    is_back = at is not None and at.is_back
    return heapq.merge(*found, key=lambda row: (row.asked_at, row.pk), reverse=not is_back)


def _beside(rows: QuerySet[RewardRequest], at: Cursor | None) -> QuerySet[RewardRequest]:
    if at is None:
        return rows.order_by("-asked_at", "-pk")
    pk = PREFIX + at.pk
    if at.is_back:
        rows = rows.filter(asked_at__gte=at.at).exclude(asked_at=at.at, pk__lte=pk)
        return rows.order_by("asked_at", "pk")
    rows = rows.filter(asked_at__lte=at.at).exclude(asked_at=at.at, pk__gte=pk)
    return rows.order_by("-asked_at", "-pk")


def _cursor(row: RewardRequest, *, is_back: bool) -> Cursor:
    return Cursor(at=row.asked_at, pk=row.pk.removeprefix(PREFIX), is_back=is_back)
