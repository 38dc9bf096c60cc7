"""What comes in through a page is stored and queued, item by item."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import Settings

from tests import stories
from themis.accounts.models import Team
from themis.formats import native
from themis.pipeline.intake import receive
from themis.pipeline.models import Run
from themis.trajectories.ingest import Refused, Stored
from themis.trajectories.models import Trajectory

pytestmark = pytest.mark.django_db


def packed(folder: Path) -> SimpleUploadedFile:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    return SimpleUploadedFile("run.zip", out.getvalue())


def bring(team: Team, *files: tuple[str, SimpleUploadedFile]) -> list[Stored | Refused]:
    return receive(files, team=team, by=None, at=stories.NOW)


def test_a_run_in_a_zip_is_stored_under_its_name_and_waits(team: Team, tmp_path: Path) -> None:
    native.write(stories.recording(), tmp_path / "packed" / "first")
    (result,) = bring(team, ("run.zip", packed(tmp_path / "packed")))
    assert isinstance(result, Stored)
    assert result.trajectory.source == "run/first"
    assert Run.objects.get().trajectory == result.trajectory


def test_one_bad_item_does_not_block_the_others(team: Team, tmp_path: Path) -> None:
    native.write(stories.recording(), tmp_path / "packed" / "first")
    results = bring(
        team,
        ("../../etc/passwd", SimpleUploadedFile("x", b"x")),
        ("run.zip", packed(tmp_path / "packed")),
        ("broken.zip", SimpleUploadedFile("x", b"PK no zip")),
    )
    assert [type(result) for result in results] == [Refused, Refused, Stored]
    assert Trajectory.objects.count() == 1


def test_nothing_known_is_refused_without_our_own_paths(team: Team, settings: Settings) -> None:
    (result,) = bring(team, ("notes.txt", SimpleUploadedFile("x", b"hello")))
    assert isinstance(result, Refused)
    assert str(settings.HOME) not in result.source + result.error


def test_bringing_it_again_judges_it_no_second_time(team: Team, tmp_path: Path) -> None:
    native.write(stories.recording(), tmp_path / "packed" / "first")
    bring(team, ("run.zip", packed(tmp_path / "packed")))
    (again,) = bring(team, ("other.zip", packed(tmp_path / "packed")))
    assert isinstance(again, Stored)
    assert not again.is_new
    assert Run.objects.count() == 1


def test_an_upload_leaves_nothing_behind(team: Team, settings: Settings) -> None:
    bring(team, ("notes.txt", SimpleUploadedFile("x", b"hello")))
    assert list((settings.HOME / "incoming").iterdir()) == []
