"""Queues made and filled from any filter: in portions, which go on where a killed process was."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.dateparse import parse_datetime

from themis.accounts.models import Team, User
from themis.domain import wire
from themis.domain.errors import EmptyQueue, ThemisError, UnfitPlan
from themis.domain.jsontypes import Json
from themis.pipeline import gold, plans
from themis.pipeline.plans import Counted, Plan, Selection, Source
from themis.reviews import services
from themis.reviews.models import GOLD_FROM, ItemState, Queue, QueueItem, QueueState
from themis.reviews.services import Entry, Terms
from themis.uploads.models import Upload
from themis.verdicts.models import Status as VerdictStatus
from themis.verdicts.models import Verdict

PORTION = 2_000  # items a transaction: others write between two of them
MOST_REVIEWERS = 20  # of one item
NOT_WANTED = ("filled", "before")  # of what a queue says it was made from
SILENT = timedelta(seconds=30)  # without a portion: whoever filled it is gone

__all__ = ["Counted", "Plan", "Source", "count", "extend", "fill", "fill_waiting", "make_queue"]


def count(*, team: Team, plan: Plan) -> Counted:
    """How many items a plan comes to, for the form; raises UnfitPlan."""
    _check(team, plan)
    matching, is_many = plans.count(team, plan.selection(0))
    n = min(matching, plan.limit or plans.MOST)
    golden = gold.wished(n, plan.gold_percent)
    if golden:
        golden = min(golden, len(gold.known(team)))
    return Counted(n=n, matching=matching, is_many=is_many, gold=golden)


def make_queue(*, team: Team, by: User | None, plan: Plan, at: datetime) -> Queue:
    """A queue that is still empty; whoever fills queues has to be told of it.

    Raises EmptyQueue where no run fits, UnfitPlan with the fields that cannot be.
    """
    _check(team, plan)
    named = _named(team, plan)
    seed = secrets.randbelow(2**31) if plan.seed is None else plan.seed
    wanted = plan.selection(seed)
    _check_matches(team, wanted)
    if plan.gold_percent and not gold.known(team):
        raise UnfitPlan({"gold_percent": "no run of the team has a label or was settled yet"})
    return services.create(
        team=team,
        by=by,
        terms=Terms(
            name=plan.name,
            guidance=plan.guidance,
            reviewers=plan.reviewers,
            overlap=plan.overlap,
            is_blind=plan.is_blind,
            is_named=bool(named),
            priority=plan.priority,
            due_at=plan.due_at,
            gold_percent=plan.gold_percent,
        ),
        made_from=_told(wanted),
        named=named,
        at=at,
    )


@transaction.atomic
def extend(*, queue: Queue, plan: Plan) -> None:
    """Have the runs of another plan put at the end of a queue; its terms stay as they are.

    Raises EmptyQueue, UnfitPlan, QueueIsClosed.
    """
    _check(queue.team, plan)
    seed = secrets.randbelow(2**31) if plan.seed is None else plan.seed
    wanted = plan.selection(seed)
    _check_matches(queue.team, wanted)
    row = Queue.objects.get(pk=queue.pk)
    before = {name: held for name, held in row.made_from.items() if name != "filled"}
    services.refill(queue=row, made_from=_told(wanted) | {"before": before})


def fill(queue: Queue, at: datetime) -> int:
    """Fill a queue to its end and open it; how many items this call put in.

    Safe to call twice, also at once: what is in is passed over. It goes on where a process that
    was killed had come to. What breaks is written on the queue, which is paused then.
    """
    put_in = 0
    try:
        put_in = _filled(queue, at)
        services.finish_filling(queue=queue)
    except ThemisError as error:
        services.break_filling(queue=queue, trouble=str(error))
    return put_in


def fill_waiting(at: datetime) -> None:
    """Fill every queue that waits for it, the oldest first."""
    for queue in Queue.objects.filter(state=QueueState.FILLING).order_by("pk"):
        fill(queue, at)


def is_left(queue: Queue, at: datetime) -> bool:
    """Whether nobody seems to be filling a queue that is to be filled."""
    filled = queue.made_from.get("filled") or {}
    last = parse_datetime(str(filled.get("at", ""))) or queue.created_at
    return at - last > SILENT


def left(at: datetime) -> bool:
    """Whether any queue waits to be filled and nobody seems to be at it."""
    waiting = Queue.objects.filter(state=QueueState.FILLING)
    return any(is_left(queue, at) for queue in waiting)


def show_verdict(trajectory_id: str) -> None:
    """Have reviewers shown the newest final verdict of a run, in the transaction that gave it."""
    open_items = QueueItem.objects.filter(trajectory=trajectory_id, state=ItemState.OPEN)
    if not open_items.exists():
        return
    verdict_id = _newest([trajectory_id]).get(trajectory_id)
    if verdict_id is not None:
        services.show_verdict(
            trajectory_id=trajectory_id,
            verdict_id=verdict_id,
            what="A new verdict on this run has come in.",
        )


def _filled(queue: Queue, at: datetime) -> int:
    row = Queue.objects.select_related("team").get(pk=queue.pk)
    wanted = _wanted(row)
    ids = plans.chosen(row.team, wanted)
    after = str((row.made_from.get("filled") or {}).get("after", ""))
    if after:
        ids = [each for each in ids if plans.place(each, wanted.seed) > after]
    put_in = 0
    for start in range(0, len(ids), PORTION):
        put_in += _portion(row, wanted, ids[start : start + PORTION], at)
    return put_in + _gold(row, wanted, at)


@transaction.atomic
def _portion(queue: Queue, wanted: Selection, ids: Sequence[str], at: datetime) -> int:
    # Whoever fills it beside this process waits here, and then finds what this one put in.
    row = Queue.objects.select_for_update(no_key=True).get(pk=queue.pk)
    if row.state != QueueState.FILLING:
        return 0
    known = set(
        QueueItem.objects.filter(queue=row, trajectory__in=ids).values_list(
            "trajectory_id", flat=True
        )
    )
    fresh = [each for each in ids if each not in known]
    verdicts = _newest(fresh)
    entries = [
        Entry(
            trajectory_id=each,
            verdict_id=verdicts.get(each),
            wanted=row.reviewers if plans.needs_all(at_, row.overlap) else 1,
        )
        for at_, each in enumerate(fresh, row.n_items)
    ]
    filled: dict[str, Json] = {
        "after": plans.place(ids[-1], wanted.seed),
        "at": at.isoformat(),
    }
    return services.add(queue=row, entries=entries, made_from=row.made_from | {"filled": filled})


def _gold(queue: Queue, wanted: Selection, at: datetime) -> int:
    row = Queue.objects.select_related("team").get(pk=queue.pk)
    missing = gold.wished(row.n_items, row.gold_percent)
    missing -= QueueItem.objects.filter(queue=row, position__gte=GOLD_FROM).count()
    if row.state != QueueState.FILLING or missing <= 0:
        return 0
    rulings = gold.known(row.team)
    standing = QueueItem.objects.filter(queue=row, trajectory__in=list(rulings))
    free = rulings.keys() - set(standing.values_list("trajectory_id", flat=True))
    ids = plans.shuffled(sorted(free), wanted.seed)[:missing]
    entries = [Entry(trajectory_id=each, gold=rulings[each]) for each in ids]
    filled = (row.made_from.get("filled") or {}) | {"at": at.isoformat()}
    return services.add(queue=row, entries=entries, made_from=row.made_from | {"filled": filled})


def _newest(ids: Sequence[str]) -> dict[str, int]:
    """The newest final verdict of each run that has one."""
    given = Verdict.objects.filter(
        trajectory__in=ids, status=VerdictStatus.GIVEN, provisional=False
    ).order_by("closed_at", "pk")
    return dict(given.values_list("trajectory_id", "pk"))


def _told(wanted: Selection) -> dict[str, Json]:
    return {"source": wanted.source.value, **wire.dump(wanted)}


def _wanted(queue: Queue) -> Selection:
    kept = {name: held for name, held in queue.made_from.items() if name not in NOT_WANTED}
    return wire.load(Selection, kept, at=f"queue {queue.pk}")


def _check_matches(team: Team, wanted: Selection) -> None:
    if not plans.candidates(team, wanted).exists():
        raise EmptyQueue("No run fits this. Widen the filter, or have runs judged first.")


def _check(team: Team, plan: Plan) -> None:
    if trouble := {name: text for name, text in _trouble(team, plan) if text}:
        raise UnfitPlan(trouble)


def _trouble(team: Team, plan: Plan) -> Iterator[tuple[str, str]]:
    if not plan.name.strip():
        yield "name", "give the queue a name"
    yield from _within("reviewers", plan.reviewers, 1, MOST_REVIEWERS)
    yield from _within("overlap", plan.overlap, 0, 100)
    yield from _within("gold_percent", plan.gold_percent, 0, 100)
    yield from _within("limit", plan.limit, 0, plans.MOST)
    yield from _within("priority", plan.priority, -100, 100)
    if plan.seed is not None:
        yield from _within("seed", plan.seed, 0, 2**31 - 1)
    if plan.confidence_below is not None and not 0 < plan.confidence_below <= 1:
        yield "confidence_below", "expected a share above 0, up to 1"
    if plan.source is Source.FAILURES_OF_APP and not plan.app.strip():
        yield "app", "name the app"
    if plan.source is Source.CRITICS_DISAGREE and plan.critic:
        yield "critic", "critics that disagree are two; leave this empty"
    yield from _uploaded(team, plan)
    if plan.named and len(set(plan.named)) < plan.reviewers:
        yield "named", f"{plan.reviewers} reviewers an item need as many people; name more"
    yield from _strangers(team, plan)


def _within(name: str, value: int, low: int, high: int) -> Iterator[tuple[str, str]]:
    if not low <= value <= high:
        yield name, f"expected a number from {low:,} to {high:,}"


def _uploaded(team: Team, plan: Plan) -> Iterator[tuple[str, str]]:
    if plan.source is Source.UPLOAD and not plan.upload:
        yield "upload", "choose an upload"
    elif plan.upload and not Upload.objects.filter(team=team, pk=plan.upload).exists():
        yield "upload", "your team has no such upload"


def _strangers(team: Team, plan: Plan) -> Iterator[tuple[str, str]]:
    known = {user.username for user in _named(team, plan)}
    if strange := sorted(set(plan.named) - known):
        yield "named", f"nobody of your team is called {', '.join(strange)[:200]}"


def _named(team: Team, plan: Plan) -> list[User]:
    return list(User.objects.filter(memberships__team=team, username__in=plan.named))
