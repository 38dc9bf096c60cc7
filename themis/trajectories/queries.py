"""Reads of trajectories."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from django.db.models import QuerySet

from themis.accounts.models import Team
from themis.critic.contract import Case
from themis.trajectories import blobs, services
from themis.trajectories.models import OpenRun, Screen, Trajectory

MANY = 100  # open runs looked at in one go


def of_team(team: Team) -> QuerySet[Trajectory]:
    """Everything a team may see, without the payloads."""
    return Trajectory.objects.filter(team=team).defer("payload")


def screen(trajectory_id: str, position: int, *, team: Team) -> Screen | None:
    """One picture of one of the team's runs."""
    return Screen.objects.filter(
        trajectory_id=trajectory_id, trajectory__team=team, position=position
    ).first()


def case_of(trajectory: Trajectory) -> Case:
    """The recording as critics get it: without the label and what the source says of the run."""
    recording = trajectory.recording
    steps = tuple(dataclasses.replace(step, raw=None) for step in recording.steps)
    return Case(
        trajectory=dataclasses.replace(recording, steps=steps, label=None, meta=None, warnings=()),
        read_screen=lambda picture: blobs.read(picture.digest),
    )


def digest_of_case(case: Case) -> str:
    """What makes two cases the same to a critic: steps, screens, ending; not label or source."""
    return services.digest_of(case.trajectory)


def overdue(before: datetime) -> list[tuple[str, int]]:
    """Open runs to which nothing was added since a time, with their steps, the oldest first."""
    silent = OpenRun.objects.filter(touched_at__lt=before).order_by("touched_at")
    return list(silent.values_list("trajectory_id", "trajectory__n_steps")[:MANY])
