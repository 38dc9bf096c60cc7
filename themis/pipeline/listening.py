"""What earlier stages write changes where trajectories stand, in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence

from django.dispatch import receiver

from themis.pipeline import standings
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
