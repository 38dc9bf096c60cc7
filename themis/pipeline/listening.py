"""What earlier stages write changes where trajectories stand, in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.dispatch import receiver

from themis.pipeline import progress, queues, standings
from themis.reviews import signals as reviews
from themis.trajectories import services as trajectories
from themis.trajectories.models import Trajectory
from themis.verdicts import services as verdicts


@receiver(trajectories.stored, dispatch_uid="standings of what is stored")
def on_stored(rows: Sequence[Trajectory], **_: object) -> None:
    """New trajectories stand somewhere from the start."""
    standings.refresh([row.pk for row in rows])


@receiver(verdicts.closed, dispatch_uid="standings of what is judged")
def on_closed(trajectory_id: str, **_: object) -> None:
    """A verdict was given."""
    standings.refresh([trajectory_id])
    queues.show_verdict(trajectory_id)


@receiver(reviews.changed, dispatch_uid="hints to pages of a queue")
def on_changed(queue_id: int, **_: object) -> None:
    """Something in a queue is not as it was; pages may look again once others can see it."""
    transaction.on_commit(lambda: progress.announce_queue_now(queue_id))
