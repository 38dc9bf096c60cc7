"""Which items people, or a critic and people, do not agree on now: what stands behind figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from themis.accounts.models import Team
from themis.reviews.agreements import SETTLED
from themis.reviews.models import Decision, QueueItem, Ruling
from themis.verdicts.models import Outcome, Status, Verdict

OUTCOMES: Mapping[str, Q] = {
    Outcome.PASSED: Q(ruling=Ruling.PASSED),
    Outcome.FAILED: Q(ruling=Ruling.FAILED),
    Outcome.UNDECIDED: ~Q(ruling__in=[Ruling.PASSED, Ruling.FAILED]),
}
WEEK = re.compile(r"(\d{4})-W(\d{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Which items are looked at; what is None or empty leaves all in."""

    queue: int | None = None
    is_blind: bool | None = None
    platform: str = ""
    week: str = ""  # 2026-W07, of the last decision


def people(team: Team, place: Place, *, rulings: bool = False) -> QuerySet[QueueItem]:
    """Items whose reviewers do not all say the same outcome, or not the same ruling."""
    answers = [Q(ruling=each) for each in Ruling] if rulings else OUTCOMES.values()
    differ = Q(pk__in=[])
    for of in answers:
        differ |= Q(Exists(_said().filter(of))) & Q(Exists(_said().filter(~of)))
    return _items(team, place).filter(differ)


def pair(team: Team, place: Place, first: int, second: int) -> QuerySet[QueueItem]:
    """Items on which two reviewers do not say the same outcome."""
    differ = Q(pk__in=[])
    for of in OUTCOMES.values():
        one = Exists(_said().filter(of, user=first))
        differ |= Q(one) & Q(Exists(_said().filter(~of, user=second)))
    return _items(team, place).filter(differ)


def critic(
    team: Team, place: Place, judge: Mapping[str, str], reviewer: int | None = None
) -> QuerySet[QueueItem]:
    """Items on which a judge says something else than the final ruling, or than one reviewer."""
    found = _items(team, place).annotate(machine=_newest(judge)).filter(machine__isnull=False)
    if reviewer is None:
        settled = found.filter(state__in=SETTLED).exclude(ruling="")
        return settled.annotate(people=_outcome("ruling")).exclude(people=F("machine"))
    differ = Q(pk__in=[])
    for outcome, of in OUTCOMES.items():
        differ |= Q(machine=outcome) & Q(Exists(_said().filter(~of, user=reviewer)))
    return found.filter(differ)


def gold(team: Team, place: Place, reviewer: int) -> QuerySet[QueueItem]:
    """Gold items on which a reviewer says another outcome than the known one."""
    wrong = Q(pk__in=[])
    for outcome, of in OUTCOMES.items():
        wrong |= Q(known=outcome) & Q(Exists(_said().filter(~of, user=reviewer)))
    found = _items(team, place, is_gold=True).annotate(known=_outcome("gold"))
    return found.filter(wrong)


def _items(team: Team, place: Place, *, is_gold: bool = False) -> QuerySet[QueueItem]:
    found = QueueItem.objects.filter(Exists(_said()), queue__team=team)
    found = found.exclude(gold="") if is_gold else found.filter(gold="")
    if place.queue is not None:
        found = found.filter(queue=place.queue)
    if place.is_blind is not None:
        found = found.filter(queue__is_blind=place.is_blind)
    if place.platform:
        found = found.filter(trajectory__platform=place.platform)
    if bounds := _bounds(place.week):
        counted = Q(decisions__is_current=True, decisions__is_final=False)
        last = found.annotate(last=Max("decisions__at", filter=counted))
        found = last.filter(last__gte=bounds[0], last__lt=bounds[1])
    return found.select_related("queue", "trajectory").defer("trajectory__payload").order_by("-pk")


def _said() -> QuerySet[Decision]:
    return Decision.objects.filter(item=OuterRef("pk"), is_current=True, is_final=False)


def _newest(judge: Mapping[str, str]) -> Subquery:
    given = Verdict.objects.filter(
        trajectory=OuterRef("trajectory"), status=Status.GIVEN, provisional=False, **judge
    )
    return Subquery(given.order_by("-closed_at", "-pk").values("outcome")[:1])


def _outcome(column: str) -> Case:
    decided = [When(**{column: ruling}, then=Value(ruling)) for ruling in ("passed", "failed")]
    return Case(*decided, default=Value("undecided"), output_field=CharField())


def _bounds(week: str) -> tuple[datetime, datetime] | None:
    """The first moment of an ISO week and of the next, in UTC; None of what is no week."""
    found = WEEK.fullmatch(week)
    if not found:
        return None
    try:
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        return None
    begun = datetime.combine(monday, time(), tzinfo=UTC)
    return begun, begun + timedelta(days=7)
