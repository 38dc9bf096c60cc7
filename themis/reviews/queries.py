"""Reads of queues. None costs more with 100,000 items than with 100."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from themis.accounts.models import Team, User
from themis.reviews.models import (
    GOLD_FROM,
    Decision,
    Hold,
    HoldState,
    ItemState,
    Queue,
    QueueItem,
    QueueState,
    Seat,
)
from themis.reviews.taking import COUNTED
from themis.trajectories.models import Trajectory

HOUR = timedelta(hours=1)
SHORTEST = timedelta(minutes=5)  # that a pace is told of
NEARLY = 200  # places left, from which on they are counted one by one
AT_WORK = (QueueState.FILLING, QueueState.OPEN, QueueState.PAUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a queue is. Gold items do not count."""

    n_items: int
    n_done: int
    n_disputed: int
    n_decisions: int
    n_wanted: int
    n_held: int  # leased or put off now
    per_hour: float | None  # decisions, by the last hour; None: too few to tell
    ends_at: datetime | None  # at that pace; None: cannot be told, or there is nothing left

    @property
    def n_left(self) -> int:
        """Decisions that are still wanted."""
        return max(self.n_wanted - self.n_decisions, 0)

    @property
    def share(self) -> float:
        """Of the decisions that are wanted, 0 to 1."""
        return self.n_decisions / self.n_wanted if self.n_wanted else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mine:
    """What one person has done in a queue, and has before them.

    `n_left` may be too high by items that they have had and others have not; 0 is sure.
    """

    queue: Queue
    n_decided: int
    n_skipped: int
    n_aside: int
    n_held: int
    n_left: int  # to be taken, those put off among them
    has_left: bool = False  # pressed "Stop reviewing"


def queues_of(team: Team) -> QuerySet[Queue]:
    """Every queue of a team, the most urgent first; closed ones too."""
    return Queue.objects.filter(team=team).select_related("created_by")


def queue(team: Team, queue_id: int) -> Queue | None:
    """One of a team's queues."""
    return queues_of(team).filter(pk=queue_id).first() if queue_id < 2**63 else None


def item(team: Team, item_id: int) -> QueueItem | None:
    """One item of one of a team's queues, with its run but for the payload."""
    if item_id >= 2**63:
        return None
    rows = QueueItem.objects.filter(queue__team=team, pk=item_id)
    return rows.select_related("queue", "trajectory").defer("trajectory__payload").first()


def queues_for(user: User, team: Team) -> list[Mine]:
    """The queues that somebody may review in, or has a seat in, the most urgent first."""
    seats = {seat.queue_id: seat for seat in Seat.objects.filter(user=user, queue__team=team)}
    open_to_all = Q(is_named=False) | Q(pk__in=list(seats))
    rows = Queue.objects.filter(open_to_all, team=team, state__in=AT_WORK)
    return _of_person(user, list(rows), seats)


def my_progress(queue: Queue, user: User) -> Mine:
    """What somebody has done in one queue and has before them."""
    seats = {seat.queue_id: seat for seat in Seat.objects.filter(user=user, queue=queue)}
    return _of_person(user, [queue], seats)[0]


def progress(queue: Queue, at: datetime) -> Progress:
    """How far a queue is, by its counters as they stand, and its pace of the last hour."""
    row = Queue.objects.get(pk=queue.pk)
    pace = _pace(row, at)
    left = max(row.n_wanted - row.n_decisions, 0)
    ends_at = at + timedelta(hours=left / pace) if pace and left else None
    return Progress(
        n_items=row.n_items,
        n_done=row.n_done,
        n_disputed=row.n_disputed,
        n_decisions=row.n_decisions,
        n_wanted=row.n_wanted,
        n_held=sum(_held([row.pk]).values()),
        per_hour=pace,
        ends_at=ends_at,
    )


def seats_of(queue: Queue) -> QuerySet[Seat]:
    """Who reviews in a queue, with what each has done, in order of names."""
    return Seat.objects.filter(queue=queue).select_related("user").order_by("user__username")


def decisions_of(item: QueueItem) -> QuerySet[Decision]:
    """What was decided on an item and still stands, the earliest first."""
    rows = Decision.objects.filter(item=item, is_current=True)
    return rows.select_related("user", "verdict").defer("verdict__rounds", "verdict__finding")


