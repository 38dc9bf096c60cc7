"""Everything under a path is taken in: batch by batch, in order, one bad item stops no other."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests import stories
from themis.accounts.models import Team
from themis.domain.errors import UnreadableTrajectory
from themis.formats import native
from themis.formats.contract import Picture
from themis.trajectories import ingest as ingest_
from themis.trajectories import services
from themis.trajectories.ingest import AS_IT_COMES, Bringer, How, Refused, Stored, ingest
from themis.trajectories.models import Trajectory
from themis.trajectories.services import Brought, Kept, Owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Five runs: the second cannot be read, the fourth is the third once more."""
    folder = tmp_path / "runs"
    for number in range(5):
        same = min(number, 2) if number < 4 else number
        native.write(stories.recording(f"Task {same}"), folder / f"run-{number}")
    (folder / "run-1" / "trajectory.json").write_text('{"themis": "trajectory/2"')
    return folder


def take(folder: Path, team: Team, how: How = AS_IT_COMES) -> list[Stored | Refused]:
    bringer = Bringer(team=team, by=None, at=stories.NOW, root=folder)
    return list(ingest(folder, bringer, how))


def told(result: Stored | Refused) -> tuple[str, bool | None]:
    return result.source, result.is_new if isinstance(result, Stored) else None


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("batch", [1, 2, 32])
def test_results_come_in_order_whatever_the_batch(
    team: Team, runs: Path, batch: int, processes: int
) -> None:
    how = How(processes=processes, batch=batch)
    assert [told(result) for result in take(runs, team, how)] == [
        ("run-0", True),
        ("run-1", None),
        ("run-2", True),
        ("run-3", False),
        ("run-4", True),
    ]
    assert Trajectory.objects.count() == 3


def test_a_second_time_nothing_is_new(team: Team, runs: Path) -> None:
    take(runs, team)
    again = take(runs, team)
    assert [told(result)[1] for result in again] == [False, None, False, False, False]


def test_a_batch_ends_with_enough_screens(
    team: Team, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest_, "BATCH_SCREENS", 5)
    sizes: list[int] = []
    keep = services.keep

    def counted(brought: Sequence[Brought], *, owner: Owner) -> list[Kept | UnreadableTrajectory]:
        sizes.append(len(brought))
        return keep(brought, owner=owner)

    monkeypatch.setattr(services, "keep", counted)
    take(runs, team)
    assert sizes == [2, 2]


def test_one_with_broken_screens_is_stored_among_the_others(team: Team, tmp_path: Path) -> None:
    whole = stories.recording()
    pictures = (Picture(name="0", content=stories.png()), *whole.pictures[1:])
    native.write(dataclasses.replace(whole, pictures=pictures), tmp_path / "runs" / "run-0")
    (next((tmp_path / "runs" / "run-0").rglob("*.png"))).write_bytes(
        b"version https://git-lfs.github.com/spec/v1"
    )
    (result,) = take(tmp_path / "runs", team)
    assert isinstance(result, Stored)
    (warning,) = result.trajectory.warnings
    assert "git lfs pull" in warning


def test_who_stops_listening_leaves_no_drafts(team: Team, runs: Path, settings: Settings) -> None:
    results = ingest(runs, Bringer(team=team, by=None, at=stories.NOW), How(batch=1))
    next(results)
    del results
    assert not list(settings.BLOBS.glob(".drafts-*"))
