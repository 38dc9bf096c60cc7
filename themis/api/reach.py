"""What of the team's jobs and rewards a key reaches: all, or those of the job it belongs to."""

from __future__ import annotations

from typing import cast

from django.db.models import QuerySet
from django.http import HttpRequest

from themis.api.keys import KeyedRequest
from themis.api.replies import Refused
from themis.rewards.models import Job, RewardRequest
from themis.trajectories.models import Trajectory


def own_job(request: HttpRequest) -> Job | None:
    """The job that the key belongs to; None for a key of the whole team."""
    found: Job | None = getattr(request, "job", None)
    return found


def jobs(request: HttpRequest) -> QuerySet[Job]:
    """The jobs that the key sees."""
    own = own_job(request)
    found = Job.objects.filter(team=cast("KeyedRequest", request).auth)
    return found.filter(pk=own.pk) if own else found


def requests(request: HttpRequest) -> QuerySet[RewardRequest]:
    """The reward requests that the key sees."""
    own = own_job(request)
    found = RewardRequest.objects.filter(team=cast("KeyedRequest", request).auth)
    return found.filter(job=own) if own else found


def is_rewarded(request: HttpRequest, trajectory: Trajectory) -> bool:
    """Whether the key may see the reward of one of the team's trajectories."""
    own = own_job(request)
    return own is None or requests(request).filter(trajectory=trajectory).exists()


def job_for(request: HttpRequest, name: str) -> Job | None:
    """The job that something is asked for: the one named, else the key's own, else none.

    Raises Refused: 403 for a key of another job, 422 where there is none of that name.
    """
    own = own_job(request)
    if not name or (own is not None and own.name == name):
        return own
    if own is not None:
        said = f"job: this key asks for {own.name} alone; leave it out, or send a key of the team"
        raise Refused(403, "other_job", said, field="job")
    found = jobs(request).filter(name=name).first()
    if found is None:
        said = f"job: no job {name[:60]!r} in your team; make it on the page Jobs"
        raise Refused(422, "unknown_job", said, field="job")
    return found
