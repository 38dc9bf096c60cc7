"""Messages on their way: leased for one try, and what came of it. The row is the truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from themis.notices.models import Delivery, Webhook
from themis.notices.queries import due
from themis.notices.services import bounded

LEASE = timedelta(seconds=60)  # a try takes less; one that was killed is made again after it
LOOKED_AT = 64  # rows a look


def claim(*, limit: int, each: int, flying: Mapping[int, int], at: datetime) -> list[Delivery]:
    """Take at most `limit` messages for one try, and never more than `each` of one webhook.

    `flying` counts what is under way already, by webhook.
    """
    counts = Counter(flying)
    full = [pk for pk, count in counts.items() if count >= each]
    taken: list[Delivery] = []
    for row in due(at).exclude(webhook_id__in=full)[:LOOKED_AT]:
        if len(taken) == limit:
            break
        if counts[row.webhook_id] < each and _lease(row, at):
            counts[row.webhook_id] += 1
            taken.append(row)
    return taken


@transaction.atomic
def arrived(*, delivery: Delivery, status: int, at: datetime) -> None:
    """It was taken: nothing more to do, and the webhook is well."""
    _mine(delivery).update(due_at=None, delivered_at=at, status=status, trouble="")
    Webhook.objects.filter(pk=delivery.webhook_id).update(failures=0, trouble="")


@transaction.atomic
def failed(
    *, delivery: Delivery, status: int | None, trouble: str, again_at: datetime | None
) -> None:
    """A try came to nothing. Without a next one it is given up, and the webhook says so."""
    trouble = bounded(trouble)
    if not _mine(delivery).update(due_at=again_at, status=status, trouble=trouble):
        return
    webhook = Webhook.objects.filter(pk=delivery.webhook_id)
    webhook.update(failures=F("failures") + 1)
    if again_at is None:
        webhook.update(trouble=bounded(f"{delivery.event} was given up: {trouble}"))


def forget(*, before: datetime) -> int:
    """Delete old messages that are through, one way or the other; how many."""
    old = Delivery.objects.filter(due_at=None, created_at__lt=before)
    return old.delete()[0]


def _lease(row: Delivery, at: datetime) -> bool:
    mine = Delivery.objects.filter(pk=row.pk, due_at=row.due_at)
    if mine.update(due_at=at + LEASE, tries=F("tries") + 1) != 1:
        return False
    row.due_at, row.tries = at + LEASE, row.tries + 1
    return True


def _mine(delivery: Delivery) -> QuerySet[Delivery]:
    """The row, unless the lease ran out and somebody else has it."""
    return Delivery.objects.filter(pk=delivery.pk, due_at=delivery.due_at)
