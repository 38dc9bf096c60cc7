"""JSON of agents on AndroidWorld, beside screenshots taken after each step."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.formats.recordings import touch, write_json
from themis.domain.action import Box, Point
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Claim, Label
from themis.formats.androidworld.agents import AndroidWorldAgents
from themis.formats.contract import Recording
from themis.formats.registry import find

READER = AndroidWorldAgents()
CORNERS: Json = {"x_min": 20, "x_max": 60, "y_min": 100, "y_max": 140}
SHOWN: Json = [{"text": "OK", "bbox_pixels": CORNERS, "hint_text": None}]
CLICK = 'Reason: It says OK.\nAction: {"action_type": "click", "index": 0}'
DONE = 'Reason: Done.\nAction: {"action_type": "status", "goal_status": "complete"}'


def step(number: int, said: str) -> dict[str, Json]:
    agent: dict[str, Json] = {
        "before_element_list": SHOWN,
        "action_output": said,
        "summary": f"Summary {number}.",
    }
    return {
        "step_num": number,
        "state": {"pixels": "<screenshot_excluded>", "ui_elements": SHOWN},
        "action": said,
        "agent_data": agent,
        "timestamp": 1752979701.5 + number,
    }


def run(folder: Path, *, shots: str | None = "replay_screenshots/run", **changes: Json) -> Path:
    document: dict[str, Json] = {
        "task_name": "Save",
        "goal": "Save the note",
        "prompts": ["You are an agent", "You are an agent"],
        "responses": [CLICK, DONE],
        "step_timings": [9.5, 2.5],
        "success": False,
        "step_records": [step(1, CLICK), step(2, DONE)],
        "agent_claimed_done": True,
        "task_actually_successful": False,
        "final_state": {"ui_elements": SHOWN},
        **changes,
    }
    if shots is not None:
        touch(folder, f"{shots}/post_step_001.png", f"{shots}/post_step_002.png")
    return write_json(folder / "run.json", document)


def read(
    folder: Path, *, shots: str | None = "replay_screenshots/run", **changes: Json
) -> Recording:
    return READER.read(run(folder, shots=shots, **changes))


def test_a_run_is_found_by_what_it_holds(tmp_path: Path) -> None:
    run(tmp_path)
    write_json(tmp_path / "other.json", {"goal": "x"})
    assert [each.source.name for each in find(tmp_path)] == ["run.json"]


def test_the_screens_are_after_each_step(tmp_path: Path) -> None:
    steps = read(tmp_path, shots="run").trajectory.steps
    assert [(each.before, each.after) for each in steps] == [(None, 0), (0, 1)]


def test_no_action_was_decided_on_a_screen_of_a_replay(tmp_path: Path) -> None:
    steps = read(tmp_path).trajectory.steps
    assert [(each.before, each.after) for each in steps] == [(None, 0), (None, 1)]


def test_screens_of_a_replay_are_said_to_be_that(tmp_path: Path) -> None:
    (warning,) = read(tmp_path).trajectory.warnings
    assert "a later replay of the same actions" in warning


@pytest.mark.parametrize("shots", ["screenshots/run", "run", "."])
def test_screens_may_stand_in_other_folders(tmp_path: Path, shots: str) -> None:
    recording = read(tmp_path, shots=shots)
    assert len(recording.pictures) == 2
    assert recording.trajectory.warnings == ()


def test_a_screen_before_the_action_is_taken_where_it_was_kept(tmp_path: Path) -> None:
    touch(tmp_path, "run/pre_step_001.png")
    recording = read(tmp_path, shots="run")
    before = recording.trajectory.steps[0].before
    assert before is not None
    assert recording.pictures[before].name.endswith("pre_step_001.png")


def test_without_screens_the_run_is_read_with_a_warning(tmp_path: Path) -> None:
    recording = read(tmp_path, shots=None)
    assert recording.pictures == ()
    assert "no screenshots" in recording.trajectory.warnings[0]


def test_a_missing_screen_is_warned_of(tmp_path: Path) -> None:
    path = run(tmp_path, shots="run")
    (tmp_path / "run/post_step_002.png").unlink()
    assert READER.read(path).trajectory.warnings == (
        "step 2: post_step_002.png is not in the folder",
    )


def test_an_element_has_its_box_on_the_screen_the_action_was_decided_on(tmp_path: Path) -> None:
    (click,) = read(tmp_path).trajectory.steps[0].actions
    assert click.box == Box(x=20, y=100, width=40, height=40)
    assert click.point == Point(x=40, y=120)


def test_the_evaluators_word_is_the_label_and_the_agents_a_claim(tmp_path: Path) -> None:
    told = read(tmp_path).trajectory
    assert told.label is Label.FAILED
    assert told.ending.claim is Claim.SUCCESS
    assert [each.claim for each in told.steps] == ["Summary 1.", "Summary 2."]
    assert "success" not in json.dumps(told.meta)


def test_outcomes_that_disagree_are_warned_of(tmp_path: Path) -> None:
    told = read(tmp_path, success=True).trajectory
    assert told.label is Label.PASSED
    assert "disagree" in told.warnings[-1]


def test_no_outcome_is_no_label(tmp_path: Path) -> None:
    told = read(tmp_path, success=None, task_actually_successful=None).trajectory
    assert told.label is None


def test_thought_elements_and_time_of_a_step(tmp_path: Path) -> None:
    first, last = read(tmp_path).trajectory.steps
    assert first.thought == "It says OK."
    assert json.loads(first.before_ui or "") == [{"index": 0, "text": "OK", "bbox_pixels": CORNERS}]
    assert first.ended_at == "2025-07-20T02:48:22.500000+00:00"
    assert last.after_ui == first.before_ui


def test_what_else_is_said_stays_once_in_raw(tmp_path: Path) -> None:
    first = read(tmp_path).trajectory.steps[0]
    assert first.raw == {
        "step_num": 1,
        "timestamp": 1752979702.5,
        "action_output": CLICK,
        "state": {"pixels": "<screenshot_excluded>"},
        "prompt": "You are an agent",
        "seconds": 9.5,
    }


def test_replies_alone_are_steps_too(tmp_path: Path) -> None:
    told = read(tmp_path, step_records=[]).trajectory
    assert [each.actions[0].name for each in told.steps] == ["click", "status"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"goal": ""}, "goal: expected a text"),
        ({"step_records": [], "responses": []}, "holds no step"),
    ],
)
def test_a_run_without_what_is_needed_is_refused(
    tmp_path: Path, changes: dict[str, Json], why: str
) -> None:
    path = run(tmp_path)
    write_json(path, {**json.loads(path.read_text("utf-8")), **changes})
    with pytest.raises(UnreadableTrajectory, match=why):
        READER.read(path)


def test_a_folder_with_two_runs_must_be_named_by_file(tmp_path: Path) -> None:
    run(tmp_path)
    (tmp_path / "again.json").write_bytes((tmp_path / "run.json").read_bytes())
    with pytest.raises(UnreadableTrajectory, match="several recordings"):
        READER.read(tmp_path)
