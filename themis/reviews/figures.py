"""How people do: what they decided, how long it took, how often they were right on gold items.

Reads only. What is counted over a whole queue is kept for a while where counting takes long.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db.models import Avg, Count, F, Max, Q, QuerySet, Sum

from themis.accounts.models import Team, User
from themis.reviews.models import (
    GOLD_FROM,
    Decision,
    Hold,
    HoldState,
    ItemState,
    Queue,
    QueueItem,
    Ruling,
    Seat,
)

COUNTED = 10_000  # decisions that are counted anew each time
LATELY = 200  # decisions
KEPT = 10  # times as long as counting took
MINE = Q(is_current=True, is_final=False)
IS_GOLD = ~Q(item__gold="")
OPEN_ENDED = (Ruling.UNDECIDED, Ruling.NOT_EXECUTABLE, Ruling.UNUSABLE)  # one outcome


def _same_outcome(other: str) -> Q:
    """Whether a decision's ruling and that of another column stand for the same outcome."""
    return Q(ruling=F(other)) | Q(**{"ruling__in": OPEN_ENDED, f"{other}__in": OPEN_ENDED})


IS_RIGHT = IS_GOLD & _same_outcome("item__gold")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many of so many."""

    n: int
    of: int

    @property
    def part(self) -> float | None:
        """0 to 1; None of nothing."""
        return self.n / self.of if self.of else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What somebody decided within a time."""

    decided: int
    seconds: float  # that the items were before their eyes, all together

    @property
    def each(self) -> float | None:
        """Seconds a decision; None without one, or where nothing was measured."""
        return self.seconds / self.decided if self.decided and self.seconds else None

    @property
    def an_hour(self) -> float | None:
        """Decisions in an hour of work."""
        return 3600 / self.each if self.each else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewer:
    """One person's part in a queue."""

    user_id: int
    username: str
    work: Work
    gold: Share  # right on items whose ruling is known
    agreement: Share  # with each other decision on the same item
    n_open: int  # items before them or put aside
    last_at: datetime | None
    is_seated: bool
    left_at: datetime | None


def accuracy_of(user: User, team: Team) -> Share:
    """How often somebody was right on the gold items of a team's queues."""
    # By the gold items, which are few: somebody's decisions may be many.
    known = QueueItem.objects.filter(
        queue__team=team, state=ItemState.OPEN, position__gte=GOLD_FROM
    )
    mine = _of(user, team).filter(IS_GOLD, item__in=known)
    counted = mine.aggregate(n=Count("pk", filter=IS_RIGHT), of=Count("pk"))
    return Share(n=counted["n"], of=counted["of"])


def work_since(user: User, team: Team, since: datetime) -> Work:
    """What somebody decided in a team's queues since then."""
    counted = _of(user, team).filter(at__gte=since).aggregate(n=Count("pk"), all=Sum("seconds"))
    return Work(decided=counted["n"], seconds=counted["all"] or 0.0)


def seconds_lately(team: Team) -> float | None:
    """How long a decision took among a team's newest; None where none was measured."""
    newest = Decision.objects.filter(MINE, queue__team=team, seconds__gt=0).order_by("-pk")
    taken = list(newest.values_list("seconds", flat=True)[:LATELY])
    return sum(taken) / len(taken) if taken else None


def reviewers_of(queue: Queue) -> list[Reviewer]:
    """Everybody who sits, sat or decided in a queue, who decided most first."""
    name = f"reviewers-{queue.pk}"
    kept: list[Reviewer] | None = cache.get(name)
    if kept is not None:
        return kept
    started = time.monotonic()
    found = _reviewers(queue)
    if queue.n_decisions > COUNTED:
        cache.set(name, found, timeout=KEPT * (time.monotonic() - started))
    return found


def _reviewers(queue: Queue) -> list[Reviewer]:
    decided, agreed, opened = _decided(queue), _agreed(queue), _opened(queue)
    left = dict(Seat.objects.filter(queue=queue).values_list("user", "left_at"))
    names = User.objects.filter(pk__in={*decided, *left}).values_list("pk", "username")
    found = [
        Reviewer(
            user_id=pk,
            username=username,
            work=decided.get(pk, _NOTHING).work,
            gold=decided.get(pk, _NOTHING).gold,
            agreement=agreed.get(pk, Share(n=0, of=0)),
            n_open=opened.get(pk, 0),
            last_at=decided.get(pk, _NOTHING).last_at,
            is_seated=pk in left,
            left_at=left.get(pk),
        )
        for pk, username in names
    ]
    return sorted(found, key=lambda each: (-each.work.decided, each.username))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decided:
    work: Work
    gold: Share
    last_at: datetime | None


_NOTHING = _Decided(work=Work(decided=0, seconds=0.0), gold=Share(n=0, of=0), last_at=None)


def _decided(queue: Queue) -> dict[int, _Decided]:
    rows = (
        _in(queue)
        .values("user")
        .annotate(
            n=Count("pk"),
            mean=Avg("seconds"),
            right=Count("pk", filter=IS_RIGHT),
            gold=Count("pk", filter=IS_GOLD),
            last=Max("at"),
        )
    )
    return {
        row["user"]: _Decided(
            work=Work(decided=row["n"], seconds=row["n"] * row["mean"]),
            gold=Share(n=row["right"], of=row["gold"]),
            last_at=row["last"],
        )
        for row in rows
    }


def _agreed(queue: Queue) -> dict[int, Share]:
    """Each pair of decisions on an item counts once for both of its people. Gold is apart."""
    # "Somebody else's" as less or more: its negation would be a query of its own for each row.
    another = Q(item__decisions__user__lt=F("user")) | Q(item__decisions__user__gt=F("user"))
    other = another & Q(item__decisions__is_current=True, item__decisions__is_final=False)
    same = other & _same_outcome("item__decisions__ruling")
    rows = _in(queue).filter(item__n_decided__gte=2, item__gold="").values("user")
    counted = rows.annotate(
        of=Count("item__decisions", filter=other), n=Count("item__decisions", filter=same)
    )
    return {row["user"]: Share(n=row["n"], of=row["of"]) for row in counted}


def _opened(queue: Queue) -> dict[int, int]:
    states = (HoldState.HELD, HoldState.ASIDE)
    rows = Hold.objects.filter(queue=queue, state__in=states).values("user")
    return dict(rows.annotate(n=Count("pk")).values_list("user", "n"))


def _in(queue: Queue) -> QuerySet[Decision]:
    """Current decisions of reviewers; without the default order, which would split groups."""
    return Decision.objects.filter(MINE, queue=queue, user__isnull=False).order_by()


def _of(user: User, team: Team) -> QuerySet[Decision]:
    return Decision.objects.filter(MINE, user=user, item__queue__team=team).order_by()
