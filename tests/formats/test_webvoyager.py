"""WebVoyager runs, made by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.formats.recordings import touch, webvoyager, write_json
from themis.domain.action import Action, ActionType, Direction
from themis.domain.errors import UnreadableTrajectory
from themis.domain.trajectory import Claim, Ending, Platform
from themis.formats.webvoyager.reader import Webvoyager

ELEMENTS = '[2]: <button> "search";\t[5]: "Sign in";'


def reply(action: str, thought: str = "I look.") -> str:
    return f"Thought: {thought}\n\nAction: {action}"


def only(folder: Path, action: str) -> Action:
    run = webvoyager(folder, ELEMENTS, reply(action))
    (step,) = Webvoyager().read(run).trajectory.steps
    (found,) = step.actions
    return found


def test_the_screenshot_is_before_the_step_and_the_next_one_after_it(tmp_path: Path) -> None:
    run = webvoyager(tmp_path, "", reply("Wait"), "Observation: x", reply("ANSWER; yes"))
    first, second = Webvoyager().read(run).trajectory.steps
    assert (first.before, first.after) == (0, 1)
    assert (second.before, second.after) == (1, None)


def test_screenshots_are_in_order_of_their_number_and_copies_without_boxes_follow(
    tmp_path: Path,
) -> None:
    turns = ["", *([reply("Wait"), "Observation: x"] * 11), reply("Wait")]
    run = webvoyager(tmp_path, *turns)
    touch(run, "screenshot2_no_box.png")
    names = [picture.name for picture in Webvoyager().read(run).pictures]
    assert names == [
        *(f"screenshot{number}.png" for number in range(1, 13)),
        "screenshot2_no_box.png",
    ]


def test_a_missing_screenshot_is_no_screen_and_a_warning(tmp_path: Path) -> None:
    run = webvoyager(tmp_path, "", reply("Wait"), screens=0)
    trajectory = Webvoyager().read(run).trajectory
    assert trajectory.steps[0].before is None
    assert "screenshot1.png" in trajectory.warnings[0]


def test_the_instruction_loses_its_frame_and_the_address_goes_to_meta(tmp_path: Path) -> None:
    run = webvoyager(tmp_path / "taskSite--4", "", reply("Wait"))
    trajectory = Webvoyager().read(run).trajectory
    assert trajectory.instruction == "Find it."
    assert trajectory.meta == {"task": "Site--4", "start_url": "https://a.example/"}
    assert trajectory.platform is Platform.WEB


def test_an_instruction_without_the_address_is_kept_whole(tmp_path: Path) -> None:
    first = "Now given a task: Please interact with nobody."
    run = webvoyager(tmp_path, "", reply("Wait"), first=first)
    assert Webvoyager().read(run).trajectory.instruction == "Please interact with nobody."


def test_the_elements_are_the_tree_before_the_step_one_a_line(tmp_path: Path) -> None:
    run = webvoyager(tmp_path, ELEMENTS, reply("Click [2]"))
    (step,) = Webvoyager().read(run).trajectory.steps
    assert step.before_ui == '[2]: <button> "search"\n[5]: "Sign in"'
    assert step.thought == "I look."


def test_omitted_elements_are_no_tree(tmp_path: Path) -> None:
    run = webvoyager(tmp_path, "", reply("Click [2]"))
    (step,) = Webvoyager().read(run).trajectory.steps
    assert step.before_ui is None
    assert step.actions[0].element == "[2]"


@pytest.mark.parametrize("action", ["Type [2] x", "Type 2; x", "Type [2] [x]", "Type [2];\nx"])
def test_a_gap_behind_the_label_does_for_a_semicolon(tmp_path: Path, action: str) -> None:
    typed = only(tmp_path, action)
    assert (typed.type, typed.element, typed.text) == (
        ActionType.TYPE,
        '[2] <button> "search"',
        "x",
    )


def test_words_behind_the_label_of_a_click_change_nothing(tmp_path: Path) -> None:
    click = only(tmp_path, "Click [2] to search")
    assert (click.type, click.raw) == (ActionType.CLICK, "Click [2] to search")


def test_a_click_names_its_element_and_has_no_invented_place(tmp_path: Path) -> None:
    click = only(tmp_path, "Click [2]")
    assert click.type is ActionType.CLICK
    assert click.element == '[2] <button> "search"'
    assert click.point is None
    assert click.raw == "Click [2]"


@pytest.mark.parametrize("written", ["Type [5]; hello", "Type [5]; [hello]", "Type 5; hello"])
def test_typing_replaces_and_submits(tmp_path: Path, written: str) -> None:
    typed = only(tmp_path, written)
    assert typed.type is ActionType.TYPE
    assert (typed.text, typed.submit, typed.clear_first) == ("hello", True, True)
    assert typed.element == '[5] "Sign in"'


def test_scrolling_the_window_has_no_element(tmp_path: Path) -> None:
    scroll = only(tmp_path, "Scroll [WINDOW]; up\n")
    assert (scroll.type, scroll.direction, scroll.element) == (
        ActionType.SCROLL,
        Direction.UP,
        None,
    )


def test_scrolling_an_element_names_it(tmp_path: Path) -> None:
    scroll = only(tmp_path, "Scroll [5]; down")
    assert (scroll.direction, scroll.element) == (Direction.DOWN, '[5] "Sign in"')


@pytest.mark.parametrize(
    ("written", "kind", "text"),
    [
        ("Wait", ActionType.WAIT, None),
        ("GoBack", ActionType.NAVIGATE, None),
        ("Google", ActionType.NAVIGATE, "https://www.google.com/"),
        ("Fly [2]; away", ActionType.TOOL_CALL, "Fly [2]; away"),
        ("Click somewhere", ActionType.TOOL_CALL, "Click somewhere"),
    ],
)
def test_the_other_words(tmp_path: Path, written: str, kind: ActionType, text: str | None) -> None:
    action = only(tmp_path, written)
    assert (action.type, action.text, action.raw) == (kind, text, written)


def test_an_answer_ends_the_run_with_a_claim(tmp_path: Path) -> None:
    run = webvoyager(tmp_path, "", reply("ANSWER; It is [3]; Action: none"))
    trajectory = Webvoyager().read(run).trajectory
    assert trajectory.ending == Ending(claim=Claim.SUCCESS, answer="It is [3]; Action: none")
    assert trajectory.steps[0].actions[0].status == "success"
    assert trajectory.label is None


def test_a_run_without_answer_claims_nothing(tmp_path: Path) -> None:
    run = webvoyager(tmp_path, "", reply("Wait"))
    assert Webvoyager().read(run).trajectory.ending == Ending()


def test_a_reply_without_action_is_a_step_that_only_thinks(tmp_path: Path) -> None:
    run = webvoyager(tmp_path, "", "I give up.")
    (step,) = Webvoyager().read(run).trajectory.steps
    assert (step.thought, step.actions) == ("I give up.", ())


def test_a_refusal_of_the_harness_is_the_error_of_the_step_before(tmp_path: Path) -> None:
    refusal = "Format ERROR: Both 'Thought' and 'Action' should be included in your reply."
    run = webvoyager(tmp_path, "", reply("Fly"), refusal, reply("Wait"))
    assert Webvoyager().read(run).trajectory.steps[0].error == refusal


def test_a_remark_of_the_harness_is_a_warning_and_no_error(tmp_path: Path) -> None:
    remark = "Observation:note: It may be no textbox. please analyze the attached screenshot"
    trajectory = (
        Webvoyager()
        .read(webvoyager(tmp_path, "", reply("Type [2]; x"), remark, reply("Wait")))
        .trajectory
    )
    assert trajectory.steps[0].error is None
    assert trajectory.warnings == ("step 1: the harness noted: It may be no textbox.",)


def test_content_in_parts_is_read_like_text(tmp_path: Path) -> None:
    run = webvoyager(tmp_path, ELEMENTS, reply("Click [2]"))
    path = run / "interact_messages.json"
    messages = json.loads(path.read_text("utf-8"))
    for message in messages:
        image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,{b64_img}"}}
        message["content"] = [{"type": "text", "text": message["content"]}, image]
    write_json(path, messages)
    assert Webvoyager().read(run).trajectory.steps[0].actions[0].element == '[2] <button> "search"'


def test_messages_under_another_name_are_known_by_their_words(tmp_path: Path) -> None:
    run = webvoyager(tmp_path, "", reply("Wait"))
    (run / "interact_messages.json").rename(run / "talk.json")
    names = frozenset(path.name for path in run.iterdir())
    assert list(Webvoyager().find(run, names)) == [run]
    assert Webvoyager().read(run).trajectory.n_actions == 1


def test_broken_messages_are_found_and_refused(tmp_path: Path) -> None:
    (tmp_path / "interact_messages.json").write_text("[{", "utf-8")
    assert list(Webvoyager().find(tmp_path, frozenset({"interact_messages.json"}))) == [tmp_path]
    with pytest.raises(UnreadableTrajectory, match=r"interact_messages\.json: not valid JSON"):
        Webvoyager().read(tmp_path)


@pytest.mark.parametrize(
    ("messages", "complaint"),
    [
        ([], "expected a list of messages"),
        ([{"role": "user", "content": "Hello"}], "Now given a task"),
        ([{"role": "user", "content": "Now given a task: x"}], "no reply of the agent"),
    ],
)
def test_messages_that_tell_no_run_are_refused(
    tmp_path: Path, messages: list[object], complaint: str
) -> None:
    write_json(tmp_path / "interact_messages.json", messages)
    with pytest.raises(UnreadableTrajectory, match=complaint):
        Webvoyager().read(tmp_path)
