"""Messages on their way: leased for one try, and what came of it. The row is the truth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from themis.notices import health
from themis.notices.models import Attempt, Delivery, Webhook
from themis.notices.services import bounded

LEASE = timedelta(seconds=60)  # a try takes less; one that was killed is made again after it
MOST_HOOKS = 100  # that one look takes messages of

# The oldest messages of one webhook that are due. Of one run the next waits for the one before it,
# until that is delivered or given up. Of one that is off or pauses, tests alone.
HEADS = """SELECT * FROM (SELECT d.id FROM notices_delivery d
WHERE d.webhook_id = %s AND d.due_at <= %s AND (d.is_test OR %s) AND NOT (
  d.trajectory > '' AND EXISTS (SELECT 1 FROM notices_delivery e
    WHERE e.webhook_id = d.webhook_id AND e.trajectory > '' AND e.trajectory = d.trajectory
    AND e.id < d.id AND e.due_at IS NOT NULL))
ORDER BY d.due_at, d.id LIMIT %s) h"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How many messages more of a webhook may be tried now."""

    webhook: Webhook
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one try. Without a next one a message that was not taken is given up."""

    delivery: Delivery
    at: datetime  # it began
    seconds: float
    is_taken: bool
    status: int | None
    trouble: str = ""
    answer: str = ""
    again_at: datetime | None = None
    quiet_until: datetime | None = None  # nothing else is tried at this webhook until then
    is_gone: bool = False  # the receiver wants nothing more, ever


def ready(at: datetime, *, full: Collection[int] = ()) -> QuerySet[Webhook]:
    """Webhooks with a message to try now, but those whose places are `full`."""
    due = Delivery.objects.filter(webhook=OuterRef("pk"), due_at__lte=at)
    takes = Q(is_on=True) & (Q(quiet_until=None) | Q(quiet_until__lte=at)) & Exists(due)
    with_work = Webhook.objects.filter(takes | Exists(due.filter(is_test=True)))
    return with_work.exclude(pk__in=full).select_related("team").order_by()


def claim(*, places: Sequence[Place], at: datetime) -> list[Delivery]:
    """Take messages for one try each, the one that is due longest first in each webhook."""
    hooks = {place.webhook.pk: place.webhook for place in places}
    ids = _heads(places[:MOST_HOOKS], at)
    if not ids:
        return []
    with transaction.atomic():
        free = Delivery.objects.select_for_update(skip_locked=True, no_key=True)
        rows = list(free.filter(pk__in=ids, due_at__lte=at).order_by("due_at", "pk"))
        Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
            due_at=at + LEASE,
            tries=F("tries") + 1,
            attempts_made=F("attempts_made") + 1,
            status=None,
            trouble="",
        )
    for row in rows:
        row.due_at, row.tries, row.webhook = at + LEASE, row.tries + 1, hooks[row.webhook_id]
        row.attempts_made += 1
    return rows


@transaction.atomic
def note(*, outcomes: Sequence[Outcome], at: datetime) -> list[Webhook]:
    """Write down what came of tries; the webhooks that are turned off by it.

    Of a message whose lease ran out nothing is written: somebody else has it.
    """
    ids = [each.delivery.pk for each in outcomes]
    kept = Delivery.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    leases = dict(kept.values_list("pk", "due_at"))
    mine = [each for each in outcomes if leases.get(each.delivery.pk) == each.delivery.due_at]
    Attempt.objects.bulk_create([_attempt(each) for each in mine])
    _delivered([each for each in mine if each.is_taken], at)
    _failed([each for each in mine if not each.is_taken])
    by_hook = defaultdict(list)
    for each in mine:
        by_hook[each.delivery.webhook_id].append(
            health.Sign(
                is_taken=each.is_taken,
                trouble=each.trouble,
                given_up=None if each.is_taken or each.again_at else each.delivery.event,
                quiet_until=each.quiet_until,
                is_gone=each.is_gone,
            )
        )
    return health.take(by_hook, at)


def _heads(places: Sequence[Place], at: datetime) -> list[int]:
    if not places:
        return []
    now = connection.ops.adapt_datetimefield_value(at)
    parameters: list[int | str | bool | None] = []
    for place in places:
        hook = place.webhook
        takes_all = hook.is_on and (hook.quiet_until is None or hook.quiet_until <= at)
        parameters += [hook.pk, now, takes_all, place.most]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([HEADS] * len(places)), parameters)
        return [pk for (pk,) in cursor.fetchall()]


def _attempt(outcome: Outcome) -> Attempt:
    return Attempt(
        delivery=outcome.delivery,
        number=outcome.delivery.attempts_made,
        at=outcome.at,
        seconds=outcome.seconds,
        status=outcome.status,
        trouble=bounded(outcome.trouble),
        answer=outcome.answer,
    )


def _delivered(outcomes: Sequence[Outcome], at: datetime) -> None:
    by_status = defaultdict(list)
    for each in outcomes:
        by_status[each.status].append(each.delivery.pk)
    for status, ids in by_status.items():
        rows = Delivery.objects.filter(pk__in=ids)
        rows.update(due_at=None, delivered_at=at, status=status, trouble="")


def _failed(outcomes: Sequence[Outcome]) -> None:
    for each in outcomes:
        row = each.delivery
        row.due_at, row.status, row.trouble = each.again_at, each.status, bounded(each.trouble)
    changed = [each.delivery for each in outcomes]
    Delivery.objects.bulk_update(changed, ["due_at", "status", "trouble"], batch_size=100)
