"""Reads for adjudicators: what waits to be settled, and what was."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from themis.accounts.models import Team
from themis.reviews.models import Decision, ItemState, Override, Queue, QueueItem
from themis.trajectories.models import Trajectory

COUNTED = 1_000  # items that wait are counted up to so many


def waiting(team: Team, *, queue: Queue | None = None, after: int = 0) -> QuerySet[QueueItem]:
    """Items to be settled beyond one by its id, the longest known first.

    Disputed ones, and those for which a reviewer asked for a second opinion and none of the
    others has come yet.
    """
    found = _of(team, queue).filter(_WAITS, pk__gt=after)
    return _whole(found.order_by("pk"))


def settled(
    team: Team, *, queue: Queue | None = None, before: tuple[datetime, int] | None = None
) -> QuerySet[QueueItem]:
    """Items that adjudicators have settled, the newest first, going on behind one."""
    found = _of(team, queue).filter(state=ItemState.RESOLVED)
    if before is not None:
        at, pk = before
        found = found.filter(Q(settled_at__lt=at) | Q(settled_at=at, pk__lt=pk))
    return _whole(found.order_by("-settled_at", "-pk"))


def n_waiting(team: Team, queue: Queue | None = None) -> int:
    """How many wait, up to COUNTED."""
    return _of(team, queue).filter(_WAITS)[:COUNTED].count()


def queues_with_disputes(team: Team) -> list[Queue]:
    """The team's queues in which something waits or was settled, by name."""
    touched = _WAITS | Q(state=ItemState.RESOLVED)
    ids = QueueItem.objects.filter(touched, queue__team=team).values("queue")
    return list(Queue.objects.filter(pk__in=ids).order_by("name", "pk"))


def following(item: QueueItem, *, queue: Queue | None) -> QueueItem | None:
    """What to settle after an item: the next that waits, else the first of all."""
    others = _of(item.queue.team, queue).filter(_WAITS).exclude(pk=item.pk).order_by("pk")
    return others.filter(pk__gt=item.pk).first() or others.first()


def history(trajectory: Trajectory) -> QuerySet[Override]:
    """Every final ruling on a run that was given, overridden or taken back, the newest first."""
    rows = Override.objects.filter(item__trajectory=trajectory)
    return rows.select_related("by", "item__queue").order_by("-at", "-pk")


_WAITS = Q(state=ItemState.DISPUTED) | Q(is_flagged=True, state=ItemState.OPEN)


def _of(team: Team, queue: Queue | None) -> QuerySet[QueueItem]:
    found = QueueItem.objects.filter(queue__team=team, gold="")
    return found if queue is None else found.filter(queue=queue)


def _whole(found: QuerySet[QueueItem]) -> QuerySet[QueueItem]:
    """With the run's head, the queue, and what stands of people's decisions."""
    said = Decision.objects.filter(is_current=True).select_related("user").defer("payload")
    found = found.select_related("queue", "trajectory")
    return found.defer("trajectory__payload", "trajectory__warnings").prefetch_related(
        Prefetch("decisions", queryset=said, to_attr="said")
    )
