"""OSWorld runs, made by hand."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.formats.recordings import osworld, touch, write_json, write_lines
from themis.domain.action import Action, ActionType, Point
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Claim, Ending, Label, Platform, Trajectory
from themis.formats.osworld.reader import Osworld

CLICK = "import pyautogui; pyautogui.click(10, 20)"


def read(folder: Path) -> Trajectory:
    return Osworld().read(folder).trajectory


def actions(run: Path) -> list[Action]:
    return [action for step in read(run).steps for action in step.actions]


def test_lines_of_one_number_are_one_step_and_its_screen_is_the_last(tmp_path: Path) -> None:
    run = osworld(tmp_path / "t", CLICK)
    touch(run, "a.png", "b.png", "c.png")
    write_lines(
        run / "traj.jsonl",
        {"step_num": 1, "action": CLICK, "screenshot_file": "a.png"},
        {"step_num": 1, "action": CLICK, "screenshot_file": "b.png"},
        {"step_num": 2, "action": CLICK, "screenshot_file": "c.png"},
    )
    recording = Osworld().read(run)
    first, second = recording.trajectory.steps
    assert len(first.actions) == 2
    assert (first.before, first.after) == (None, 1)
    assert (second.before, second.after) == (1, 2)
    assert [picture.name for picture in recording.pictures] == ["a.png", "b.png", "c.png"]


def test_a_file_named_twice_is_one_picture(tmp_path: Path) -> None:
    run = osworld(tmp_path / "t", CLICK)
    line: Json = {"step_num": 1, "action": CLICK, "screenshot_file": "step_1.png"}
    write_lines(run / "traj.jsonl", line, line)
    assert len(Osworld().read(run).pictures) == 1


@pytest.mark.parametrize("name", ["gone.png", "../up.png", "/etc/hostname", "a\0b.png", "x/../y"])
def test_a_screenshot_that_is_not_in_the_folder_is_a_warning(tmp_path: Path, name: str) -> None:
    touch(tmp_path, "up.png")
    run = osworld(tmp_path / "t", CLICK)
    write_lines(run / "traj.jsonl", {"step_num": 1, "action": CLICK, "screenshot_file": name})
    recording = Osworld().read(run)
    assert recording.pictures == ()
    assert "is not in the folder" in recording.trajectory.warnings[0]


def test_a_linked_screenshot_is_not_followed(tmp_path: Path) -> None:
    run = osworld(tmp_path / "t", CLICK)
    touch(tmp_path, "secret.png")
    (run / "step_1.png").unlink()
    (run / "step_1.png").symlink_to(tmp_path / "secret.png")
    assert Osworld().read(run).pictures == ()


def test_a_click_without_place_happens_where_the_mouse_was_moved_a_step_before(
    tmp_path: Path,
) -> None:
    move, click = "import pyautogui; pyautogui.moveTo(3, 4)", "import pyautogui; pyautogui.click()"
    found = actions(osworld(tmp_path / "t", move, click))
    assert [action.type for action in found] == [ActionType.MOVE, ActionType.CLICK]
    assert found[1].point == Point(x=3, y=4)


def test_the_lines_of_a_step_are_kept_as_they_are(tmp_path: Path) -> None:
    run = tmp_path / "t"
    line: Json = {"step_num": 1, "action": CLICK, "reward": 0.5, "done": False, "info": {"a": [1]}}
    write_lines(run / "traj.jsonl", line, line)
    write_json(run / "task.json", {"instruction": "Open it"})
    (step,) = read(run).steps
    assert step.raw == [line, line]
    assert [action.raw for action in step.actions] == ["pyautogui.click(10, 20)"] * 2


def test_code_that_is_no_plain_call_is_kept_as_code(tmp_path: Path) -> None:
    source = "for i in range(3):\n    pyautogui.click(i, i)"
    (action,) = actions(osworld(tmp_path / "t", source))
    assert (action.type, action.text) == (ActionType.CODE, source)


@pytest.mark.parametrize(
    ("word", "kind", "ending"),
    [
        ("WAIT", ActionType.WAIT, Ending()),
        ("DONE", ActionType.TERMINATE, Ending(claim=Claim.SUCCESS)),
        ("FAIL", ActionType.TERMINATE, Ending(claim=Claim.FAILURE)),
    ],
)
def test_special_words(tmp_path: Path, word: str, kind: ActionType, ending: Ending) -> None:
    trajectory = read(osworld(tmp_path / "t", CLICK, word))
    assert trajectory.steps[-1].actions[0].type is kind
    assert trajectory.ending == ending


def test_computer_13_objects_are_read_with_and_without_parameters(tmp_path: Path) -> None:
    run = osworld(
        tmp_path / "t",
        {"action_type": "MOVE_TO", "x": 5, "y": 6},
        {"action_type": "CLICK", "parameters": {"button": "right", "num_clicks": 2}},
        {"action_type": "HOTKEY", "keys": ["ctrl", "s"]},
        {"action_type": "TYPING", "text": "hi\n"},
        {"action_type": "SCROLL", "dx": 0, "dy": -3},
        {"action_type": "DRAG_TO", "x": 9, "y": 9},
        {"action_type": "FLY"},
    )
    move, click, hotkey, typing, scroll, drag, fly = actions(run)
    assert move.point == click.point == Point(x=5, y=6)
    assert (click.button, click.count) == ("right", 2)
    assert hotkey.keys == ("ctrl", "s")
    assert (typing.text, typing.submit) == ("hi", True)
    assert scroll.direction == "down"
    assert drag.path == (Point(x=5, y=6), Point(x=9, y=9))
    assert (fly.type, fly.name) == (ActionType.TOOL_CALL, "FLY")


@pytest.mark.parametrize(
    ("written", "label"),
    [("0", Label.FAILED), ("0.0\n", Label.FAILED), ("1", Label.PASSED), ("1.0", Label.PASSED)],
)
def test_a_stock_score_is_the_label(tmp_path: Path, written: str, label: Label) -> None:
    trajectory = read(osworld(tmp_path / "t", CLICK, result=written))
    assert trajectory.label is label
    assert trajectory.warnings == ()
    assert trajectory.platform is Platform.LINUX


def test_a_part_of_the_score_is_no_label_and_is_kept(tmp_path: Path) -> None:
    trajectory = read(osworld(tmp_path / "t", CLICK, result="0.5"))
    assert trajectory.label is None
    assert "0.5 is a part of the task" in trajectory.warnings[0]
    assert isinstance(trajectory.meta, dict)
    assert trajectory.meta["score"] == 0.5


@pytest.mark.parametrize("written", ["nan", "inf", "-1", "2", "yes", " "])
def test_an_odd_score_is_no_label(tmp_path: Path, written: str) -> None:
    trajectory = read(osworld(tmp_path / "t", CLICK, result=written))
    assert trajectory.label is None
    assert "no score from 0 to 1" in trajectory.warnings[0]


def test_without_a_score_there_is_no_label_and_no_warning(tmp_path: Path) -> None:
    trajectory = read(osworld(tmp_path / "t", CLICK))
    assert (trajectory.label, trajectory.warnings) == (None, ())


@pytest.mark.parametrize(
    "place", ["20250226@163636-failed", "sec_eval_results/execute_binary/7", "sec_eval/x"]
)
def test_a_security_run_has_no_label_wherever_it_is_seen(tmp_path: Path, place: str) -> None:
    trajectory = read(osworld(tmp_path / place, CLICK, result="1.0"))
    assert trajectory.label is None
    assert "a planted attack worked" in trajectory.warnings[0]


def test_a_security_run_is_known_by_its_shell_actions_under_any_name(tmp_path: Path) -> None:
    trajectory = read(osworld(tmp_path / "run", CLICK, "BASH ls -l", result="1.0"))
    assert trajectory.label is None
    assert "OSWorld-Sec-Eval harness" in trajectory.warnings[0]
    assert trajectory.steps[1].actions[0].text == "ls -l"


def test_a_security_run_is_known_by_its_messages_under_any_name(tmp_path: Path) -> None:
    run = osworld(tmp_path / "run", CLICK, result="0.0")
    said = "Executed a translation of your issued tool call: ['x']"
    write_json(run / "messages.json", [{"role": "user", "content": said}])
    assert read(run).label is None


def test_thoughts_and_the_instruction_come_from_the_messages(tmp_path: Path) -> None:
    run = osworld(tmp_path / "run", CLICK, "DONE", task="")
    asked = "You are an agent.\nYou are asked to complete the following task: Buy milk. "
    write_json(
        run / "messages.json",
        [
            {"role": "system", "content": [{"type": "text", "text": asked}]},
            {"role": "user", "content": [{"type": "text", "text": "a screenshot"}]},
            {"role": "assistant", "content": [{"type": "text", "text": "I see a shop."}]},
        ],
    )
    trajectory = read(run)
    assert trajectory.instruction == "Buy milk."
    assert [step.thought for step in trajectory.steps] == ["I see a shop.", ""]


def test_the_instruction_is_found_in_the_examples_above(tmp_path: Path) -> None:
    run = osworld(tmp_path / "results" / "chrome" / "id-7", CLICK, task="")
    task = tmp_path / "evaluation_examples" / "examples" / "chrome" / "id-7.json"
    write_json(task, {"id": "id-7", "instruction": "Clear the history"})
    assert read(run).instruction == "Clear the history"


def test_the_instruction_may_stand_in_the_line(tmp_path: Path) -> None:
    run = tmp_path / "run"
    write_lines(
        run / "traj.jsonl", {"step_num": 1, "action": "DONE", "instruction": "Sort the list"}
    )
    assert read(run).instruction == "Sort the list"


def test_without_an_instruction_the_run_is_refused_with_the_remedy(tmp_path: Path) -> None:
    run = osworld(tmp_path / "id-7", CLICK, task="")
    with pytest.raises(UnreadableTrajectory, match=r"put the task JSON.*id-7\.json"):
        read(run)


def test_a_last_line_that_tells_of_an_error_goes_to_the_last_step(tmp_path: Path) -> None:
    run = osworld(tmp_path / "t", CLICK)
    with (run / "traj.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"Error": "Time limit exceeded"}\n')
    trajectory = read(run)
    assert trajectory.steps[-1].error == "Time limit exceeded"
    assert trajectory.warnings == ("traj.jsonl line 2: Time limit exceeded",)


def test_a_broken_line_is_found_and_refused_with_its_number(tmp_path: Path) -> None:
    run = osworld(tmp_path / "t", CLICK)
    with (run / "traj.jsonl").open("a", encoding="utf-8") as file:
        file.write("\n{oops\n")
    assert list(Osworld().find(run, frozenset({"traj.jsonl"}))) == [run]
    with pytest.raises(UnreadableTrajectory, match=r"traj\.jsonl: line 3: not valid JSON"):
        read(run)


def test_an_empty_run_is_found_and_refused(tmp_path: Path) -> None:
    (tmp_path / "traj.jsonl").write_bytes(b"")
    assert list(Osworld().find(tmp_path, frozenset({"traj.jsonl"}))) == [tmp_path]
    with pytest.raises(UnreadableTrajectory, match="holds no step"):
        read(tmp_path)


@pytest.mark.parametrize("line", [{"type": "system"}, {"action": "x"}, {"step": 1}, [1], "x"])
def test_lines_of_another_format_are_not_found(tmp_path: Path, line: Json) -> None:
    write_lines(tmp_path / "traj.jsonl", line)
    assert list(Osworld().find(tmp_path, frozenset({"traj.jsonl"}))) == []


def test_a_moved_run_reads_the_same(tmp_path: Path) -> None:
    run = osworld(tmp_path / "a" / "t", CLICK, result="1")
    shutil.copytree(run, tmp_path / "b" / "t")
    assert read(run).steps == read(tmp_path / "b" / "t").steps
