"""The recordings of others, whole. Figures are counted from the files by other means."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from pathlib import Path

import pytest

from tests.formats.recordings import DATA, NO_DATA
from themis.domain.action import ActionType
from themis.domain.trajectory import Claim, Label, Platform
from themis.formats.contract import Recording
from themis.formats.native import Native, write
from themis.formats.registry import find
from themis.formats.writers import WRITERS

MOST = 10_000_000  # bytes of a picture

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not DATA.is_dir(), reason=NO_DATA),
]


def recordings(folder: str, name: str) -> dict[Path, Recording]:
    found = list(find(DATA / folder))
    assert {each.reader.name for each in found} == {name}
    return {each.source: each.reader.read(each.source) for each in found}


def labels(runs: dict[Path, Recording]) -> Counter[Label | None]:
    return Counter(run.trajectory.label for run in runs.values())


def test_webvoyager() -> None:
    runs = recordings("webvoyager", "webvoyager")
    assert len(runs) == 15
    files = list((DATA / "webvoyager").rglob("*.png"))
    assert sum(len(run.pictures) for run in runs.values()) == len(files) == 102
    assert sum(run.trajectory.n_actions for run in runs.values()) == 90
    assert labels(runs) == {None: 15}
    for run in runs.values():
        assert all(step.before == at for at, step in enumerate(run.trajectory.steps))
        assert run.trajectory.ending.claim is Claim.SUCCESS
        assert run.trajectory.ending.answer
        assert "Observation" not in run.trajectory.instruction


def test_the_security_runs_of_osworld() -> None:
    runs = recordings("osworld_sec_eval", "osworld")
    assert len(runs) == 5
    lines = sum(
        len(path.read_text("utf-8").splitlines())
        for path in (DATA / "osworld_sec_eval").rglob("traj.jsonl")
    )
    assert sum(run.trajectory.n_actions for run in runs.values()) == lines == 46
    assert sum(len(run.pictures) for run in runs.values()) == 46
    assert labels(runs) == {None: 5}
    for run in runs.values():
        assert "planted attack" in run.trajectory.warnings[0]
        assert run.trajectory.instruction
        clicks = [a for s in run.trajectory.steps for a in s.actions if a.type == "click"]
        assert clicks
        assert all(click.point for click in clicks)
        assert all(step.started_at and step.raw for step in run.trajectory.steps)


def test_the_demonstrations_of_agentnet() -> None:
    runs = recordings("opencua_agentnetbench", "agentnet")
    assert len(runs) == 5
    files = list((DATA / "opencua_agentnetbench").rglob("s_*.json"))
    shown = [step for path in files for step in json.loads(path.read_text("utf-8"))["steps"]]
    assert sum(len(run.trajectory.steps) for run in runs.values()) == len(shown) == 54
    lines = sum(len(step["action"].splitlines()) for step in shown)
    assert sum(run.trajectory.n_actions for run in runs.values()) == lines == 61
    pictures = len(list((DATA / "opencua_agentnetbench").rglob("*.png")))
    assert sum(len(run.pictures) for run in runs.values()) == pictures == 7
    assert labels(runs) == {None: 5}
    for run in runs.values():
        kinds = {action.type for step in run.trajectory.steps for action in step.actions}
        assert not kinds & {ActionType.CODE, ActionType.TOOL_CALL}
        assert run.trajectory.ending.claim is Claim.SUCCESS
        assert bool(run.pictures) is not bool(run.trajectory.warnings)


def test_lincforge() -> None:
    runs = recordings("lincforge_mobile", "mcp-stream")
    assert len(runs) == 90
    assert labels(runs) == {Label.PASSED: 53, Label.FAILED: 37}
    by_tool = Counter(
        (source.parent.parent.name, run.trajectory.label) for source, run in runs.items()
    )
    assert by_tool == {
        ("maestro", Label.PASSED): 46,
        ("maestro", Label.FAILED): 37,
        ("linc", Label.PASSED): 7,
    }
    assert sum(len(run.pictures) for run in runs.values()) == images_in_results() == 221
    for run in runs.values():
        assert run.trajectory.platform is Platform.ANDROID
        assert run.trajectory.instruction.startswith("You are operating a real")
        assert "PASS" not in run.trajectory.instruction


def images_in_results() -> int:
    count = 0
    for path in (DATA / "lincforge_mobile").rglob("transcript.jsonl"):
        for line in path.read_text("utf-8").splitlines():
            if '"image"' in line:
                blocks = json.loads(line)["message"]["content"]
                parts = [part for block in blocks for part in block["content"]]
                count += sum(part["type"] == "image" for part in parts)
    return count


@pytest.mark.parametrize("folder", ["webvoyager", "osworld_sec_eval", "lincforge_mobile/results"])
def test_every_recording_comes_back_from_both_formats(tmp_path: Path, folder: str) -> None:
    for number, each in enumerate(list(find(DATA / folder))[:5]):
        recording = each.reader.read(each.source)
        for write_it in WRITERS.values():
            out = write_it(recording, tmp_path / f"{write_it.__name__}{number}")
            (found,) = find(out)
            again = found.reader.read(out)
            assert again.trajectory == recording.trajectory
            assert [each.read(MOST) for each in again.pictures] == [
                each.read(MOST) for each in recording.pictures
            ]


@pytest.mark.parametrize(
    "folder",
    ["webvoyager", "osworld_sec_eval", "lincforge_mobile/results", "opencua_agentnetbench"],
)
def test_every_recording_can_be_written_in_our_own_format(tmp_path: Path, folder: str) -> None:
    found = list(find(DATA / folder))[:5]
    assert found
    for number, each in enumerate(found):
        recording = each.reader.read(each.source)
        again = Native().read(write(recording, tmp_path / str(number)))
        assert again.trajectory.steps == recording.trajectory.steps
        assert again.trajectory.label == recording.trajectory.label
        assert len(again.pictures) == len(recording.pictures)


def test_online_mind2web() -> None:
    runs = recordings("online_mind2web", "online-mind2web")
    assert len(runs) == 11
    assert labels(runs) == {None: 11}
    for source, run in runs.items():
        result = json.loads((source / "result.json").read_text("utf-8"))
        assert run.trajectory.n_actions == len(result["action_history"])
        assert run.trajectory.instruction == result["task"]
        assert (run.trajectory.ending.answer or "") == result["final_result_response"]
        actions = [action for step in run.trajectory.steps for action in step.actions]
        assert [action.raw for action in actions] == result["action_history"]
        assert "tool_call" not in {action.type for action in actions}
    assert sum(run.trajectory.n_actions for run in runs.values()) == 207
    clicks = [a for run in runs.values() for s in run.trajectory.steps for a in s.actions]
    written = [action for action in clicks if str(action.raw).startswith("Click at (")]
    assert all(f"({a.point.x:g}, {a.point.y:g})" in str(a.raw) for a in written if a.point)
    assert all(action.point for action in written)


def test_online_mind2web_whose_pictures_are_pointers() -> None:
    folder = DATA / "online_mind2web" / "abp_run"
    runs = recordings("online_mind2web", "online-mind2web")
    pictures = {source.name[:4]: run for source, run in runs.items() if run.pictures}
    assert {name: len(run.pictures) for name, run in pictures.items()} == {"0059": 24, "fc53": 43}
    assert len(list(folder.rglob("*.png"))) == 67
    for run in pictures.values():
        turns = [len(step.actions) for step in run.trajectory.steps]
        # Pictures with the content of the one before were saved for actions sent at once.
        contents = [picture.read(1000) for picture in run.pictures]
        again = sum(one == other for one, other in itertools.pairwise(contents))
        assert sum(turns) - len(turns) == again > 0
        assert run.trajectory.steps[0].before is None
        assert run.trajectory.steps[-1].after == len(contents) - 1
