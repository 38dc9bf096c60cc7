"""Runs in OSWorld's manner that are not stock: other lines, other pictures, tasks elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.formats.recordings import osworld, png, touch, write_json, write_lines
from themis.domain.action import ActionType, Delta, Point, SpaceKind, Unit
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Ending, Label, Platform, Trajectory
from themis.formats.contract import Recording
from themis.formats.osworld import lines
from themis.formats.osworld.reader import Osworld
from themis.formats.registry import find, reader
from themis.formats.tasks import TaskFiles

CLICK = "pyautogui.click(10, 20)"
STAMP = "20250226@162603"


def bare(run: Path, *numbers: int, shots: tuple[str, ...] = ()) -> Recording:
    """A run of lines {step, thought, action} whose pictures nothing names."""
    said = [{"step": number, "thought": f"t{number}", "action": CLICK} for number in numbers]
    write_lines(run / "traj.jsonl", *said)
    write_json(run / "task.json", {"instruction": "Do it"})
    touch(run, *shots)
    (found,) = find(run)
    assert found.reader.name == "osworld"
    return found.read()


def seen(recording: Recording) -> list[tuple[str | None, str | None]]:
    """The names of the screens before and after each step."""
    names = [picture.name for picture in recording.pictures]
    return [
        (
            names[step.before] if step.before is not None else None,
            names[step.after] if step.after is not None else None,
        )
        for step in recording.trajectory.steps
    ]


@pytest.mark.parametrize("start", [0, 1])
def test_pictures_that_nothing_names_stand_before_their_steps(tmp_path: Path, start: int) -> None:
    shots = [f"step_{number}.png" for number in range(start, start + 3)]
    recording = bare(tmp_path, start, start + 1, start + 2, shots=tuple(shots))
    assert seen(recording) == [(shots[0], shots[1]), (shots[1], shots[2]), (shots[2], None)]
    assert recording.trajectory.warnings == ()
    assert [step.thought for step in recording.trajectory.steps] == [
        f"t{number}" for number in range(start, start + 3)
    ]


@pytest.mark.parametrize(("start", "first"), [(0, 0), (1, 1), (1, 0)])
def test_one_picture_more_is_the_screen_after_the_last_step(
    tmp_path: Path, start: int, first: int
) -> None:
    shots = [f"step_{number}.png" for number in range(first, first + 3)]
    recording = bare(tmp_path, start, start + 1, shots=tuple(shots))
    assert seen(recording) == [(shots[0], shots[1]), (shots[1], shots[2])]


def test_pictures_are_counted_and_not_sorted_by_letter(tmp_path: Path) -> None:
    recording = bare(tmp_path, *range(1, 12), shots=tuple(f"step_{n}.png" for n in range(1, 12)))
    assert seen(recording)[1] == ("step_2.png", "step_3.png")
    assert seen(recording)[9] == ("step_10.png", "step_11.png")


def test_a_step_that_was_left_out_parts_the_screens_around_it(tmp_path: Path) -> None:
    recording = bare(tmp_path, 1, 2, 5, shots=tuple(f"step_{n}.png" for n in (1, 2, 3, 5)))
    assert seen(recording) == [
        ("step_1.png", "step_2.png"),
        ("step_2.png", "step_3.png"),
        ("step_5.png", None),
    ]
    assert [step.number for step in recording.trajectory.steps] == [1, 2, 5]


def test_pictures_numbered_otherwise_are_taken_in_order_with_a_warning(tmp_path: Path) -> None:
    recording = bare(tmp_path, 0, 1, shots=("step_1.png", "step_2.png"))
    assert seen(recording) == [("step_1.png", "step_2.png"), ("step_2.png", None)]
    assert "numbered otherwise than the steps" in recording.trajectory.warnings[0]


def test_a_picture_with_a_time_that_no_line_names_stands_after_its_step(tmp_path: Path) -> None:
    shots = (f"step_1_{STAMP}.png", f"step_1_{STAMP}9.png", f"step_2_{STAMP}.png")
    recording = bare(tmp_path, 1, 2, shots=shots)
    assert seen(recording) == [(None, shots[1]), (shots[1], shots[2])]
    assert len(recording.pictures) == 3


@pytest.mark.parametrize(
    "name", [f"step_0_{STAMP}.png", "initial_state.png", "screenshot_initial_1.jpg", "initial.png"]
)
def test_a_first_picture_is_the_screen_before_the_first_step(tmp_path: Path, name: str) -> None:
    run = osworld(tmp_path / "t", CLICK, CLICK)
    touch(run, name)
    found = seen(Osworld().read(run))
    assert found == [(name, "step_1.png"), ("step_1.png", "step_2.png")]


def test_copies_with_marks_drawn_on_are_no_screens_of_their_own(tmp_path: Path) -> None:
    recording = bare(tmp_path, 1, 2, shots=("step_1.png", "step_1_som.png", "step_2.png"))
    assert [picture.name for picture in recording.pictures] == ["step_1.png", "step_2.png"]


def test_a_picture_is_found_by_its_own_name_where_its_old_place_is_named(tmp_path: Path) -> None:
    run = osworld(tmp_path / "t", CLICK)
    old = "results/pyautogui/chrome/t/step_1.png"
    write_lines(run / "traj.jsonl", {"step_num": 1, "action": CLICK, "screenshot_file": old})
    assert seen(Osworld().read(run)) == [(None, "step_1.png")]


def test_lines_under_another_name_are_found_by_what_they_say(tmp_path: Path) -> None:
    touch(tmp_path, "step_0.png")
    write_lines(tmp_path / "log.jsonl", {"step": 0, "thought": "I click", "action": CLICK})
    write_lines(tmp_path / "other.jsonl", {"step": 0, "action": "x"})
    write_json(tmp_path / "task.json", {"instruction": "Do it"})
    (found,) = find(tmp_path)
    assert found.source == tmp_path / "log.jsonl"
    assert seen(found.read()) == [("step_0.png", None)]


@pytest.mark.parametrize(
    "line",
    [{"thought": "I see"}, {"reasoning": "I see"}, {"response": "I see"},
     {"response": [{"type": "text", "text": "I see"}]}, {"response": {"content": "I see"}}],
)  # fmt: skip
def test_the_thought_stands_beside_the_action(tmp_path: Path, line: dict[str, Json]) -> None:
    run = osworld(tmp_path / "t", CLICK)
    stock: dict[str, Json] = {"step_num": 1, "action": CLICK}
    write_lines(run / "traj.jsonl", {**stock, **line}, {**stock, **line})
    (step,) = Osworld().read(run).trajectory.steps
    assert step.thought == "I see"
    assert len(step.actions) == 2


def test_times_are_told_as_iso_8601(tmp_path: Path) -> None:
    run = osworld(tmp_path / "t", CLICK)
    said = [
        {"step_num": 1, "action": CLICK, "action_timestamp": STAMP},
        {"step_num": 1, "action": CLICK, "action_timestamp": "20250226@162605"},
        {"step_num": 2, "action": CLICK, "action_timestamp": f"{STAMP}123456"},
        {"step_num": 3, "action": CLICK, "action_timestamp": "20251399@999999"},
        {"step_num": 4, "action": CLICK, "timestamp": "2025-02-26T16:26:03Z"},
        {"step_num": 5, "action": CLICK},
    ]
    write_lines(run / "traj.jsonl", *said)
    assert [step.started_at for step in Osworld().read(run).trajectory.steps] == [
        "2025-02-26T16:26:03",
        "2025-02-26T16:26:03.123456",
        "20251399@999999",
        "2025-02-26T16:26:03Z",
        None,
    ]


def test_numbers_are_kept_only_where_they_do_not_count_from_one(tmp_path: Path) -> None:
    stock = Osworld().read(osworld(tmp_path / "t", CLICK, CLICK)).trajectory
    assert [step.number for step in stock.steps] == [None, None]
    assert [step.number for step in bare(tmp_path / "u", 0, 1).trajectory.steps] == [0, 1]


def test_a_run_that_was_started_again_in_the_same_file_is_a_warning(tmp_path: Path) -> None:
    run = osworld(tmp_path / "t", CLICK)
    said = [
        {"step_num": number, "action": CLICK, "screenshot_file": f"{at}.png"}
        for at, number in enumerate((1, 2, 1))
    ]
    touch(run, "0.png", "1.png", "2.png")
    write_lines(run / "traj.jsonl", *said)
    recording = Osworld().read(run)
    assert "line 3: the steps begin again at 1" in recording.trajectory.warnings[0]
    assert seen(recording) == [(None, "0.png"), ("0.png", "1.png"), (None, "2.png")]


@pytest.mark.parametrize(
    ("written", "label"),
    [("True", Label.PASSED), ("false\n", Label.FAILED), ("1.0\n", Label.PASSED)],
)
def test_an_evaluators_bool_is_a_score(tmp_path: Path, written: str, label: Label) -> None:
    assert Osworld().read(osworld(tmp_path / "t", CLICK, result=written)).trajectory.label is label


def test_a_relative_place_is_resolved_on_the_screen_before(tmp_path: Path) -> None:
    run = osworld(tmp_path / "t", "pyautogui.click(x=0.5, y=0.25)", "pyautogui.click()")
    (run / "step_1.png").write_bytes(png(1000, 800))
    (run / "step_2.png").write_bytes(png(500, 400))
    first, second = [step.actions[0] for step in Osworld().read(run).trajectory.steps]
    assert first.point == second.point == Point(x=500, y=200)
    assert first.space is not None
    assert first.space.kind is SpaceKind.NORM1


def test_a_place_off_the_screen_is_left_to_the_source(tmp_path: Path) -> None:
    run = osworld(tmp_path / "t", "pyautogui.click(5000, 20)")
    (action,) = Osworld().read(run).trajectory.steps[0].actions
    assert (action.point, action.raw) == (None, "pyautogui.click(5000, 20)")


@pytest.mark.parametrize(
    "action",
    [
        {"action_type": "tool_use", "name": "computer", "input": {}, "command": CLICK},
        {"action_space": "pyautogui", "action": CLICK, "pending_checks": []},
        f"```python\n{CLICK}\n```",
        [CLICK],
    ],
)
def test_source_inside_a_wrapper_is_read(tmp_path: Path, action: Json) -> None:
    run = osworld(tmp_path / "t", action)
    step = Osworld().read(run).trajectory.steps[0]
    assert (step.actions[0].type, step.actions[0].point) == (ActionType.CLICK, Point(x=10, y=20))
    if isinstance(action, dict):
        assert step.actions[0].raw == action


def test_words_that_are_no_code_are_kept_whole(tmp_path: Path) -> None:
    (step,) = Osworld().read(osworld(tmp_path / "t", "Click on the File menu")).trajectory.steps
    assert (step.actions[0].type, step.actions[0].text) == (
        ActionType.CODE,
        "Click on the File menu",
    )


def test_the_words_of_opencua_end_a_run_with_an_answer(tmp_path: Path) -> None:
    said = "computer.terminate(status='success', answer='42')"
    trajectory = Osworld().read(osworld(tmp_path / "t", "computer.wait()", said)).trajectory
    assert trajectory.steps[0].actions[0].type is ActionType.WAIT
    assert trajectory.ending == Ending(claim=trajectory.ending.claim, answer="42")
    assert trajectory.ending.claim == "success"


def test_computer_13_scrolls_in_notches(tmp_path: Path) -> None:
    run = osworld(tmp_path / "t", {"action_type": "SCROLL", "dx": 0, "dy": -3})
    (step,) = Osworld().read(run).trajectory.steps
    assert step.actions[0].delta == Delta(dy=3, unit=Unit.NOTCH)


def among(tasks: Path, run: Path) -> Trajectory:
    (found,) = find(run, only=reader("osworld"), tasks=TaskFiles(tasks))
    return found.read().trajectory


@pytest.mark.parametrize("place", ["results/chrome/id-7", "results/chrome/id-7/attempt_2"])
def test_the_task_is_found_by_id_in_a_folder_of_tasks(tmp_path: Path, place: str) -> None:
    run = osworld(tmp_path / place, CLICK, task="")
    write_json(tmp_path / "tasks" / "audio" / "id-7.json", {"instruction": "Another"})
    write_json(tmp_path / "tasks" / "chrome" / "id-7.json", {"instruction": "Clear the history"})
    write_json(tmp_path / "tasks" / "more" / "id-7.json", {"instruction": "Another"})
    assert among(tmp_path / "tasks", run).instruction == "Clear the history"


def test_a_task_beside_the_run_goes_before_the_folder_of_tasks(tmp_path: Path) -> None:
    run = osworld(tmp_path / "run" / "id-7", CLICK, task="Mine")
    write_json(tmp_path / "tasks" / "id-7.json", {"instruction": "Another"})
    assert among(tmp_path / "tasks", run).instruction == "Mine"


def test_without_the_folder_of_tasks_the_refusal_names_the_option(tmp_path: Path) -> None:
    run = osworld(tmp_path / "id-7", CLICK, task="")
    write_json(tmp_path / "tasks" / "id-7.json", {"instruction": "Another"})
    with pytest.raises(UnreadableTrajectory, match="--tasks DIR"):
        Osworld().read(run)


@pytest.mark.parametrize(
    ("place", "task", "platform"),
    [
        ("chrome/id-7", {}, Platform.LINUX),
        ("chrome/id-7", {"platform": "Windows"}, Platform.WINDOWS),
        ("examples_windows/word/id-7", {}, Platform.WINDOWS),
        ("macos/mail/id-7", {}, Platform.MACOS),
        ("chrome/id-7", {"os": "macOS", "snapshot": "chrome"}, Platform.MACOS),
    ],
)
def test_the_platform_is_what_the_task_or_the_folders_say(
    tmp_path: Path, place: str, task: dict[str, Json], platform: Platform
) -> None:
    run = osworld(tmp_path / place, CLICK, task="")
    write_json(run / "task.json", {"instruction": "Do it", **task})
    assert Osworld().read(run).trajectory.platform is platform


@pytest.mark.parametrize(
    ("bound", "why"),
    [("MAX_RUN_ACTIONS", "more than 2 lines"), ("MAX_STEPS", "more than 2 steps"),
     ("MAX_ACTIONS", "or 2 actions in one")],
)  # fmt: skip
def test_a_run_over_a_bound_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str, why: str
) -> None:
    numbers = (1, 1, 1) if bound == "MAX_ACTIONS" else (1, 2, 3)
    run = osworld(tmp_path / "t", CLICK)
    write_lines(run / "traj.jsonl", *({"step_num": number, "action": "WAIT"} for number in numbers))
    monkeypatch.setattr(lines, bound, 2)
    with pytest.raises(UnreadableTrajectory, match=why):
        Osworld().read(run)


def test_lines_that_say_nothing_are_counted_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_lines(tmp_path / "traj.jsonl", {"step_num": 1, "action": "WAIT"}, {}, {})
    monkeypatch.setattr(lines, "MAX_RUN_ACTIONS", 2)
    with pytest.raises(UnreadableTrajectory, match="line 3: more than 2 lines"):
        Osworld().read(tmp_path)
