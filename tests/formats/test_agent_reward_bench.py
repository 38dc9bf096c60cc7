"""AgentRewardBench's trajectories, made by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.formats.recordings import png, touch, write_json
from themis.domain.action import Box
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Ending, Label, Trajectory
from themis.formats.browsergym.reward_bench import AgentRewardBench

SHOT = "trajectories/screenshots/webarena/Agent/webarena.7/screenshot_step_{}.png"


def step(number: int, action: str | None, **more: Json) -> Json:
    return {
        "num": number,
        "reasoning": f"I think {number}." if action else None,
        "action": action,
        "screenshot_path": SHOT.format(number),
        "url": "https://a.example/",
        "last_action_error": "",
        "axtree": f"tree {number}",
        "axtree_obj": {"nodes": []},
        "extra_element_properties": {"4": {"bbox": [1.0, 2.0, 30.0, 40.0]}},
        **more,
    }


def document(*steps: Json, **more: Json) -> Json:
    return {
        "benchmark": "webarena",
        "agent": "Agent",
        "model": "m-1",
        "experiment": "Agent_on_webarena",
        "goal": "Find it\n",
        "summary_info": {"cum_reward": 1.0, "terminated": True, "truncated": False},
        **more,
        "steps": list(steps),
    }


def data_set(folder: Path, *steps: Json, **more: Json) -> Path:
    runs = folder / "cleaned" / "webarena" / "Agent" / "Agent_on_webarena"
    path = write_json(runs / "webarena.7.json", document(*steps, **more))
    for number in range(len(steps)):
        touch(folder / "screenshots/webarena/Agent/webarena.7", f"screenshot_step_{number}.png")
    return path


def read(path: Path) -> Trajectory:
    return AgentRewardBench().read(path).trajectory


def test_a_run_is_read_with_the_screens_of_the_data_set(tmp_path: Path) -> None:
    path = data_set(
        tmp_path,
        step(0, "click('4')"),
        step(1, "send_msg_to_user('42')", last_action_error="too slow"),
        step(2, None),
    )
    recording = AgentRewardBench().read(path)
    run = recording.trajectory
    assert run.instruction == "Find it"
    assert [(each.before, each.after) for each in run.steps] == [(0, 1), (1, 2)]
    assert run.steps[0].actions[0].box == Box(x=1, y=2, width=30, height=40)
    assert run.steps[0].error == "too slow"
    assert run.steps[0].thought == "I think 0."
    assert run.steps[0].before_ui == "tree 0"
    assert run.steps[0].raw == {"url": "https://a.example/", "last_action_error": ""}
    assert (run.label, run.ending) == (Label.PASSED, Ending(answer="42"))
    assert isinstance(run.meta, dict)
    assert (run.meta["task"], run.meta["agent"]) == ("webarena.7", "Agent")
    assert run.warnings == ()


def test_screens_may_lie_beside_the_file(tmp_path: Path) -> None:
    path = write_json(tmp_path / "webarena.7.json", document(step(0, "noop()"), step(1, "noop()")))
    touch(tmp_path, "screenshot_step_0.png")
    touch(tmp_path / "webarena.7", "screenshot_step_1.png")
    assert [each.before for each in read(path).steps] == [0, 1]


def test_a_screen_that_is_not_there_is_a_warning(tmp_path: Path) -> None:
    path = write_json(tmp_path / "webarena.7.json", document(step(0, "noop()")))
    run = read(path)
    assert run.steps[0].before is None
    assert "step 0: screenshot" in run.warnings[0]


@pytest.mark.parametrize(
    "named", ["../../secret.png", "screenshots/../../secret.png", "/etc/secret.png", "..", ""]
)
def test_no_picture_outside_is_taken(tmp_path: Path, named: str) -> None:
    (tmp_path / "secret.png").write_bytes(png())
    path = data_set(tmp_path / "set", step(0, "noop()", screenshot_path=named))
    recording = AgentRewardBench().read(path)
    assert recording.pictures == ()


def test_one_run_is_its_folder_and_several_are_their_files(tmp_path: Path) -> None:
    first = write_json(tmp_path / "webarena.7.json", document(step(0, "noop()")))
    write_json(tmp_path / "judgment.json", {"benchmark": "webarena", "goal": "x", "judge": "y"})
    assert list(AgentRewardBench().find(tmp_path, frozenset({first.name, "judgment.json"}))) == [
        tmp_path
    ]
    second = write_json(tmp_path / "webarena.8.json", document(step(0, "noop()")))
    names = frozenset({first.name, second.name, "judgment.json"})
    assert list(AgentRewardBench().find(tmp_path, names)) == [first, second]


@pytest.mark.parametrize(
    ("more", "complaint"), [({"goal": ""}, "goal: expected"), ({"goal": 3}, "goal: expected")]
)
def test_a_run_without_a_goal_is_refused(
    tmp_path: Path, more: dict[str, Json], complaint: str
) -> None:
    path = write_json(tmp_path / "webarena.7.json", document(step(0, "noop()"), **more))
    with pytest.raises(UnreadableTrajectory, match=complaint):
        read(path)


def test_a_run_in_which_nothing_was_done_is_refused(tmp_path: Path) -> None:
    path = write_json(tmp_path / "webarena.7.json", document(step(0, None)))
    with pytest.raises(UnreadableTrajectory, match="none has an action"):
        read(path)
