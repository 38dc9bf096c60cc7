"""Runs of UI-TARS: reports, chat messages, plain steps, and what their numbers count in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.formats.computer_use import ASKED, Object, encoded, lines, report, screen, uri
from tests.formats.recordings import touch, write_json
from themis.domain.action import ActionType, SpaceKind
from themis.domain.errors import UnreadableTrajectory
from themis.domain.trajectory import Claim, Platform, Trajectory
from themis.domain.wire import dump
from themis.formats.contract import Recording
from themis.formats.uitars.reader import UiTars

CLICK = "Thought: There it is.\nAction: click(start_box='(500,500)')"
PROMPT = "You are a GUI agent.\n## Action Space\nclick(...)\n## User Instruction\nPress it"


def read(path: Path) -> Recording:
    return UiTars().read(path)


def log(folder: Path, value: object) -> Trajectory:
    return read(write_json(folder / "log.json", value)).trajectory


def space(trajectory: Trajectory) -> SpaceKind | None:
    held = trajectory.steps[0].actions[0].space
    return held.kind if held else None


def test_a_report_gives_each_reply_its_screen(tmp_path: Path) -> None:
    recording = read(
        write_json(
            tmp_path / "log.json", report(CLICK, "Thought: Done.\nAction: finished(content='ok')")
        )
    )
    click, end = recording.trajectory.steps
    assert (click.thought, click.before, click.after, end.before) == ("There it is.", 0, 0, 0)
    assert len(recording.pictures) == 1
    assert recording.trajectory.instruction == ASKED
    assert recording.trajectory.ending.claim is Claim.SUCCESS
    assert recording.trajectory.ending.answer == "ok"
    assert encoded(screen())[:40] not in json.dumps(dump(recording.trajectory))


def test_the_first_action_keeps_the_whole_reply(tmp_path: Path) -> None:
    assert log(tmp_path, report(CLICK)).steps[0].actions[0].raw == CLICK


def test_what_stopped_the_program_is_the_error_of_the_last_step(tmp_path: Path) -> None:
    told = {**report(CLICK), "status": "error", "errMsg": "too many turns"}
    assert log(tmp_path, told).steps[-1].error == "too many turns"


def test_chat_messages_are_a_run(tmp_path: Path) -> None:
    shown: Object = {"type": "image_url", "image_url": {"url": uri(screen())}}
    trajectory = log(
        tmp_path,
        {
            "model": "UI-TARS-7B-SFT",
            "messages": [
                {"role": "user", "content": PROMPT},
                {"role": "user", "content": [shown]},
                {"role": "assistant", "content": CLICK},
            ],
        },
    )
    assert trajectory.instruction == "Press it"
    assert trajectory.steps[0].before == 0
    assert space(trajectory) is SpaceKind.NORM1000


@pytest.mark.parametrize("key", ["steps", "history"])
def test_steps_with_files_are_a_run(tmp_path: Path, key: str) -> None:
    touch(tmp_path, "1.png", "2.png")
    steps = [
        {"image": "1.png", "response": CLICK},
        {"screenshot": "2.png", "prediction": "Action: press_back()", "n": 2},
    ]
    trajectory = log(tmp_path, {"instruction": ASKED, "id": 7, key: steps})
    assert [(step.before, step.after) for step in trajectory.steps] == [(0, 1), (1, None)]
    assert trajectory.platform is Platform.ANDROID
    assert trajectory.meta == {"id": 7}
    assert trajectory.steps[1].raw == {"n": 2}


def test_a_line_a_step_is_a_run(tmp_path: Path) -> None:
    touch(tmp_path, "1.png")
    path = lines(tmp_path, {"instruction": ASKED}, {"image": "1.png", "response": CLICK})
    assert read(path).trajectory.instruction == ASKED


@pytest.mark.parametrize(
    ("about", "kind"),
    [
        ({"modelName": "UI-TARS-1.5-7B"}, SpaceKind.RESIZED),
        ({"modelName": "ui-tars-72b-dpo"}, SpaceKind.NORM1000),
        ({"modelName": "doubao-1-5-ui-tars-250428"}, SpaceKind.NORM1000),
        ({"modelName": "UI-TARS-1.5-7B", "coordinates": "relative"}, SpaceKind.NORM1000),
        ({"model_type": "qwen25vl"}, SpaceKind.RESIZED),
        ({"uiTarsVersion": "1.5"}, SpaceKind.RESIZED),
        ({"uiTarsVersion": "1.0"}, SpaceKind.NORM1000),
        ({"factor": 1000}, SpaceKind.NORM1000),
    ],
)
def test_what_is_declared_decides_what_numbers_count_in(
    tmp_path: Path, about: Object, kind: SpaceKind
) -> None:
    trajectory = log(tmp_path, {**report(CLICK, model=""), **about})
    assert space(trajectory) is kind
    assert trajectory.warnings == ()


def test_a_number_over_1000_anywhere_means_pixels_everywhere(tmp_path: Path) -> None:
    trajectory = log(tmp_path, report(CLICK, "Action: click(start_box='(1200,10)')", model=""))
    assert space(trajectory) is SpaceKind.RESIZED


def test_a_guess_is_told(tmp_path: Path) -> None:
    trajectory = log(tmp_path, report(CLICK, model=""))
    assert space(trajectory) is SpaceKind.NORM1000
    assert "nothing says what coordinates count in" in trajectory.warnings[0]


def test_limits_of_the_resizing_may_be_told(tmp_path: Path) -> None:
    told = {**report(CLICK), "max_pixels": 1350 * 28 * 28}
    held = log(tmp_path, told).steps[0].actions[0].space
    assert held is not None
    assert (held.width, held.height) == (1288, 812)
    smaller = {**report("Action: click(start_box='(9,9)')"), "max_pixels": 400_000}
    held = log(tmp_path, smaller).steps[0].actions[0].space
    assert held is not None
    assert (held.width, held.height) == (784, 476)


def test_a_question_to_the_user_is_a_message(tmp_path: Path) -> None:
    (step,) = log(tmp_path, report("Thought: Stuck.\nAction: call_user()")).steps
    assert step.actions[0].type is ActionType.MESSAGE


def test_an_unknown_call_passes_through(tmp_path: Path) -> None:
    told = report(CLICK, "Action: levitate(height='3')")
    action = log(tmp_path, told).steps[1].actions[0]
    assert (action.type, action.name) == (ActionType.TOOL_CALL, "levitate")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"instruction": ASKED, "conversations": []}, "no reply of the model"),
        ({"steps": [{"response": CLICK}]}, "nobody says what was asked"),
    ],
)
def test_a_log_that_is_no_run_is_refused(tmp_path: Path, value: object, reason: str) -> None:
    with pytest.raises(UnreadableTrajectory, match=reason):
        log(tmp_path, value)
