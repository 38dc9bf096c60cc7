"""A recording is stored whole or not at all."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests import stories
from themis.accounts import services as accounts
from themis.accounts.models import Team
from themis.domain.errors import UnreadableTrajectory
from themis.formats.contract import Picture, Recording
from themis.trajectories import queries, services
from themis.trajectories.models import Screen, Trajectory

pytestmark = pytest.mark.django_db


def take(recording: Recording, team: Team, source: str = "here") -> tuple[Trajectory, bool]:
    return services.ingest(recording=recording, source=source, team=team, by=None, at=stories.NOW)


def files(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


def test_what_is_stored_comes_back(team: Team) -> None:
    row, is_new = take(stories.recording(), team)
    assert is_new
    kept = Trajectory.objects.get(pk=row.pk).recording
    assert kept.steps == stories.recording().trajectory.steps
    assert [screen.width for screen in kept.screens] == [64] * 4
    assert (row.n_steps, row.n_actions, row.n_screens, row.label) == (3, 3, 4, "failed")


def test_the_same_recording_elsewhere_is_no_second_one(team: Team) -> None:
    first, _ = take(stories.recording(), team)
    second, is_new = take(stories.recording(), team, source="elsewhere")
    assert second.pk == first.pk
    assert not is_new
    assert Trajectory.objects.count() == 1


def test_another_team_has_its_own_copy(team: Team) -> None:
    other = accounts.found_team(slug="other", name="Other")
    take(stories.recording(), team)
    _, is_new = take(stories.recording(), other)
    assert is_new


def test_one_broken_picture_stores_nothing(team: Team, settings: Settings) -> None:
    recording = stories.recording()
    broken = (*recording.pictures[:-1], Picture(name="last.png", content=b"no picture"))
    with pytest.raises(UnreadableTrajectory, match=r"last\.png"):
        take(dataclasses.replace(recording, pictures=broken), team)
    assert not Trajectory.objects.exists()
    assert not Screen.objects.exists()
    assert files(settings.HOME) == 0


def test_equal_pictures_are_one_file(team: Team, settings: Settings) -> None:
    recording = stories.recording()
    same = tuple(Picture(name=f"{n}", content=stories.png()) for n in range(4))
    row, _ = take(dataclasses.replace(recording, pictures=same), team)
    assert files(settings.BLOBS / "screens") == 1
    assert row.screens.count() == 4


def test_a_run_without_a_task_is_refused(team: Team) -> None:
    with pytest.raises(UnreadableTrajectory, match="no instruction"):
        take(stories.recording(instruction="  "), team)


def test_too_many_steps_are_refused(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_STEPS", 2)
    with pytest.raises(UnreadableTrajectory, match="split the run"):
        take(stories.recording(), team)


def test_critics_see_neither_label_nor_what_the_source_says(team: Team) -> None:
    case = queries.case_of(stories.stored(team))
    assert case.trajectory.label is None
    assert case.trajectory.meta is None
    assert case.read_screen(case.trajectory.screens[0]) == stories.png(0)