def decisions_in(queue: Queue, *, after: int = 0, limit: int = 1_000) -> list[Decision]:
    """Decisions of a queue beyond one by its id, in the order they came; replaced ones too."""
    rows = Decision.objects.filter(queue=queue, pk__gt=after).order_by("pk")
    return list(rows.select_related("user", "item")[:limit])


def decisions_on(trajectory: Trajectory) -> QuerySet[Decision]:
    """What was decided on a run in any queue, replaced decisions too, the earliest first."""
    rows = Decision.objects.filter(item__trajectory=trajectory).order_by("pk")
    return rows.select_related("user", "item__queue")


def items_in(
    queue: Queue, state: ItemState, *, after: int = -1, limit: int = 50
) -> list[QueueItem]:
    """Items of one state beyond a position, gold left out."""
    rows = QueueItem.objects.filter(
        queue=queue, state=state, position__gt=after, position__lt=GOLD_FROM
    )
    return list(rows.select_related("trajectory").defer("trajectory__payload")[:limit])


def is_open_to(user: User, queue: Queue) -> bool:
    """Whether somebody may take items from a queue, or could while it was open."""
    seat = Seat.objects.filter(queue=queue, user=user).first()
    return not queue.is_named if seat is None else seat.left_at is None


def hold_of(item: QueueItem, user: User) -> Hold | None:
    """What somebody has to do with an item; None where nothing."""
    return Hold.objects.filter(item=item, user=user).first()


def _of_person(user: User, rows: list[Queue], seats: dict[int, Seat]) -> list[Mine]:
    ids = [row.pk for row in rows]
    held = _held(ids)
    own = _own(user, ids)
    few = [row.pk for row in rows if _places(row, held) <= NEARLY]
    exactly = _free_for(user, few)
    found = []
    for row in rows:
        seat = seats.get(row.pk) or Seat(queue=row, user=user)
        n_held, n_aside = (
            own.get((row.pk, HoldState.HELD), 0),
            own.get((row.pk, HoldState.ASIDE), 0),
        )
        had = seat.n_decided + seat.n_skipped + n_held + n_aside
        most = min(_places(row, held), row.n_items - had)
        free = exactly.get(row.pk, 0) if row.pk in few else most
        found.append(
            Mine(
                queue=row,
                n_decided=seat.n_decided,
                n_skipped=seat.n_skipped,
                n_aside=n_aside,
                n_held=n_held,
                n_left=max(free, 0) + n_aside,
                has_left=seat.left_at is not None,
            )
        )
    return found


def _places(row: Queue, held: dict[int, int]) -> int:
    return row.n_wanted - row.n_decisions - held.get(row.pk, 0)


def _held(queue_ids: Sequence[int]) -> dict[int, int]:
    """By queue, the places that are taken and not decided; few, however large a queue is."""
    held = Hold.objects.filter(state__in=COUNTED, queue__in=queue_ids, is_gold=False)
    counted = held.values("queue").annotate(n=Count("pk")).order_by()
    return dict(counted.values_list("queue", "n"))


def _own(user: User, queue_ids: Sequence[int]) -> dict[tuple[int, str], int]:
    mine = Hold.objects.filter(
        user=user,
        state__in=COUNTED,
        queue__in=queue_ids,
        item__state=ItemState.OPEN,
        is_gold=False,
    )
    counted = mine.values("queue", "state").annotate(n=Count("pk")).order_by()
    rows = counted.values_list("queue", "state", "n")
    return {(queue_id, state): n for queue_id, state, n in rows}


def _free_for(user: User, queue_ids: Sequence[int]) -> dict[int, int]:
    had = Hold.objects.filter(item=OuterRef("pk"), user=user).exclude(state=HoldState.RELEASED)
    free = QueueItem.objects.filter(
        ~Exists(had),
        queue__in=queue_ids,
        state=ItemState.OPEN,
        n_taken__lt=F("wanted"),
        position__lt=GOLD_FROM,
    )
    counted = free.values("queue").annotate(n=Count("pk")).order_by()
    return dict(counted.values_list("queue", "n"))


def _pace(row: Queue, at: datetime) -> float | None:
    since = at - HOUR
    lately = Decision.objects.filter(queue=row, is_final=False)
    counted = lately.filter(at__gt=since, at__lte=at).count()
    if not counted:
        return None
    first = lately.order_by("at").values_list("at", flat=True).first()
    span = max(min(HOUR, at - first), SHORTEST) if first else HOUR
    return counted / (span / HOUR)
