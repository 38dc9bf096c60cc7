"""OS-Themis' layout: read whatever its fields are called, and left alone where it is another's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.formats.recordings import agentnet, agentnet_step, atif, native, touch, write_json
from themis.domain.action import ActionType, Point
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Claim, Ending, Platform
from themis.formats.agentnet.reader import AgentNet
from themis.formats.contract import Recording
from themis.formats.os_themis.reader import OsThemis
from themis.formats.registry import find
from themis.formats.writers import WRITERS

CLICK: Json = "pyautogui.click(10, 20)"


def read(folder: Path, document: Json) -> Recording:
    touch(folder, "1.png", "2.png", "3.png")
    write_json(folder / "trajectory.json", document)
    assert [(each.source, each.reader.name) for each in find(folder)] == [(folder, "os-themis")]
    return OsThemis().read(folder)


def step(number: int, **changes: Json) -> dict[str, Json]:
    named: dict[str, Json] = {"reasoning": f"Thought {number}", "action": CLICK}
    return {**named, "screenshot": f"{number}.png", **changes}


def test_a_run_is_read_with_its_screens_on_both_sides(tmp_path: Path) -> None:
    steps: Json = [step(1, reward=0), step(2, action="DONE")]
    document: Json = {
        "instruction": "Open it",
        "platform": "ubuntu",
        "steps": steps,
        "label": 1,
        "final_screenshot": "3.png",
    }
    run = read(tmp_path, document).trajectory
    assert (run.instruction, run.platform, run.label) == ("Open it", Platform.LINUX, None)
    assert [(each.before, each.after) for each in run.steps] == [(0, 1), (1, 2)]
    assert run.steps[0].thought == "Thought 1"
    assert run.steps[0].actions[0].point == Point(x=10, y=20)
    assert run.ending == Ending(claim=Claim.SUCCESS)
    assert run.steps[0].raw == step(1, reward=0), "what has no field is kept"
    assert run.meta == {
        "instruction": "Open it",
        "platform": "ubuntu",
        "label": 1,
        "final_screenshot": "3.png",
    }


@pytest.mark.parametrize(
    "document",
    [
        {"task": "Open it", "trajectory": [step(1), step(2)]},
        {"goal": "Open it", "history": [step(1), step(2)]},
        {"task": {"instruction": "Open it"}, "steps": [step(1), step(2)]},
        [step(1, task="Open it"), step(2)],
        {
            "query": "Open it",
            "images": ["1.png", "2.png", "3.png"],
            "steps": [{"thought": "x", "action": CLICK}, {"thought": "y", "code": CLICK}],
        },
        {"intent": "Open it", "steps": [step(1, screenshot_after="2.png"), step(2)]},
    ],
)
def test_the_names_in_use_are_understood(tmp_path: Path, document: Json) -> None:
    run = read(tmp_path, document).trajectory
    assert run.instruction == "Open it"
    assert (run.steps[0].before, run.steps[0].after) == (0, 1)
    assert [each.actions[0].type for each in run.steps] == [ActionType.CLICK] * 2


def test_an_action_nobody_knows_stays_as_it_is(tmp_path: Path) -> None:
    strange: Json = {"action_type": "levitate", "height": 3}
    run = read(tmp_path, {"task": "x", "steps": [step(1, action=["fly away", strange])]})
    first, second = run.trajectory.steps[0].actions
    assert (first.type, first.text, first.raw) == (ActionType.TOOL_CALL, "fly away", "fly away")
    assert (second.name, second.raw) == ("levitate", strange)


@pytest.mark.parametrize("path", ["gone.png", "/1.png", "../1.png", "https://a.example/1.png"])
def test_a_screenshot_that_is_not_there_is_a_warning(tmp_path: Path, path: str) -> None:
    run = read(tmp_path, {"task": "x", "steps": [step(1, screenshot=path)]})
    assert (run.pictures, run.trajectory.steps[0].before) == ((), None)
    assert f"step 1: the screenshot {path!r}" in run.trajectory.warnings[0]


def test_a_run_without_a_task_is_refused(tmp_path: Path) -> None:
    write_json(tmp_path / "trajectory.json", [step(1)])
    with pytest.raises(UnreadableTrajectory, match="instruction: missing"):
        OsThemis().read(tmp_path)


@pytest.mark.parametrize(
    "document",
    [
        {"steps": []},
        {"task": "x", "steps": [{"action": "x"}]},
        {"task": "x", "steps": "x"},
        {"benchmark": "webarena", "summary_info": {}, "goal": "x", "steps": [step(1)]},
        "x",
        7,
    ],
)
def test_a_trajectory_json_of_another_kind_is_left_alone(tmp_path: Path, document: Json) -> None:
    write_json(tmp_path / "trajectory.json", document)
    found = list(OsThemis().find(tmp_path, frozenset({"trajectory.json"})))
    assert found == []


def test_what_a_written_file_quotes_of_others_misleads_nobody(tmp_path: Path) -> None:
    recording = AgentNet().read(agentnet(tmp_path / "one", agentnet_step(1, "DONE")))
    for name, write in WRITERS.items():
        folder = write(recording, tmp_path / name)
        assert [(each.source, each.reader.name) for each in find(folder)] == [(folder, name)]


def test_themis_and_atif_files_are_their_own_readers(tmp_path: Path) -> None:
    native(tmp_path / "own")
    atif(tmp_path / "exchanged", {"source": "agent", "message": "x"})
    assert [each.reader.name for each in find(tmp_path)] == ["atif", "themis"]
