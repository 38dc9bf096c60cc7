"""What was taken in goes out again, and is known when it comes back."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tests import stories
from themis.accounts.models import Team
from themis.domain.errors import UnreadableTrajectory
from themis.trajectories import blobs
from themis.trajectories.export import FORMATS, packed, write_out
from themis.trajectories.ingest import Bringer, Stored, ingest
from themis.trajectories.models import Trajectory

pytestmark = pytest.mark.django_db


def bytes_of(trajectory: Trajectory, kind: str) -> bytes:
    with packed(trajectory, kind) as file:
        return file.read()


@pytest.mark.parametrize("kind", FORMATS)
def test_what_is_written_out_is_known_when_it_comes_back(
    trajectory: Trajectory, tmp_path: Path, kind: str
) -> None:
    folder = write_out(trajectory, kind, tmp_path / "out")
    bringer = Bringer(team=trajectory.team, by=None, at=stories.NOW)
    (result,) = ingest(folder, bringer)
    assert isinstance(result, Stored)
    assert (result.is_new, result.trajectory) == (False, trajectory)


@pytest.mark.parametrize("kind", FORMATS)
def test_another_team_gets_the_same_recording(
    trajectory: Trajectory, tmp_path: Path, kind: str
) -> None:
    folder = write_out(trajectory, kind, tmp_path / "out")
    other = Team.objects.create(slug="other", name="Other")
    (result,) = ingest(folder, Bringer(team=other, by=None, at=stories.NOW))
    assert isinstance(result, Stored)
    assert result.trajectory.recording == trajectory.recording


@pytest.mark.parametrize("kind", FORMATS)
def test_a_zip_holds_one_folder_and_nothing_is_left_beside_it(
    trajectory: Trajectory, home: Path, kind: str
) -> None:
    content = bytes_of(trajectory, kind)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
    screens = [f"{trajectory.pk}/screens/000{number}.png" for number in range(1, 5)]
    assert names == [*screens, f"{trajectory.pk}/trajectory.json"]
    assert list((home / "outgoing").iterdir()) == []
    assert bytes_of(trajectory, kind) == content


def test_a_picture_that_is_gone_is_named(trajectory: Trajectory, tmp_path: Path) -> None:
    blobs.path_of(trajectory.recording.screens[1].digest).unlink()
    with pytest.raises(UnreadableTrajectory, match=f"{trajectory.pk}: screen 1: cannot be read"):
        write_out(trajectory, "themis", tmp_path / "out")


def test_a_folder_that_is_taken_is_not_overwritten(trajectory: Trajectory, tmp_path: Path) -> None:
    write_out(trajectory, "themis", tmp_path)
    with pytest.raises(UnreadableTrajectory, match="choose an empty folder"):
        write_out(trajectory, "atif", tmp_path)
