"""manage.py export: a folder for each trajectory; one that is missing stops no other."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from themis.domain.jsontypes import Json
from themis.trajectories.models import Trajectory

pytestmark = pytest.mark.django_db


def export(team: str, *arguments: str) -> list[dict[str, Json]]:
    out = StringIO()
    call_command("export", *arguments, "--json", "--team", team, stdout=out, stderr=StringIO())
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_trajectory_lies_under_its_id(trajectory: Trajectory, tmp_path: Path) -> None:
    told = export("court", trajectory.pk, "--format", "atif", "--to", str(tmp_path / "out"))
    folder = tmp_path / "out" / trajectory.pk
    assert told == [{"id": trajectory.pk, "path": str(folder)}]
    assert "ATIF-v1.7" in (folder / "trajectory.json").read_text("utf-8")


def test_all_of_a_team_are_written(trajectory: Trajectory, tmp_path: Path) -> None:
    (told,) = export("court", "--all", "--to", str(tmp_path / "out"))
    assert told["id"] == trajectory.pk


def test_one_that_is_missing_makes_the_exit_status_1(
    trajectory: Trajectory, tmp_path: Path
) -> None:
    with pytest.raises(SystemExit, match="1"):
        export("court", "nonesuch", trajectory.pk, "--to", str(tmp_path / "out"))
    assert (tmp_path / "out" / trajectory.pk / "trajectory.json").is_file()
