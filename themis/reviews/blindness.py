"""Who must not see what the machine and others say, and of which runs.

Annotators see nothing of it outside what they have decided themselves: they lack the right. People
of other roles lose it for as long as they take part in a blind queue that has something left for
them; a fresh pair of eyes has not looked up the answers.
"""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from themis.accounts.models import Right, Role, Team, User
from themis.reviews.models import (
    Decision,
    Hold,
    HoldState,
    ItemState,
    Queue,
    QueueItem,
    QueueState,
    Seat,
)
from themis.trajectories.models import Trajectory

CLOSED = frozenset({Right.SEE, Right.ADJUDICATE})
"""The rights that show what the machine or other reviewers say."""


def closed_to(user: User, team: Team, role: Role) -> Queue | None:
    """The blind queue that closes pages to somebody who could see them; None if none does."""
    if not role.rights & CLOSED:
        return None
    sits = _seats(user).filter(queue__team=team).select_related("queue").order_by("joined_at")
    return next((seat.queue for seat in sits if _has_work(seat.queue, user)), None)


def is_blind_to(user: User, trajectory: Trajectory) -> bool:
    """Whether this person may not learn yet what the machine or others say of a run."""
    role = _role(user, trajectory.team_id)
    has_decided = Decision.objects.filter(user=user, item__trajectory=trajectory).exists()
    if role is None or Right.SEE not in role.rights:
        return not has_decided
    waits = QueueItem.objects.filter(
        queue__in=_seats(user).values("queue"), trajectory=trajectory, state=ItemState.OPEN
    )
    done = Decision.objects.filter(item=OuterRef("pk"), user=user)
    return waits.filter(~Exists(done)).exists()


def may_look_at(user: User, trajectory_id: str) -> bool:
    """Whether somebody has, or had, a run before them to decide on: its pictures are theirs."""
    return Hold.objects.filter(user=user, item__trajectory_id=trajectory_id).exists()


def _seats(user: User) -> QuerySet[Seat]:
    """In blind queues that are not over; a paused one goes on some day."""
    seats = Seat.objects.filter(user=user, left_at=None, queue__is_blind=True)
    return seats.exclude(queue__state=QueueState.CLOSED)


def _has_work(queue: Queue, user: User) -> bool:
    """Whether the queue has an item for somebody: begun, or free and not had yet."""
    mine = Hold.objects.filter(user=user, queue=queue, item__state=ItemState.OPEN)
    kept = Q(state__in=[HoldState.HELD, HoldState.ASIDE])
    given_back = Q(state=HoldState.RELEASED, item__n_taken__lt=F("item__wanted"))
    if mine.filter(kept | given_back).exists():
        return True
    had = Hold.objects.filter(item=OuterRef("pk"), user=user)
    free = QueueItem.objects.filter(queue=queue, state=ItemState.OPEN, n_taken__lt=F("wanted"))
    return free.filter(~Exists(had), gold="").exists()  # gold alone is not handed out


def _role(user: User, team_id: int) -> Role | None:
    found = user.memberships.filter(team_id=team_id).values_list("role", flat=True).first()
    return Role(found) if found else None
