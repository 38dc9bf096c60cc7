"""Who is judged next where models are scarce: jobs by their weight, people as a job of weight 1.

Start-time fair queueing (Goyal, Vin & Cheng, SIGCOMM 1996): a run may start at the later of the
clock, which is where the newest one started, and of where its job's one before ended; it ends 1 /
weight later; whoever may start earliest is next. A job that was idle has nothing saved up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from themis.domain.errors import BudgetSpent
from themis.pipeline import flow
from themis.pipeline.models import Awaited, Run, Share, Status
from themis.rewards.models import Job

SPENT = "budget spent: "  # how the cause begins
TRIES = 20  # at runs that others take first


def take(at: datetime) -> Run | None:
    """Claim the run that is next for this process; None where nothing waits."""
    for _ in range(TRIES):
        turn = _next()
        if turn is None:
            return None
        run = Run.objects.select_related("trajectory__team", "verdict", "job").get(pk=turn.run)
        if run.job is not None and run.job.overspent and not _handed_on(run):
            refuse(run, at)
        elif flow.claim(run=run, at=at):
            Share.objects.filter(pk=turn.share).update(had=turn.ends)
            return run
    return None


def check_budget(job: Job | None) -> None:
    """Raises BudgetSpent for a job that may start no run any more."""
    if job is not None and (name := job.overspent):
        raise BudgetSpent(_cause(job, name))


def refuse(run: Run, at: datetime) -> None:
    """End a waiting run whose job has spent its budget."""
    if run.job is not None and flow.claim(run=run, at=at):
        flow.fail(run=run, cause=_cause(run.job, run.job.overspent), at=at)


def open_share(job: Job) -> None:
    """Have a job take part from now on."""
    Share.objects.get_or_create(job=job)


def _cause(job: Job, name: str) -> str:
    most = getattr(job, f"budget_{name}")
    return f"{SPENT}{job.name} has used the {most:,} {name} it may; raise its budget to go on"


@dataclass(frozen=True, slots=True)
class _Turn:
    run: int
    share: int
    starts: float
    ends: float


def _next() -> _Turn | None:
    Share.objects.get_or_create(is_of_people=True)
    waiting = Run.objects.filter(status=Status.WAITING).order_by("created_at", "pk").values("pk")
    of_jobs = Share.objects.filter(job__isnull=False).select_related("job")
    shares = list(of_jobs.annotate(next=Subquery(waiting.filter(job=OuterRef("job"))[:1])))
    people = Share.objects.get(is_of_people=True)
    first = waiting.filter(job=None).values_list("pk", flat=True).first()
    clock = max([people.had - 1, *(each.had - 1 / _weight(each) for each in shares)])
    offered = [(each, each.next) for each in shares if each.next] + [(people, first)] * bool(first)
    turns = [_turn(share, run, clock) for share, run in offered if run]
    return min(turns, key=lambda turn: (turn.starts, turn.run), default=None)


def _turn(share: Share, run: int, clock: float) -> _Turn:
    starts = max(clock, share.had)
    return _Turn(run, share.pk, starts, starts + 1 / _weight(share))


def _weight(share: Share) -> int:
    return share.job.weight if share.job is not None else 1


def _handed_on(run: Run) -> bool:
    """Give a run of a spent job to another job that waits for it, too; False if none does."""
    others = Awaited.objects.filter(run=run).exclude(request__job=run.job)
    for each in others.select_related("request__job"):
        other = each.request.job
        if other is None or not other.overspent:
            Run.objects.filter(pk=run.pk, status=Status.WAITING).update(job=other)
            run.job = other
            return True
    return False
