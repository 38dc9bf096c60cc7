"""Reads of comments: who hears whom.

In a blind queue nobody hears the others on a run that they have yet to decide, lest what they say
decides for them. One's own words one always hears.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from themis.accounts.models import User
from themis.reviews import blindness
from themis.reviews.models import Comment, Decision, Hold, QueueItem, QueueState
from themis.trajectories.models import Trajectory


def hears_others(user: User, trajectory: Trajectory) -> bool:
    """Whether somebody may read what others say of a run."""
    if not blindness.is_blind_to(user, trajectory):
        return True
    mine = Hold.objects.filter(user=user, item__trajectory=trajectory)
    return mine.filter(item__queue__is_blind=False).exists() and not _waits_blind(user, trajectory)


def comments_of(trajectory: Trajectory, reader: User) -> QuerySet[Comment]:
    """What somebody may read of the talk about a run, the newest first."""
    rows = Comment.objects.filter(trajectory=trajectory)
    if not hears_others(reader, trajectory):
        rows = rows.filter(author=reader)
    rows = rows.select_related("author", "turn").prefetch_related("mentions")
    return rows.order_by("-at", "-pk")


def involved(trajectory: Trajectory) -> QuerySet[User]:
    """Who has said or decided something about a run."""
    said = Comment.objects.filter(trajectory=trajectory, author=OuterRef("pk"))
    decided = Decision.objects.filter(item__trajectory=trajectory, user=OuterRef("pk"))
    members = User.objects.filter(memberships__team=trajectory.team_id)
    return members.filter(Exists(said) | Exists(decided)).distinct()


def item_before(user: User, trajectory: Trajectory) -> QueueItem | None:
    """The newest item of a run that somebody has, or had, before them."""
    mine = QueueItem.objects.filter(trajectory=trajectory, holds__user=user)
    return mine.order_by("-holds__taken_at").first()


def _waits_blind(user: User, trajectory: Trajectory) -> bool:
    """Whether a blind queue has this run for them, or has them at its table, undecided."""
    items = QueueItem.objects.filter(trajectory=trajectory, queue__is_blind=True)
    items = items.exclude(queue__state=QueueState.CLOSED)
    done = Decision.objects.filter(item=OuterRef("pk"), user=user)
    held = Hold.objects.filter(item=OuterRef("pk"), user=user)
    open_to_them = items.filter(~Exists(done))
    sits = open_to_them.filter(queue__seats__user=user, queue__seats__left_at=None)
    return sits.exists() or open_to_them.filter(Exists(held)).exists()
