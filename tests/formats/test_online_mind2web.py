"""Online-Mind2Web submissions, made by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.formats.recordings import png, write_json
from themis.domain.action import ActionType, Point
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Claim, Ending, Platform, Trajectory
from themis.formats.online_mind2web.reader import OnlineMind2Web

ANSWER = "TASK_COMPLETE -> ANSWER: 42"


def submission(folder: Path, *history: Json, shots: dict[str, bytes], **more: Json) -> Path:
    write_json(folder / "result.json", {"task": "Find it", "action_history": list(history), **more})
    for name, content in shots.items():
        path = folder / "trajectory" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    return folder


def numbered(*numbers: int) -> dict[str, bytes]:
    """Pictures that all differ."""
    return {f"{each}_full_screenshot.png": png(100 + each, 200) for each in numbers}


def read(folder: Path) -> Trajectory:
    return OnlineMind2Web().read(folder).trajectory


def alignment(folder: Path) -> list[tuple[int | None, int | None]]:
    return [(step.before, step.after) for step in read(folder).steps]


THREE = ("Navigate to https://a.example/", "Click at (5, 6)", "Navigate back")


def test_a_picture_an_action_numbered_from_one_is_after_it(tmp_path: Path) -> None:
    run = submission(tmp_path, *THREE, shots=numbered(1, 2, 3))
    assert alignment(run) == [(None, 0), (0, 1), (1, 2)]


def test_numbered_from_zero_the_first_is_before_the_first_action(tmp_path: Path) -> None:
    run = submission(tmp_path, *THREE, shots=numbered(0, 1, 2))
    assert alignment(run) == [(0, 1), (1, 2), (2, None)]


@pytest.mark.parametrize("first", [0, 1])
def test_one_picture_more_than_actions_stands_before_and_after_each(
    tmp_path: Path, first: int
) -> None:
    run = submission(tmp_path, *THREE, shots=numbered(*range(first, first + 4)))
    assert alignment(run) == [(0, 1), (1, 2), (2, 3)]
    assert read(run).warnings == ()


def test_numbers_count_as_numbers_and_a_gap_shifts_nothing(tmp_path: Path) -> None:
    run = submission(
        tmp_path, *["Press ENTER", "Navigate back"] * 6, shots=numbered(*range(1, 9), 10, 11, 12)
    )
    recording = OnlineMind2Web().read(run)
    assert [each.name for each in recording.pictures][-2:] == [
        "11_full_screenshot.png",
        "12_full_screenshot.png",
    ]
    steps = recording.trajectory.steps
    assert (steps[8].before, steps[8].after) == (7, None)
    assert (steps[9].before, steps[9].after) == (None, 8)
    assert recording.trajectory.warnings == ("trajectory: no screenshot after action 9",)


def test_pictures_named_by_time_are_taken_in_order(tmp_path: Path) -> None:
    run = submission(tmp_path, *THREE, shots=numbered(1700, 1800, 1900, 2000))
    assert alignment(run) == [(0, 1), (1, 2), (2, 3)]


def test_pictures_that_are_too_many_are_kept_and_warned_of(tmp_path: Path) -> None:
    run = submission(tmp_path, *THREE, shots=numbered(*range(6)))
    assert len(OnlineMind2Web().read(run).pictures) == 6
    assert read(run).warnings == ("trajectory: 6 screenshots for 3 actions",)


def test_what_was_sent_at_once_is_one_step_with_the_picture_that_followed(tmp_path: Path) -> None:
    shots = numbered(1, 2, 5)
    shots["3_full_screenshot.png"] = shots["4_full_screenshot.png"] = png(102, 200)
    history = (
        "Navigate to https://a.example/",
        "Click at (5, 6)",
        'Type "x"',
        "Press ENTER",
        "Scroll (delta_x=0, delta_y=4)",
    )
    run = submission(
        tmp_path, *history, shots=shots, thoughts=["", "I type.", "I type.", "I type.", ""]
    )
    steps = read(run).steps
    assert [len(step.actions) for step in steps] == [1, 3, 1]
    assert [(step.before, step.after) for step in steps] == [(None, 0), (0, 3), (3, 4)]
    assert steps[1].thought == "I type."


@pytest.mark.parametrize(
    ("thoughts", "history"),
    [
        (["a", "b"], ("Click at (5, 6)", "Click at (7, 8)")),
        (["a", "a"], ("Scroll (delta_x=0, delta_y=4)", "Scroll (delta_x=0, delta_y=4)")),
        (["a", "a"], ("<b> -> CLICK", "<i> -> CLICK")),
    ],
)
def test_an_action_without_effect_is_no_part_of_the_turn_before(
    tmp_path: Path, thoughts: list[Json], history: tuple[str, str]
) -> None:
    shots = {f"{number}.png": png() for number in (1, 2)}
    run = submission(tmp_path, *history, shots=shots, thoughts=thoughts)
    assert len(read(run).steps) == 2


def test_a_place_is_checked_against_the_picture_before_it(tmp_path: Path) -> None:
    history = ("Navigate to https://a.example/", "Click at (5, 6)", "Click at (150, 6)")
    first, off = read(submission(tmp_path, *history, shots=numbered(1, 2, 3))).steps[1:]
    assert first.actions[0].point == Point(x=5, y=6)
    assert off.actions[0].point is None
    assert off.actions[0].raw == "Click at (150, 6)"


def test_thoughts_that_do_not_match_the_actions_are_warned_of(tmp_path: Path) -> None:
    run = read(submission(tmp_path, *THREE, shots=numbered(1, 2, 3), thoughts=["a"]))
    assert [step.thought for step in run.steps] == ["a", "", ""]
    assert run.warnings == ("thoughts: 1 for 3 actions; thoughts may stand at the wrong step",)


def test_the_answer_is_a_claim_and_the_status_of_the_harness_is_not_even_that(
    tmp_path: Path,
) -> None:
    run = read(
        submission(
            tmp_path, *THREE, shots={}, final_result_response="It is 42.", result_status="success"
        )
    )
    assert run.ending == Ending(claim=None, answer="It is 42.")
    assert run.label is None
    assert run.meta == {"final_result_response": "It is 42.", "result_status": "success"}
    assert run.platform is Platform.WEB
    assert run.warnings == ("trajectory: there are no screenshots",)


def test_an_answer_in_the_history_ends_the_run(tmp_path: Path) -> None:
    run = read(submission(tmp_path, *THREE, ANSWER, shots=numbered(0, 1, 2, 3)))
    assert run.ending == Ending(claim=Claim.SUCCESS, answer="42")
    assert run.steps[-1].actions[0].type is ActionType.TERMINATE


def record(step: int, action: str, **more: Json) -> Json:
    return {"step": step, "screenshot": f"{step:04}.png", "action": action, "thought": None, **more}


def test_the_second_version_names_the_picture_before_each_action(tmp_path: Path) -> None:
    history = (
        record(0, "page -> NAVIGATE -> the start | SUCCESS", url="https://a.example/"),
        record(1, "CLICK coords(50, 60) -> the button | FAILED", thought="I click."),
        record(2, ANSWER),
    )
    shots = {f"{step:04}.png": png(100 + step) for step in range(3)}
    run = read(
        submission(
            tmp_path,
            *history,
            shots=shots,
            schema_version="online-mind2web-v2",
            agent_final_answer="42",
        )
    )
    assert [(step.before, step.after) for step in run.steps] == [(0, 1), (1, 2), (2, None)]
    assert run.steps[0].actions[0].text == "https://a.example/"
    assert run.steps[0].raw == {"url": "https://a.example/"}
    assert run.steps[1].actions[0].point == Point(x=50, y=60)
    assert run.steps[1].thought == "I click."
    assert "FAILED" in (run.steps[1].error or "")
    assert run.ending == Ending(claim=Claim.SUCCESS, answer="42")


def test_the_second_version_says_which_picture_is_missing(tmp_path: Path) -> None:
    run = read(
        submission(tmp_path, record(0, "wait()"), record(1, ANSWER), shots={"0001.png": png()})
    )
    assert [(step.before, step.after) for step in run.steps] == [(None, 0), (0, None)]
    assert run.warnings == ("step 0: screenshot 0000.png is not in the folder",)


def test_a_picture_outside_the_folder_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(png())
    entry: Json = {"step": 0, "screenshot": "../../secret.png", "action": "wait()"}
    recording = OnlineMind2Web().read(submission(tmp_path / "run", entry, shots={"0.png": png()}))
    assert [each.name for each in recording.pictures] == ["0.png"]
    assert recording.trajectory.steps[0].before is None


def test_an_object_of_an_agent_of_its_own_passes_through(tmp_path: Path) -> None:
    entry: Json = {"click_element": {"index": 3}}
    (step,) = read(submission(tmp_path, entry, shots=numbered(0, 1))).steps
    (action,) = step.actions
    assert (action.type, action.name, action.raw) == (ActionType.TOOL_CALL, "click_element", entry)


@pytest.mark.parametrize(
    ("result", "complaint"),
    [
        ([], "expected an object"),
        ({"action_history": ["x"]}, "task: expected what was asked"),
        ({"task": "x", "action_history": []}, "holds no action"),
        ({"task": "x", "action_history": "y"}, "holds no action"),
        ({"task": "x", "action_history": ["y"] * 5001}, "more than 5000 steps"),
    ],
)
def test_what_is_no_submission_is_refused(tmp_path: Path, result: Json, complaint: str) -> None:
    write_json(tmp_path / "result.json", result)
    with pytest.raises(UnreadableTrajectory, match=complaint):
        read(tmp_path)


def test_another_result_json_is_not_ours(tmp_path: Path) -> None:
    write_json(tmp_path / "result.json", {"score": 1})
    assert list(OnlineMind2Web().find(tmp_path, frozenset({"result.json"}))) == []
