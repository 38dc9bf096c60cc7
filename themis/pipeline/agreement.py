"""Work on agreement: answers to a process that counts, its report into a row; again after a kill.

It goes the way of measurings: the row is the queue, `python -m themis.agreement.counting` does the
arithmetic.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone

from themis.accounts.models import Team
from themis.agreement import item
from themis.domain.jsontypes import Json
from themis.pipeline import owner, progress
from themis.pipeline.apart import Broke, Gone, answers, cause_of, fed
from themis.reviews import agreeing, agreements
from themis.reviews.agreeing import Counted
from themis.reviews.agreements import Answers
from themis.reviews.models import Agreement, Queue, QueueItem
from themis.rewards.judges import COLUMNS, Judge, task_of
from themis.trajectories.models import Trajectory
from themis.verdicts.models import Status, Verdict

PROGRAM = "themis.agreement.counting"
CHUNK = 2_000  # rows at a time
MOST_JUDGES = 12  # those with most verdicts on the items


def work(row: Agreement) -> None:
    """Take waiting work to its end, if no other process has it; what breaks is written down."""
    me = owner.this_process()
    if not agreeing.claim(row=row, owner=me, at=timezone.now()):
        return
    _tell(row)

    def count() -> None:
        counted = _counted(row, me)
        agreeing.keep(row=row, owner=me, counted=counted, at=timezone.now())

    cause = cause_of(f"agreement {row.pk}", count)
    if cause is None:
        return
    if cause:
        agreeing.break_off(row=row, owner=me, cause=cause, at=timezone.now())
    _tell(row)


def sweep(*, at: datetime) -> None:
    """Put work whose process died back, and ask for what has decisions enough since."""
    for row in agreements.running():
        if owner.is_gone(row.owner, beat_at=row.beat_at, at=at):
            agreeing.give_back(row=row, at=at)
    for each in agreements.due(at):
        team = Team.objects.get(pk=each.team_id)
        queue = Queue.objects.filter(pk=each.queue_id).first() if each.queue_id else None
        agreeing.ask(team=team, queue=queue, by=None, at=at)


def _counted(row: Agreement, me: str) -> Counted:
    at = timezone.now()
    n_decisions = agreements.n_decisions(row.team, row.queue)
    judges = _judges(row.team, row.queue, at)
    asked = Answers(
        team=row.team,
        queue=row.queue,
        until=at,
        tasks=_tasks(row.team, row.queue),
        critics=_critics(row.team, row.queue, judges, at),
    )

    def beat() -> bool:
        return agreeing.beat(row=row, owner=me, at=timezone.now())

    report: dict[str, Json] | None = None
    with fed(PROGRAM, map(item.line, asked)) as process:
        for line in answers(process, beat):
            told = json.loads(line)
            report = told.get("report", report)
            if "done" in told and not _goes_on(row, me, told):
                raise Gone
    if report is None:
        raise Broke("the process that counts agreement said nothing; see Themis' log")
    columns = [judge.columns for judge in judges]
    return Counted(report=report, judges=columns, as_of=at, n_decisions=n_decisions)


def _goes_on(row: Agreement, me: str, told: dict[str, Json]) -> bool:
    done, total = int(str(told["done"])), int(str(told["total"]))
    moved = agreeing.go_on(
        row=row, owner=me, done=done, total=total, now=str(told["now"]), at=timezone.now()
    )
    _tell(row)
    return moved


def _tasks(team: Team, queue: Queue | None) -> dict[str, tuple[int, str]]:
    """A number for the task of each run in the queues, and its platform."""
    runs = Trajectory.objects.filter(_in_queues(team, queue, "pk"), team=team).order_by()
    columns = runs.values_list("pk", "instruction", "platform")
    numbers: dict[str, int] = {}
    return {
        pk: (numbers.setdefault(task_of(instruction), len(numbers)), platform)
        for pk, instruction, platform in columns.iterator(chunk_size=CHUNK)
    }


def _verdicts(team: Team, queue: Queue | None, until: datetime) -> QuerySet[Verdict]:
    """Final verdicts on runs in the queues; unordered."""
    found = Verdict.objects.filter(
        _in_queues(team, queue, "trajectory"), trajectory__team=team, status=Status.GIVEN
    )
    return found.filter(provisional=False, closed_at__lte=until).order_by()


def _judges(team: Team, queue: Queue | None, until: datetime) -> list[Judge]:
    rows = _verdicts(team, queue, until).values_list(*COLUMNS)
    counted = rows.annotate(n=Count("trajectory", distinct=True)).order_by("-n", *COLUMNS)
    return sorted(Judge(*columns) for *columns, _ in counted[:MOST_JUDGES])


def _critics(
    team: Team, queue: Queue | None, judges: Sequence[Judge], until: datetime
) -> dict[str, list[tuple[int, str]]]:
    """What each judge said of each run last."""
    numbers = {judge: number for number, judge in enumerate(judges)}
    newest: dict[str, dict[int, str]] = defaultdict(dict)
    rows = _verdicts(team, queue, until).order_by("closed_at", "pk")
    columns = rows.values_list("trajectory_id", *COLUMNS, "outcome")
    for pk, *judge, outcome in columns.iterator(chunk_size=CHUNK):
        if (number := numbers.get(Judge(*judge))) is not None:
            newest[pk][number] = outcome
    return {pk: sorted(said.items()) for pk, said in newest.items()}


def _in_queues(team: Team, queue: Queue | None, run: str) -> Exists:
    items = QueueItem.objects.filter(trajectory=OuterRef(run))
    return Exists(items.filter(queue=queue) if queue else items.filter(queue__team=team))


def _tell(row: Agreement) -> None:
    progress.announce_measuring_now(row.pk, row.team_id)
