"""Runs that are streamed while they go on: what a step and an ending set in motion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from themis.domain.errors import OutOfPlace, RunIsClosed
from themis.formats.embedded import Close
from themis.pipeline import broadcast, flow, progress, queries, standings
from themis.pipeline.models import Run
from themis.trajectories import growing
from themis.trajectories import queries as trajectories
from themis.trajectories.growing import Addition, Standing
from themis.trajectories.models import Trajectory
from themis.verdicts import services as verdicts


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """Whether a run is to be judged once it has ended, and by whom; empty: by default."""

    wanted: bool = True
    critic: str = ""


BY_DEFAULT = Judging()


def append(*, trajectory: Trajectory, addition: Addition, at: datetime) -> Standing:
    """Put steps where they belong, and tell the pages; raises as `growing.append` does."""
    standing = growing.append(trajectory_id=trajectory.pk, addition=addition, at=at)
    tell(trajectory)
    return standing


@transaction.atomic
def close(
    *,
    trajectory: Trajectory,
    said: Close,
    judging: Judging = BY_DEFAULT,
    warning: str = "",
    at: datetime,
) -> tuple[Trajectory, Run | None]:
    """End a run and put its final judging in the queue; raises as `growing.close` does.

    None instead of a judging where none is wanted, and where there are no steps to see.
    """
    closed, is_new = growing.close(trajectory_id=trajectory.pk, said=said, warning=warning)
    if not is_new:
        return closed, queries.newest_run(closed)
    tell(closed)
    broadcast.ingested([closed])
    digest = trajectories.digest_of_case(trajectories.case_of(closed))
    if not closed.n_steps or not judging.wanted:
        for verdict in verdicts.make_final(trajectory=closed, digest=digest):
            broadcast.became_final(verdict)
        standings.refresh([closed.pk])
        return closed, None
    run = flow.judge_whole(trajectory=closed, digest=digest, critic=judging.critic, at=at)
    standings.refresh([closed.pk])  # its label, and what became final
    return closed, run


def close_abandoned(*, at: datetime) -> int:
    """Close, as cut off, runs to which nothing came for THEMIS_OPEN_HOURS; how many."""
    if not settings.OPEN_HOURS:
        return 0
    note = f"cut off: no step came for {settings.OPEN_HOURS} hours, so that Themis closed it"
    closed = 0
    for name, n_steps in trajectories.overdue(at - timedelta(hours=settings.OPEN_HOURS)):
        trajectory = Trajectory.objects.select_related("team").filter(pk=name).first()
        if trajectory is None:
            continue
        try:
            close(trajectory=trajectory, said=Close(at=n_steps), warning=note, at=at)
        except (OutOfPlace, RunIsClosed):  # its recorder came back, or closed it itself
            continue
        closed += 1
    return closed


def tell(trajectory: Trajectory) -> None:
    """Have the open pages look again, once what was written can be seen by others."""
    name, team_id = trajectory.pk, trajectory.team_id
    transaction.on_commit(lambda: progress.tell_now(name, team_id))
