"""Who is judged next where models are scarce: jobs by their weight, people as a job of weight 1.

Start-time fair queueing (Goyal, Vin & Cheng, SIGCOMM 1996): a run may start at the later of the
clock, which is where the newest one started, and of where its job's one before ended; it ends as
much later as the tokens that it is likely to take, divided by the weight; whoever may start
earliest is next. A job that was idle has nothing saved up. What a run takes is not known before it
has ended, so it is counted as what runs of its job took lately.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from themis.domain.errors import BudgetSpent
from themis.pipeline import flow
from themis.pipeline.models import Awaited, Run, Share, Status
from themis.rewards.models import Job

SPENT = "budget spent: "  # how the cause begins
TRIES = 20  # at runs that others take first
LEAST = 1_000.0  # tokens that a run counts for, at least: without any it takes time all the same
NEWEST = 0.2  # how much of a mean the newest run is


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
            Share.objects.filter(pk=turn.share).update(had=turn.ends, started=turn.starts)
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


def weigh(run: Run) -> None:
    """Remember what a run that ended took, for the next of its job."""
    if run.verdict is None:
        return
    took = run.verdict.prompt_tokens + run.verdict.completion_tokens
    share = Share.objects.filter(**({"job": run.job_id} if run.job_id else {"is_of_people": True}))
    before = Coalesce(F("a_run"), float(took))
    share.update(a_run=before * (1 - NEWEST) + took * NEWEST)


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
    offered = [*((each, each.next) for each in shares), (people, first)]
    clock = max(each.started for each, _ in offered)
    typical = _typical([each for each, _ in offered])
    turns = [_turn(share, run, clock, typical) for share, run in offered if run]
    return min(turns, key=lambda turn: (turn.starts, turn.run), default=None)


def _turn(share: Share, run: int, clock: float, typical: float) -> _Turn:
    starts = max(clock, share.had)
    takes = typical if share.a_run is None else max(share.a_run, LEAST)
    return _Turn(run, share.pk, starts, starts + takes / _weight(share))


def _typical(shares: Sequence[Share]) -> float:
    """What a run is taken to need of whom none has ended yet."""
    known = [max(each.a_run, LEAST) for each in shares if each.a_run is not None]
    return sum(known) / len(known) if known else LEAST


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
