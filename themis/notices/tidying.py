"""Messages that are kept no longer: old ones, and what waits beyond a bound."""

from __future__ import annotations

from datetime import datetime

from themis.notices.models import Delivery, Webhook

PORTION = 500  # rows at a time
MAX_WAITING = 50_000  # messages of one webhook
CROWDED = "given up: more messages waited than are kept"


def forget(*, before: datetime) -> int:
    """Delete a portion of the oldest messages with their tries, whatever became of them; how many.

    What waits for a webhook that is off is among them.
    """
    oldest = Delivery.objects.order_by("pk").only("created_at")[:PORTION]
    ids = [row.pk for row in oldest if row.created_at < before]
    if not ids:
        return 0
    return Delivery.objects.filter(pk__in=ids).delete()[1].get("notices.Delivery", 0)


def bound(*, most: int = MAX_WAITING) -> int:
    """Give up the oldest messages of webhooks for which too many wait; how many."""
    given_up = 0
    for pk in Webhook.objects.values_list("pk", flat=True):
        waiting = Delivery.objects.filter(webhook=pk, due_at__isnull=False)
        newest_too_many = waiting.order_by("-pk").values_list("pk", flat=True)[most : most + 1]
        for last in newest_too_many:
            crowded = waiting.filter(pk__lte=last)
            given_up += crowded.update(due_at=None, trouble=CROWDED)
    return given_up
