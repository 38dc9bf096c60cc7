"""What lies on one reviewer's desk: begun, put off, skipped, decided lately. Reads only."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from themis.accounts.models import Team, User
from themis.reviews.models import Decision, Hold, HoldState, ItemState, Queue, QueueState, Seat

SHOWN = 20  # of each kind
SKIPPED = Q(state=HoldState.SKIPPED)
STILL = (QueueState.OPEN, QueueState.PAUSED)


def put_aside(user: User, team: Team) -> list[Hold]:
    """What somebody put off, in the order in which it comes back, and what they only began."""
    begun = Q(state=HoldState.RELEASED, draft_number__gt=0, item__state=ItemState.OPEN)
    held = _holds(user, team, Q(state=HoldState.ASIDE) | begun)
    return list(held.order_by("turn", "taken_at", "pk")[:SHOWN])


def skipped(user: User, team: Team) -> list[Hold]:
    """What somebody passed on to others, the newest first, while its queue is not closed."""
    return list(_holds(user, team, SKIPPED).order_by("-taken_at", "-pk")[:SHOWN])


def skipped_hold(user: User, team: Team, pk: int) -> Hold | None:
    """One item that somebody skipped, by its number."""
    return _holds(user, team, SKIPPED).filter(pk=pk).first() if pk < 2**63 else None


def decided_lately(user: User, team: Team) -> list[Decision]:
    """Somebody's own decisions, as they stand, the newest first."""
    mine = Decision.objects.filter(
        user=user, is_current=True, is_final=False, item__queue__team=team
    )
    rows = mine.select_related("item__queue", "item__trajectory").defer(
        "payload", "item__trajectory__payload", "item__trajectory__warnings"
    )
    return list(rows.order_by("-at", "-pk")[:SHOWN])


def queues_with(user: User, team: Team) -> list[Queue]:
    """The queues of a team in which somebody has a seat now."""
    seats = Seat.objects.filter(user=user, queue__team=team, left_at=None)
    return [seat.queue for seat in seats.select_related("queue").order_by("pk")]


def _holds(user: User, team: Team, which: Q) -> QuerySet[Hold]:
    held = Hold.objects.filter(
        which, user=user, item__queue__team=team, item__queue__state__in=STILL
    )
    return held.select_related("item__queue", "item__trajectory").defer(
        "draft", "item__trajectory__payload", "item__trajectory__warnings"
    )
