"""Runs whose task stands in a folder of its own, from the path to what is stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import stories
from tests.formats.recordings import osworld, write_json, write_lines
from themis.accounts.models import Team
from themis.domain.jsontypes import Json
from themis.formats.tasks import TaskFiles
from themis.trajectories.ingest import Bringer, How, Refused, Stored, ingest

pytestmark = pytest.mark.django_db


def line(name: str) -> Json:
    value: Json = {"code": "pyautogui.press('enter')"}
    return {"task_id": name, "instruction": name, "traj": [{"image": "", "value": value}]}


def test_a_run_is_stored_with_the_task_that_was_named(team: Team, tmp_path: Path) -> None:
    run = osworld(tmp_path / "runs" / "chrome" / "id-7", "WAIT", task="")
    for shot in run.glob("*.png"):
        shot.unlink()
    write_json(tmp_path / "tasks" / "chrome" / "id-7.json", {"instruction": "Clear the history"})
    bringer = Bringer(team=team, by=None, at=stories.NOW)
    (without,) = ingest(tmp_path / "runs", bringer)
    assert isinstance(without, Refused)
    (stored,) = ingest(tmp_path / "runs", bringer, How(tasks=TaskFiles(tmp_path / "tasks")))
    assert isinstance(stored, Stored)
    assert stored.trajectory.instruction == "Clear the history"


def test_each_line_of_a_file_is_stored_for_itself(team: Team, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "agentnet.jsonl", line("a"), {"traj": []}, line("b"))
    first, broken, last = ingest(path, Bringer(team=team, by=None, at=stories.NOW, root=tmp_path))
    assert isinstance(first, Stored)
    assert isinstance(last, Stored)
    assert isinstance(broken, Refused)
    assert [each.source for each in (first, broken, last)] == [
        "agentnet.jsonl#1",
        "agentnet.jsonl#2",
        "agentnet.jsonl#3",
    ]
    assert broken.error.startswith("agentnet.jsonl: line 2: traj: no step is there")
