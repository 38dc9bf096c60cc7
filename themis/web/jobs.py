"""RL jobs as pages show them: bars of what came of their requests, and of what they spent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from themis.domain.errors import UnfitPolicy
from themis.rewards import job_queries, saying
from themis.rewards.job_queries import Counts
from themis.rewards.models import Job, RequestStatus
from themis.web.templatetags.figures import price, thousands

WIDTH = 1000  # of a bar, in units of its viewBox
HOUR = timedelta(hours=1)
UNREADABLE = "A policy of another version of Themis: open its settings and save it anew."
TITLES = {
    RequestStatus.FINAL: "final",
    RequestStatus.UNDECIDED: "undecided",
    RequestStatus.RUNNING: "running",
    RequestStatus.REVIEW: "before people",
    RequestStatus.BROKEN: "broken",
}
"""Of the parts of a bar, in its order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One stretch of a bar."""

    status: str
    title: str
    n: int
    x: int
    width: int
    is_more: bool  # than is counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Purse:
    """What was spent of one kind, and how much there is; `most` is None without a limit."""

    title: str
    spent: str
    most: str | None
    width: int
    percent: int | None
    is_spent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A job as the list shows it."""

    job: Job
    policy: str
    counts: Counts
    parts: list[Part]
    purses: list[Purse]
    lately: int  # requests within an hour
    is_busy: bool  # more than are counted


def line(job: Job, now: datetime) -> Line:
    """A job with what is asked of it."""
    counted = job_queries.counts(job)
    lately = job_queries.asked_since(job, now - HOUR)
    return Line(
        job=job,
        policy=policy_line(job),
        counts=counted,
        parts=parts(counted),
        purses=[each for each in purses(job) if each.most is not None],
        lately=min(lately, job_queries.COUNTED),
        is_busy=lately > job_queries.COUNTED,
    )


def policy_line(job: Job) -> str:
    """Its policy in one line."""
    try:
        return saying.line(job.terms)
    except UnfitPolicy:
        return UNREADABLE


def policy_sentences(job: Job) -> list[str]:
    """Its policy in sentences."""
    try:
        return saying.sentences(job.terms)
    except UnfitPolicy:
        return [UNREADABLE]


def parts(counted: Counts) -> list[Part]:
    """The bar of a job's requests; those without any have no width."""
    found, seen = [], 0
    for status, title in TITLES.items():
        n = getattr(counted, status.value)
        x = seen * WIDTH // max(counted.total, 1)
        seen += n
        width = seen * WIDTH // max(counted.total, 1) - x
        is_open = status in {RequestStatus.RUNNING, RequestStatus.REVIEW}
        is_more = counted.is_many and is_open and n >= job_queries.COUNTED
        found.append(Part(status=status.value, title=title, n=n, x=x, width=width, is_more=is_more))
    return found


def purses(job: Job) -> list[Purse]:
    """Calls, tokens and money."""
    return [
        _purse("calls", job.spent_calls, job.budget_calls),
        _purse("tokens", job.spent_tokens, job.budget_tokens),
        _purse("in money", job.spent_money, job.budget_money),
    ]


def _purse(title: str, spent: float, most: float | None) -> Purse:
    told = price if title == "in money" else _whole
    if most is None:
        return Purse(
            title=title, spent=told(spent), most=None, width=0, percent=None, is_spent=False
        )
    share = min(spent / most, 1.0) if most else 1.0
    return Purse(
        title=title,
        spent=told(spent),
        most=told(most),
        width=round(share * WIDTH),
        percent=int(share * 100),
        is_spent=spent >= most,
    )


def _whole(n: float) -> str:
    return thousands(int(n))
