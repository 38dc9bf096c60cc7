"""What people ruled on a trajectory, and how an undecided one comes before them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from themis.domain import opinion
from themis.domain.jsontypes import Json
from themis.domain.verdict import Outcome
from themis.reviews import services
from themis.reviews.models import Decision, ItemState, Queue, QueueItem, QueueState
from themis.reviews.services import Entry, Terms
from themis.rewards import jobs
from themis.rewards.models import RewardRequest

RULED = (ItemState.DECIDED, ItemState.RESOLVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """A final ruling: by an adjudicator, or by reviewers who agree."""

    outcome: Outcome
    by: str  # whose; empty where reviewers agreed

    @property
    def decides(self) -> bool:
        """Whether it says if the task was done."""
        return self.outcome is not Outcome.UNDECIDED


def newest(trajectory_id: str) -> Ruled | None:
    """The final ruling that was made last; None where there is none."""
    items = QueueItem.objects.filter(trajectory=trajectory_id, state__in=RULED, gold="")
    item = items.exclude(ruling="").order_by("-settled_at", "-pk").first()
    if item is None:
        return None
    final = Decision.objects.filter(item=item, is_final=True, is_current=True).first()
    by = final.user.get_username() if final is not None and final.user is not None else ""
    return Ruled(outcome=opinion.Ruling(item.ruling).outcome, by=by)


@transaction.atomic
def put_before_people(row: RewardRequest, verdict: int, at: datetime) -> None:
    """Put an undecided run at the end of its job's queue in the review room; made if need be."""
    queue = _queue_of(row, at)
    entry = Entry(trajectory_id=row.trajectory_id, verdict_id=verdict)
    services.add(queue=queue, entries=[entry], made_from=queue.made_from)


def _queue_of(row: RewardRequest, at: datetime) -> Queue:
    job = row.job
    assert job is not None  # noqa: S101  whose policy sends runs before people
    if job.queue is not None and job.queue.state in {QueueState.OPEN, QueueState.PAUSED}:
        return job.queue
    made_from: dict[str, Json] = {"source": "job", "job": job.name}
    queue = services.create(
        team=row.team,
        by=None,
        terms=Terms(
            name=f"Undecided in {job.name}",
            guidance="An RL job waits for these: its critics could not decide.",
            priority=1,
        ),
        made_from=made_from,
        at=at,
    )
    services.finish_filling(queue=queue)
    jobs.seat(job=job, queue=queue)
    return queue
