"""What earlier stages write changes where trajectories stand, in the same transaction.

What happens in queues is put down for webhooks in it, too, and told to people once it is committed;
that this telling fails changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone

from themis.accounts.models import User
from themis.pipeline import broadcast, hints, progress, queues, review_events, standings, telling
from themis.pipeline.models import RulingToPay
from themis.reviews import signals
from themis.reviews.models import Decision, Override, Queue, QueueItem
from themis.rewards.models import RewardRequest
from themis.trajectories import services as trajectories
from themis.trajectories.models import Trajectory
from themis.verdicts import services as verdicts


@receiver(trajectories.stored, dispatch_uid="standings of what is stored")
def on_stored(rows: Sequence[Trajectory], **_: object) -> None:
    """New trajectories stand somewhere from the start."""
    standings.refresh([row.pk for row in rows])
    broadcast.ingested(rows)


@receiver(verdicts.closed, dispatch_uid="standings of what is judged")
def on_closed(trajectory_id: str, **_: object) -> None:
    """A verdict was given."""
    standings.refresh([trajectory_id])
    queues.show_verdict(trajectory_id)


@receiver(signals.changed, dispatch_uid="hints to pages of a queue")
def on_changed(queue_id: int, **_: object) -> None:
    """Something in a queue is not as it was; pages may look again once others can see it."""
    transaction.on_commit(lambda: progress.announce_queue_now(queue_id))


@receiver(signals.decided, dispatch_uid="who is told of a decision")
def on_decided(decision: Decision, **_: object) -> None:
    """Somebody submitted, or put another decision in the place of their own."""
    review_events.submitted(decision)
    _ruled(decision.item)


@receiver(signals.ruled, dispatch_uid="who is told of an agreement")
def on_ruled(item: QueueItem, before: str, by: User, **_: object) -> None:
    """All who were asked agree."""
    review_events.decided(item, before, by)


@receiver(signals.flagged, dispatch_uid="who is told of a second opinion asked for")
def on_flagged(item: QueueItem, by: User, **_: object) -> None:
    """A reviewer wants another one to look."""
    transaction.on_commit(lambda: telling.flagged(item, by), robust=True)


@receiver(signals.disputed, dispatch_uid="who is told of a disagreement")
def on_disputed(item: QueueItem, **_: object) -> None:
    """All who were asked have decided, and do not agree."""
    review_events.disputed(item)
    transaction.on_commit(lambda: telling.disputed(item), robust=True)
    _look_again(item)


@receiver(signals.settled, dispatch_uid="who is told of a final ruling")
def on_settled(override: Override, **_: object) -> None:
    """An adjudicator ruled, ruled otherwise, or took a ruling back."""
    review_events.overridden(override)
    transaction.on_commit(lambda: telling.settled(override), robust=True)
    _ruled(override.item)
    _look_again(override.item)


@receiver(signals.finished, dispatch_uid="who is told of a finished queue")
def on_finished(queue_id: int, **_: object) -> None:
    """The last item was decided."""
    review_events.finished(_queue(queue_id))
    transaction.on_commit(lambda: telling.queue_done(_queue(queue_id)), robust=True)


@receiver(signals.opened, dispatch_uid="who is told of an open queue")
def on_opened(queue_id: int, **_: object) -> None:
    """It is filled, or goes on after a pause."""
    transaction.on_commit(lambda: telling.queue_opened(_queue(queue_id)), robust=True)


def _ruled(item: QueueItem) -> None:
    """What waits for a ruling on the run is to go on, what was paid to be amended."""
    if RewardRequest.objects.filter(trajectory=item.trajectory_id).exists():
        RulingToPay.objects.update_or_create(
            trajectory_id=item.trajectory_id, defaults={"ruled_at": timezone.now()}
        )
        hints.queue_rulings()


def _look_again(item: QueueItem) -> None:
    """The run's page and lists of disputes show what changed."""
    trajectory_id, team_id = item.trajectory_id, item.queue.team_id
    transaction.on_commit(lambda: progress.tell_now(trajectory_id, team_id), robust=True)


def _queue(queue_id: int) -> Queue:
    return Queue.objects.select_related("team", "created_by").get(pk=queue_id)
