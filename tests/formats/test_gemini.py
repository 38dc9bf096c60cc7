"""Runs of Gemini with its computer-use tool."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from tests.formats.computer_use import (
    ASKED,
    Object,
    content,
    encoded,
    function_call,
    function_response,
    lines,
    screen,
)
from tests.formats.recordings import write_json
from themis.domain.action import ActionType
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Platform
from themis.domain.wire import dump
from themis.formats.contract import Recording
from themis.formats.gemini.reader import Gemini

ONE, TWO = screen(shade=250), screen(shade=200)
USER = content("user", {"text": ASKED})
OPEN = content("model", {"text": "I open it."}, function_call("open_web_browser"))
OPENED = content("user", function_response("open_web_browser", ONE, url="https://a.example/"))
CLICK = content("model", function_call("click_at", x=500, y=500))
CLICKED = content("user", function_response("click_at", TWO, url="https://a.example/b"))
DONE = content("model", {"text": "Done."})


def read(path: Path) -> Recording:
    return Gemini().read(path)


def log(folder: Path, *contents: object, **about: object) -> Recording:
    return read(write_json(folder / "log.json", {"contents": list(contents), **about}))


def snake(value: Json) -> Json:
    """The names as the Python SDK writes them."""
    names = {
        "functionCall": "function_call",
        "functionResponse": "function_response",
        "inlineData": "inline_data",
        "mimeType": "mime_type",
    }
    if isinstance(value, dict):
        return {names.get(key, key): snake(held) for key, held in value.items()}
    return [snake(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("spelt", [lambda value: value, snake], ids=["camelCase", "snake_case"])
def test_each_content_of_the_model_is_a_step(tmp_path: Path, spelt: object) -> None:
    assert callable(spelt)
    recording = log(tmp_path, *map(spelt, (USER, OPEN, OPENED, CLICK, CLICKED, DONE)))
    opened, clicked = recording.trajectory.steps
    assert (opened.thought, opened.before, opened.after) == ("I open it.", None, 0)
    assert (clicked.before, clicked.after) == (0, 1)
    assert recording.trajectory.instruction == ASKED
    assert recording.trajectory.ending.answer == "Done."
    assert "https://a.example/b" in json.dumps(clicked.raw)
    assert encoded(ONE)[:40] not in json.dumps(dump(recording.trajectory))


def test_pictures_in_the_alphabet_of_googles_sdk_are_read(tmp_path: Path) -> None:
    blob: Object = {"mime_type": "image/png", "data": base64.urlsafe_b64encode(ONE).decode()}
    assert isinstance(blob["data"], str)
    assert set("-_") & set(blob["data"])
    shown: Object = {"inline_data": blob}
    recording = log(tmp_path, content("user", {"text": ASKED}, shown), snake(CLICK))
    assert recording.pictures[0].content == ONE


def test_thoughts_and_intents_are_thought(tmp_path: Path) -> None:
    thought: Object = {"text": "It is there.", "thought": True}
    call = function_call("click", x=1, y=1, intent="Open the menu")
    (step,) = log(tmp_path, USER, content("model", thought, call)).trajectory.steps
    assert step.thought == "It is there.\n\nOpen the menu"


def test_several_calls_get_their_results_by_name_and_order(tmp_path: Path) -> None:
    wait = function_call("wait_5_seconds")
    back = [function_response("wait_5_seconds", ONE), function_response("wait_5_seconds", TWO)]
    (step,) = log(
        tmp_path, USER, content("model", wait, wait), content("user", *back)
    ).trajectory.steps
    assert [action.type for action in step.actions] == [ActionType.WAIT] * 2
    assert step.after == 1
    written = json.dumps(step.raw)
    assert written.index("<picture 0>") < written.index("<picture 1>")


def test_equal_calls_one_after_another_are_all_kept(tmp_path: Path) -> None:
    wait = content("model", function_call("wait_5_seconds"))
    waited = content("user", function_response("wait_5_seconds", ONE))
    told = [USER, wait, waited, wait, waited, wait]
    bodies: list[Object] = [{"contents": list(told[:count])} for count in (1, 3, 5, 6)]
    assert len(read(lines(tmp_path, *bodies)).trajectory.steps) == 3


def test_requests_and_responses_are_one_run_though_old_screens_are_cut(tmp_path: Path) -> None:
    response: Object = {"candidates": [{"content": OPEN}], "usageMetadata": {"totalTokenCount": 5}}
    cut = content("user", function_response("open_web_browser", url="https://a.example/"))
    recording = read(
        lines(
            tmp_path,
            {"contents": [USER]},
            response,
            {"contents": [USER, OPEN, OPENED]},
            {"candidates": [{"content": CLICK}]},
            {"contents": [USER, OPEN, cut, CLICK, CLICKED]},
        )
    )
    assert [step.after for step in recording.trajectory.steps] == [0, 1]
    assert "totalTokenCount" in json.dumps(recording.trajectory.steps[0].raw)


def test_a_history_that_lost_its_beginning_goes_on_where_it_was(tmp_path: Path) -> None:
    first: Object = {"contents": [USER, OPEN, OPENED, CLICK, CLICKED]}
    second: Object = {"contents": [USER, CLICK, CLICKED, OPEN]}
    steps = read(lines(tmp_path, first, second)).trajectory.steps
    names = [action.name for step in steps for action in step.actions]
    assert names == ["open_web_browser", "click_at", "open_web_browser"]


def test_responses_that_differ_in_a_place_only_are_two(tmp_path: Path) -> None:
    other = content("model", function_call("click_at", x=600, y=500))
    told: list[Object] = [{"candidates": [{"content": each}]} for each in (CLICK, other, other)]
    assert len(read(lines(tmp_path, {"contents": [USER]}, *told)).trajectory.steps) == 2


def test_an_error_in_a_response_is_the_error_of_its_step(tmp_path: Path) -> None:
    failed = content("user", function_response("click_at", error="off the page"))
    assert log(tmp_path, USER, CLICK, failed).trajectory.steps[0].error == "off the page"


def test_a_function_of_somebodys_own_is_a_tool_call(tmp_path: Path) -> None:
    (step,) = log(
        tmp_path, USER, content("model", function_call("click_at"), function_call("book_room"))
    ).trajectory.steps
    assert step.actions[1].type is ActionType.TOOL_CALL


@pytest.mark.parametrize(
    ("environment", "platform"),
    [("ENVIRONMENT_BROWSER", Platform.WEB), ("ENVIRONMENT_MOBILE", Platform.UNKNOWN)],
)
def test_the_declared_environment_is_the_platform(
    tmp_path: Path, environment: str, platform: Platform
) -> None:
    tools = [{"computerUse": {"environment": environment}}]
    assert log(tmp_path, USER, CLICK, tools=tools).trajectory.platform is platform


def test_contents_without_calls_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableTrajectory, match="no call of a computer tool"):
        log(tmp_path, USER, DONE)


def test_a_call_without_a_proper_name_is_none(tmp_path: Path) -> None:
    nameless: Object = {"functionCall": {"name": [], "args": {}}}
    with pytest.raises(UnreadableTrajectory):
        log(tmp_path, content("user", {"text": "Go"}), content("model", nameless))
