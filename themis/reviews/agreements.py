"""Reads of agreement: the newest of a team or queue, what is due, the answers, who disagreed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

from django.db.models import Count, Max, Q, QuerySet, Sum

from themis.accounts.models import Team, User
from themis.agreement.item import Item
from themis.domain.jsontypes import Json
from themis.reviews.agreeing import ACTIVE
from themis.reviews.models import Agreement, AgreementState, Decision, ItemState, Queue

CHUNK = 2_000  # rows at a time
FEWEST_NEW = 20  # decisions since the last count, for another without being asked
SHARE_NEW = 0.1  # and of those it saw
PARTS = ("people", "pairs", "critics", "gold")
PAUSE = timedelta(minutes=2)  # between two that nobody asked for
SETTLED = (ItemState.DECIDED, ItemState.RESOLVED)


def newest(team: Team, queue: Queue | None) -> Agreement | None:
    """The newest report of all queues, or of one."""
    counted = Agreement.objects.filter(team=team, queue=queue, state=AgreementState.DONE)
    return counted.order_by("-as_of", "-pk").first()


def reviewers_of(row: Agreement) -> dict[int, str]:
    """Names of the people that a report numbers, as they are called today; one query."""
    ids = {number for part in PARTS for line in lines(row, part) for number in _people_of(line)}
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "username"))


def lines(row: Agreement, part: str) -> list[dict[str, Json]]:
    """The lines of one part of a report."""
    found = (row.report or {}).get(part)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _people_of(line: dict[str, Json]) -> list[int]:
    if "first" in line:
        return [int(str(line["first"])), int(str(line["second"]))]
    is_person = line.get("against") == "reviewer" or line.get("who") == "reviewer"
    return [int(str(line["key"]))] if is_person else []


def last_asked(team: Team, queue: Queue | None) -> Agreement | None:
    """The work that was asked for last, without its report."""
    return Agreement.objects.filter(team=team, queue=queue).defer("report").first()


def next_to_count() -> Agreement | None:
    """The work that has waited longest."""
    waiting = Agreement.objects.filter(state=AgreementState.WAITING).order_by("asked_at", "pk")
    return waiting.select_related("team", "queue").first()


def running() -> QuerySet[Agreement]:
    """Work that some process has."""
    return Agreement.objects.filter(state=AgreementState.RUNNING).defer("report")


def n_decisions(team: Team, queue: Queue | None = None) -> int:
    """How many decisions there are, as queues count them."""
    found = Queue.objects.filter(team=team)
    if queue is not None:
        found = found.filter(pk=queue.pk)
    return int(found.aggregate(n=Sum("n_decisions"))["n"] or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What should be counted anew though nobody asked: a team's queues, or one of them."""

    team_id: int
    queue_id: int | None


def due(at: datetime) -> list[Due]:
    """Teams, and queues that were counted before, with decisions enough since; three queries."""
    queues = Queue.objects.order_by()
    there: dict[tuple[int, int | None], int] = {
        (team, pk): n for team, pk, n in queues.values_list("team", "pk", "n_decisions")
    }
    of_team = queues.values_list("team").annotate(n=Sum("n_decisions"))
    there |= {(team, None): n for team, n in of_team}
    scopes = Agreement.objects.order_by().values_list("team", "queue")
    counted = scopes.annotate(
        asked=Max("asked_at"),
        seen=Max("n_decisions"),
        active=Count("pk", filter=Q(state__in=ACTIVE)),
    )
    last = {(team, queue): rest for team, queue, *rest in counted}
    found = []
    for scope, n in there.items():
        asked, seen, active = last.get(scope, (None, 0, 0))
        rests = scope[1] is None if asked is None else not active and at - asked >= PAUSE
        if rests and n - seen >= max(FEWEST_NEW, SHARE_NEW * seen):
            found.append(Due(team_id=scope[0], queue_id=scope[1]))
    return found


@dataclass(slots=True)
class Answers:
    """The decided items of a team as they stood at a time, for `themis.agreement`."""

    team: Team
    queue: Queue | None
    until: datetime
    tasks: Mapping[str, tuple[int, str]]  # of each run: a number for its task, its platform
    critics: Mapping[str, Sequence[tuple[int, str]]]  # of each run: judge, outcome

    def __iter__(self) -> Iterator[Item]:
        """Each item with a current decision, in no order that matters; one query."""
        found = Decision.objects.filter(
            item__queue__team=self.team, is_current=True, at__lte=self.until
        )
        if self.queue is not None:
            found = found.filter(item__queue=self.queue)
        rows = found.order_by("item_id", "at", "pk").values_list(
            "item_id",
            "item__trajectory_id",
            "item__queue_id",
            "item__queue__is_blind",
            "item__state",
            "item__ruling",
            "item__gold",
            "user_id",
            "is_final",
            "ruling",
            "at",
        )
        for _, each in groupby(rows.iterator(chunk_size=CHUNK), key=itemgetter(0)):
            if item := self._item(list(each)):
                yield item

    def _item(self, rows: list[tuple[object, ...]]) -> Item | None:
        _, run, queue, is_blind, state, ruling, gold, *_ = rows[0]
        known = self.tasks.get(str(run))
        said = [row for row in rows if not row[8]]
        if known is None or not said:  # brought in since, or only an adjudicator spoke
            return None
        last = max(row[10] for row in said if isinstance(row[10], datetime))
        year, week, _ = last.isocalendar()
        return Item(
            task=known[0],
            platform=known[1],
            week=f"{year}-W{week:02}",
            queue=int(str(queue)),
            is_blind=bool(is_blind),
            said=tuple((row[7] if isinstance(row[7], int) else None, str(row[9])) for row in said),
            final=str(ruling) if state in SETTLED else "",
            gold=str(gold),
            critics=tuple(self.critics.get(str(run), ())),
        )
