"""Runs of the computer tool of the Responses API, and chat messages with calls of a computer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.formats.computer_use import (
    ASKED,
    Object,
    answered,
    asked,
    call_output,
    computer_call,
    encoded,
    lines,
    screen,
    uri,
)
from tests.formats.recordings import touch, write_json
from themis.domain.action import ActionType
from themis.domain.errors import UnreadableTrajectory
from themis.domain.trajectory import Claim, Platform, Step
from themis.domain.wire import dump
from themis.formats.contract import Recording
from themis.formats.openai.reader import OpenAi

ONE, TWO = screen(shade=250), screen(shade=200)
LOOK: Object = {"type": "screenshot"}
CLICK: Object = {"type": "click", "button": "left", "x": 5, "y": 6}
REASONING: Object = {
    "type": "reasoning",
    "id": "rs_1",
    "summary": [{"type": "summary_text", "text": "I look first."}],
}


def read(path: Path) -> Recording:
    return OpenAi().read(path)


def log(folder: Path, *items: object) -> Recording:
    return read(write_json(folder / "log.json", list(items)))


def called(identity: str, name: str, arguments: str) -> Object:
    function: Object = {"name": name, "arguments": arguments}
    return {"id": identity, "type": "function", "function": function}


def test_what_is_said_until_an_output_is_one_step(tmp_path: Path) -> None:
    recording = log(
        tmp_path,
        asked(),
        REASONING,
        computer_call("1", LOOK),
        call_output("1", uri(ONE)),
        computer_call("2", CLICK),
        call_output("2", uri(TWO)),
        answered("Pressed."),
    )
    look, click = recording.trajectory.steps
    assert (look.thought, look.before, look.after) == ("I look first.", None, 0)
    assert (click.before, click.after) == (0, 1)
    assert recording.trajectory.instruction == ASKED
    assert recording.trajectory.ending.answer == "Pressed."
    assert encoded(ONE)[:40] not in json.dumps(dump(recording.trajectory))


def test_a_batch_is_one_step_with_its_actions_in_order(tmp_path: Path) -> None:
    call = computer_call("1", CLICK, {"type": "type", "text": "x"}, LOOK)
    (step,) = log(tmp_path, asked(), call, call_output("1", uri(ONE))).trajectory.steps
    assert [action.name for action in step.actions] == ["click", "type", "screenshot"]
    assert step.actions[0].raw == call
    assert step.actions[1].raw == {"type": "type", "text": "x"}


def test_safety_checks_stay_with_the_call(tmp_path: Path) -> None:
    call = computer_call("1", CLICK)
    call["pending_safety_checks"] = [{"id": "sc_1", "code": "malicious", "message": "Careful"}]
    (step,) = log(tmp_path, asked(), call).trajectory.steps
    assert "Careful" in json.dumps(step.actions[0].raw)


def test_requests_and_responses_in_a_chain_are_one_run(tmp_path: Path) -> None:
    tool: Object = {"type": "computer_use_preview", "environment": "browser"}
    tool |= {"display_width": 100, "display_height": 50}
    first: Object = {"model": "m", "tools": [tool], "input": ASKED}
    second: Object = {"previous_response_id": "r1", "input": [call_output("1", uri(ONE))]}
    recording = read(
        lines(
            tmp_path,
            first,
            {"object": "response", "id": "r1", "output": [computer_call("1", LOOK)]},
            second,
            {"object": "response", "id": "r2", "output": [answered("Seen.")]},
        )
    )
    assert recording.trajectory.steps[0].after == 0
    assert recording.trajectory.platform is Platform.WEB
    assert recording.trajectory.ending.answer == "Seen."
    assert '"r1"' in json.dumps(recording.trajectory.steps[0].raw)


def test_what_the_user_says_later_in_a_chain_begins_no_other_run(tmp_path: Path) -> None:
    later: Object = {
        "previous_response_id": "r1",
        "input": [asked("Go on"), computer_call("2", LOOK)],
    }
    trajectory = read(
        lines(tmp_path, {"input": [asked(), computer_call("1", LOOK)]}, later)
    ).trajectory
    assert (len(trajectory.steps), trajectory.warnings) == (2, ())


def test_requests_that_repeat_the_history_are_one_run(tmp_path: Path) -> None:
    told = [asked(), computer_call("1", LOOK), call_output("1", uri(ONE)), computer_call("2", LOOK)]
    bodies: list[Object] = [{"input": list(told[:count])} for count in (1, 3, 4)]
    recording = read(lines(tmp_path, *bodies))
    assert len(recording.trajectory.steps) == 2
    assert len(recording.pictures) == 1


def test_other_functions_are_tool_calls(tmp_path: Path) -> None:
    call: Object = {"type": "function_call", "call_id": "9", "name": "search", "arguments": "{}"}
    step = log(tmp_path, asked(), computer_call("1", LOOK), call).trajectory.steps[0]
    assert (step.actions[1].type, step.actions[1].name) == (ActionType.TOOL_CALL, "search")
    assert step.actions[1].raw == call


def test_an_error_in_the_output_is_the_error_of_the_step(tmp_path: Path) -> None:
    failed: Object = {"type": "function_call_output", "call_id": "1"}
    failed["output"] = json.dumps({"error": "no such window"})
    (step,) = log(tmp_path, asked(), computer_call("1", CLICK), failed).trajectory.steps
    assert step.error == "no such window"


def test_a_screenshot_may_be_a_file_beside_the_log(tmp_path: Path) -> None:
    touch(tmp_path, "shots/1.png")
    recording = log(tmp_path, asked(), computer_call("1", LOOK), call_output("1", "shots/1.png"))
    assert recording.trajectory.steps[0].after == 0
    assert recording.pictures[0].path == tmp_path / "shots" / "1.png"


def test_no_file_outside_the_folder_is_read(tmp_path: Path) -> None:
    touch(tmp_path, "secret.png")
    inside = tmp_path / "run"
    recording = log(inside, asked(), computer_call("1", LOOK), call_output("1", "../secret.png"))
    assert recording.pictures == ()
    assert "not in the folder" in recording.trajectory.warnings[0]


def steps_of_chat(folder: Path, arguments: str) -> tuple[Step, ...]:
    shown: Object = {"type": "image_url", "image_url": {"url": uri(ONE)}}
    messages: list[object] = [
        {"role": "system", "content": "You use a computer."},
        {"role": "user", "content": ASKED},
        {"role": "assistant", "content": "Go.", "tool_calls": [called("1", "computer", arguments)]},
        {"role": "tool", "tool_call_id": "1", "content": "ok"},
        {"role": "user", "content": [shown]},
    ]
    return log(folder, *messages).trajectory.steps


@pytest.mark.parametrize(
    "arguments",
    [
        '{"type": "click", "x": 5, "y": 6}',
        '{"action": "click", "x": 5, "y": 6}',
        '{"action": "left_click", "coordinate": [5, 6]}',
    ],
)
def test_a_function_called_computer_is_read_in_either_notation(
    tmp_path: Path, arguments: str
) -> None:
    (step,) = steps_of_chat(tmp_path, arguments)
    (action,) = step.actions
    assert action.type is ActionType.CLICK
    assert action.point is not None
    assert (action.point.x, step.thought, step.after) == (5, "Go.", 0)


def test_arguments_that_are_no_json_are_kept_as_written(tmp_path: Path) -> None:
    (step,) = steps_of_chat(tmp_path, '{"action": ')
    assert step.actions[0].type is ActionType.TOOL_CALL
    assert '{\\"action\\": ' in json.dumps(step.actions[0].raw)


def test_a_word_for_the_end_is_a_claim(tmp_path: Path) -> None:
    end = computer_call("2", {"type": "terminate", "status": "failure"})
    trajectory = log(tmp_path, asked(), computer_call("1", LOOK), end).trajectory
    assert trajectory.ending.claim is Claim.FAILURE


def test_responses_alone_do_not_say_what_was_asked(tmp_path: Path) -> None:
    response: Object = {"object": "response", "id": "r", "output": [computer_call("1", LOOK)]}
    with pytest.raises(UnreadableTrajectory, match=r'add an object \{"instruction"'):
        read(lines(tmp_path, response))
    task: Object = {"instruction": "Look"}
    assert read(lines(tmp_path, task, response)).trajectory.instruction == "Look"
