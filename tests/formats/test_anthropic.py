"""Runs of Claude, from the message log of the API."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.formats.computer_use import (
    ASKED,
    Object,
    assistant,
    encoded,
    image,
    lines,
    member,
    request,
    result,
    screen,
    use,
    user,
    words,
)
from tests.formats.recordings import write_json
from themis.domain.action import ActionType
from themis.domain.errors import UnreadableTrajectory
from themis.domain.trajectory import Platform
from themis.domain.wire import dump
from themis.formats.anthropic.reader import Anthropic
from themis.formats.contract import Recording

ONE, TWO, THREE = screen(shade=250), screen(shade=200), screen(shade=150)


def read(path: Path) -> Recording:
    return Anthropic().read(path)


def log(folder: Path, *messages: object) -> Recording:
    return read(write_json(folder / "log.json", [user(words(ASKED)), *messages]))


def test_a_picture_in_a_result_is_after_its_action_and_before_the_next(tmp_path: Path) -> None:
    recording = log(
        tmp_path,
        assistant(words("Look first."), use("1", "screenshot")),
        user(result("1", image(ONE))),
        assistant(use("2", "left_click", coordinate=[5, 6])),
        user(result("2", image(TWO))),
        assistant(use("3", "key", text="ctrl+s")),
        user(result("3", image(THREE))),
        assistant(words("Saved.")),
    )
    trajectory = recording.trajectory
    assert [(step.before, step.after) for step in trajectory.steps] == [(None, 0), (0, 1), (1, 2)]
    assert [picture.content for picture in recording.pictures] == [ONE, TWO, THREE]
    assert trajectory.instruction == ASKED
    assert trajectory.steps[0].thought == "Look first."
    assert trajectory.ending.answer == "Saved."
    assert trajectory.ending.claim is None


def test_a_screenshot_taken_later_is_after_what_acted_last(tmp_path: Path) -> None:
    steps = log(
        tmp_path,
        assistant(use("1", "left_click", coordinate=[5, 6])),
        user(result("1", words("clicked"))),
        assistant(use("2", "wait", duration=1)),
        user(result("2", words("waited"))),
        assistant(use("3", "screenshot")),
        user(result("3", image(ONE))),
    ).trajectory.steps
    assert [step.after for step in steps] == [0, 0, 0]


def test_an_action_that_another_followed_has_no_after(tmp_path: Path) -> None:
    steps = log(
        tmp_path,
        assistant(use("1", "left_click", coordinate=[5, 6])),
        user(result("1", words("clicked"))),
        assistant(use("2", "type", text="x")),
        user(result("2", image(ONE))),
    ).trajectory.steps
    assert [step.after for step in steps] == [None, 0]


def test_the_first_picture_seen_later_is_the_after_and_not_the_second(tmp_path: Path) -> None:
    step = log(
        tmp_path,
        assistant(use("1", "left_click", coordinate=[5, 6])),
        user(result("1", words("clicked"))),
        assistant(use("2", "screenshot")),
        user(result("2", image(ONE))),
        assistant(use("3", "screenshot")),
        user(result("3", image(TWO))),
    ).trajectory.steps[0]
    assert step.after == 0


def test_a_message_that_is_written_twice_is_told_once(tmp_path: Path) -> None:
    click = assistant(use("1", "left_click", coordinate=[5, 6]))
    (step,) = read(lines(tmp_path, user(words(ASKED)), click, click)).trajectory.steps
    assert len(step.actions) == 1


def test_several_calls_of_one_turn_are_one_step(tmp_path: Path) -> None:
    (step,) = log(
        tmp_path,
        assistant(
            member("1", "left_click", coordinate=[5, 6]),
            member("2", "type", text="x"),
            member("3", "screenshot"),
        ),
        user(result("1", words("ok")), result("2", words("ok")), result("3", image(ONE))),
    ).trajectory.steps
    assert [action.name for action in step.actions] == ["left_click", "type", "screenshot"]
    assert step.after == 0


def test_a_zoom_is_kept_and_is_no_screen(tmp_path: Path) -> None:
    recording = log(
        tmp_path,
        assistant(use("1", "screenshot")),
        user(result("1", image(ONE))),
        assistant(use("2", "zoom", region=[0, 0, 100, 100])),
        user(result("2", image(TWO))),
        assistant(use("3", "left_click", coordinate=[5, 6])),
    )
    zoom, click = recording.trajectory.steps[1:]
    assert (zoom.before, zoom.after, click.before) == (0, None, 0)
    assert recording.pictures[1].content == TWO
    assert "<picture 1>" in json.dumps(dump(zoom))


def test_no_base64_is_left_anywhere(tmp_path: Path) -> None:
    recording = log(
        tmp_path, assistant(use("1", "screenshot")), user(result("1", image(ONE), words("here")))
    )
    written = json.dumps(dump(recording.trajectory))
    assert encoded(ONE)[:40] not in written
    assert "<picture 0>" in written
    assert "here" in written


def test_thinking_is_thought_and_what_was_redacted_stays_in_raw(tmp_path: Path) -> None:
    hidden: Object = {"type": "redacted_thinking", "data": "EmwKAhgB"}
    thinking: Object = {"type": "thinking", "thinking": "I see it.", "signature": "s"}
    (step,) = log(
        tmp_path, assistant(thinking, hidden, words("Now."), use("1", "screenshot"))
    ).trajectory.steps
    assert step.thought == "I see it.\n\nNow."
    assert "EmwKAhgB" in json.dumps(dump(step))


def test_an_error_of_a_call_is_the_error_of_its_step(tmp_path: Path) -> None:
    (step,) = log(
        tmp_path,
        assistant(use("1", "left_click", coordinate=[5, 6])),
        user(result("1", words("no display"), failed=True)),
    ).trajectory.steps
    assert step.error == "no display"


def test_words_between_calls_are_a_message_and_the_reply_is_kept(tmp_path: Path) -> None:
    ask, go_on = log(
        tmp_path,
        assistant(words("May I?")),
        user(words("Yes")),
        assistant(use("1", "screenshot")),
    ).trajectory.steps
    assert [(each.type, each.text) for each in ask.actions] == [(ActionType.MESSAGE, "May I?")]
    assert go_on.raw == {"heard": ["Yes"]}


def test_the_shell_is_code_and_the_call_is_kept_whole(tmp_path: Path) -> None:
    block: Object = {"type": "tool_use", "id": "2", "name": "bash", "input": {"command": "ls"}}
    (step,) = log(tmp_path, assistant(use("1", "screenshot"), block)).trajectory.steps
    assert step.actions[1].text == "ls"
    assert step.actions[1].raw == block


def test_requests_that_repeat_the_history_are_one_run_with_every_picture(tmp_path: Path) -> None:
    first = [user(words(ASKED)), assistant(use("1", "screenshot"))]
    second = [*first, user(result("1", image(ONE))), assistant(use("2", "key", text="a"))]
    # Programs cut old screenshots out of what they send.
    cut = [*first, user(result("1", words("cut"))), second[3], user(result("2", image(TWO)))]
    recording = read(lines(tmp_path, request(*first[:1]), request(*second[:3]), request(*cut)))
    assert [picture.content for picture in recording.pictures] == [ONE, TWO]
    assert [step.after for step in recording.trajectory.steps] == [0, 1]


def test_a_response_beside_its_request_is_told_once(tmp_path: Path) -> None:
    click = assistant(use("1", "left_click", coordinate=[5, 6]))
    usage: Object = {"output_tokens": 7}
    response: Object = {**click, "type": "message", "id": "msg_1", "usage": usage}
    follow_up = [user(words(ASKED)), click, user(result("1", image(ONE)))]
    final = {**assistant(words("Done.")), "type": "message", "id": "msg_2"}
    recording = read(
        lines(
            tmp_path,
            {"request": request(user(words(ASKED))), "response": response},
            {"request": request(*follow_up), "response": final},
        )
    )
    (step,) = recording.trajectory.steps
    assert step.after == 0
    assert recording.trajectory.ending.answer == "Done."
    assert "output_tokens" in json.dumps(dump(step))
    assert "msg_2" in json.dumps(dump(recording.trajectory))


def test_a_second_conversation_with_calls_is_left_out_with_a_warning(tmp_path: Path) -> None:
    long = request(user(words(ASKED)), assistant(use("1", "screenshot"), use("2", "wait")))
    short = request(user(words("Something else")), assistant(use("3", "screenshot")))
    trajectory = read(lines(tmp_path, short, long)).trajectory
    assert trajectory.instruction == ASKED
    assert "1 other conversations" in trajectory.warnings[0]


def test_a_conversation_without_calls_is_no_run_of_its_own(tmp_path: Path) -> None:
    title = request(user(words("Give this a title")), assistant(words("A title")))
    run = request(user(words(ASKED)), assistant(use("1", "screenshot")))
    assert read(lines(tmp_path, title, run)).trajectory.warnings == ()


def test_equal_pictures_are_kept_once(tmp_path: Path) -> None:
    recording = log(
        tmp_path,
        assistant(use("1", "screenshot")),
        user(result("1", image(ONE))),
        assistant(use("2", "screenshot")),
        user(result("2", image(ONE))),
    )
    assert len(recording.pictures) == 1
    assert [step.after for step in recording.trajectory.steps] == [0, 0]


def test_a_picture_that_is_none_is_left_out_with_a_warning(tmp_path: Path) -> None:
    broken = image(ONE)
    broken["source"] = {"type": "base64", "media_type": "image/png", "data": "<not base64>"}
    trajectory = log(
        tmp_path, assistant(use("1", "screenshot")), user(result("1", broken))
    ).trajectory
    assert trajectory.steps[0].after is None
    assert "no base64" in trajectory.warnings[0]


def test_the_browser_toolset_says_the_platform_and_gives_the_tree(tmp_path: Path) -> None:
    body = request(
        user(words(ASKED)),
        assistant(member("1", "read_page", "browser")),
        user(result("1", words("[ref_1] button"))),
    )
    body["tools"] = [{"type": "browser_toolset_20260801"}]
    trajectory = read(write_json(tmp_path / "log.json", body)).trajectory
    assert trajectory.platform is Platform.WEB
    assert trajectory.steps[0].after_ui == "[ref_1] button"


def test_what_the_request_says_beside_its_messages_is_kept(tmp_path: Path) -> None:
    body = request(user(words(ASKED)), assistant(use("1", "screenshot")), display=(100, 50))
    meta = read(write_json(tmp_path / "log.json", body)).trajectory.meta
    assert meta == {key: held for key, held in body.items() if key != "messages"}


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ([user(words(ASKED)), assistant(words("No."))], "no call of a computer tool"),
        ([assistant(use("1", "screenshot"))], "nobody says what was asked"),
    ],
)
def test_a_log_that_is_no_run_is_refused(
    tmp_path: Path, messages: list[object], reason: str
) -> None:
    with pytest.raises(UnreadableTrajectory, match=reason):
        read(write_json(tmp_path / "log.json", messages))


def test_the_task_may_stand_beside_the_messages(tmp_path: Path) -> None:
    told = {"instruction": "Do that", "messages": [assistant(use("1", "screenshot"))]}
    assert read(write_json(tmp_path / "log.json", told)).trajectory.instruction == "Do that"
