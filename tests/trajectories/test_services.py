"""A recording is stored whole, but for pictures nobody can read."""

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
from themis.trajectories import queries, services, spoiled
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


def with_broken(*broken: int, content: bytes = b"no picture") -> Recording:
    """Four screens, some of them unreadable."""
    recording = stories.recording()
    pictures = tuple(
        Picture(name=f"{n}.png", content=content) if n in broken else picture
        for n, picture in enumerate(recording.pictures)
    )
    return dataclasses.replace(recording, pictures=pictures)


def sides(row: Trajectory) -> list[tuple[int | None, int | None]]:
    return [(step.before, step.after) for step in row.recording.steps]


def test_a_broken_screen_is_left_out_and_the_others_move_up(team: Team) -> None:
    row, is_new = take(with_broken(1), team)
    assert is_new
    assert row.n_screens == row.screens.count() == 3
    assert sides(Trajectory.objects.get(pk=row.pk)) == [(0, None), (None, 1), (1, 2)]


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "git lfs pull"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "export it again"),
        (stories.png()[:60], "export it again"),
        (b"", "empty"),
    ],
)
def test_a_broken_screen_is_told_with_file_cause_and_remedy(
    team: Team, content: bytes, remedy: str
) -> None:
    row, _ = take(with_broken(2, content=content), team)
    (warning,) = row.warnings
    assert warning.startswith("2.png: ")
    assert remedy in warning


def test_a_recording_without_one_good_screen_is_stored(team: Team) -> None:
    row, _ = take(with_broken(0, 1, 2, 3), team)
    assert row.n_screens == 0
    assert set(sides(row)) == {(None, None)}


def test_many_broken_screens_make_few_warnings(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spoiled, "TOLD", 2)
    row, _ = take(with_broken(0, 1, 2, 3), team)
    assert [warning.split()[0] for warning in row.warnings] == ["0.png:", "1.png:", "2"]


def test_the_same_broken_recording_is_known_again(team: Team) -> None:
    first, _ = take(with_broken(1), team)
    second, is_new = take(with_broken(1, content=b"broken otherwise"), team)
    assert (second.pk, is_new) == (first.pk, False)


def test_repaired_pictures_make_another_recording(team: Team) -> None:
    first, _ = take(with_broken(1), team)
    second, is_new = take(stories.recording(), team)
    assert is_new
    assert second.pk != first.pk


def test_no_file_of_a_broken_picture_is_kept(team: Team, settings: Settings) -> None:
    take(with_broken(1), team)
    assert files(settings.HOME) == 3


def test_what_is_refused_writes_nothing(team: Team, settings: Settings) -> None:
    with pytest.raises(UnreadableTrajectory):
        take(stories.recording(instruction=" "), team)
    assert not Trajectory.objects.exists()
    assert not Screen.objects.exists()
    assert files(settings.HOME) == 0


def test_a_screen_that_is_kept_is_not_decoded_again(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(stories.recording(), team)
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda _self: pytest.fail("decoded"))
    row, is_new = take(stories.recording(instruction="Another task"), team)
    assert is_new
    assert row.n_screens == 4


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
