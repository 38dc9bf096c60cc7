"""Getting up from a queue."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from themis.accounts.models import User
from themis.reviews.models import Hold, HoldState, Queue, QueueItem, Seat

_GIVEN_BACK = (HoldState.HELD, HoldState.ASIDE)  # both count as taken


@transaction.atomic
def stop(*, queue: Queue, user: User, at: datetime) -> bool:
    """End somebody's reviewing in a queue; whether they were reviewing.

    What they had begun goes back to the others, with its draft kept; they may not come back by
    themselves, having seen the answers meanwhile.
    """
    sits = Seat.objects.filter(queue=queue, user=user, left_at=None)
    if not sits.update(left_at=at):
        return False
    held = Hold.objects.filter(user=user, item__queue=queue, state__in=_GIVEN_BACK)
    begun = sorted(held.values_list("item_id", flat=True))
    for item in QueueItem.objects.select_for_update().filter(pk__in=begun).order_by("pk"):
        if held.filter(item=item).update(state=HoldState.RELEASED, expires_at=at):
            QueueItem.objects.filter(pk=item.pk).update(n_taken=F("n_taken") - 1)
    return True
