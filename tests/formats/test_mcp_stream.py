"""MCP transcripts, made by hand."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.formats.recordings import (
    DONE,
    INIT,
    answer,
    call,
    mcp,
    picture,
    say,
    tree,
    words,
    write_json,
    write_lines,
)
from themis.domain.action import ActionType, Point
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Ending, Label, Platform, Step, Trajectory
from themis.formats.mcp.reader import McpStream
from themis.formats.tasks import TaskFiles

SHOT = "mcp__maestro__take_screenshot"
LOOK = "mcp__maestro__inspect_screen"
RUN = "mcp__maestro__run"
TAP = "mcp__linc-nerve__nerve_tap"
OK = words('{"success":true}')


def read(run: Path) -> Trajectory:
    return McpStream().read(run).trajectory


def steps(folder: Path, *lines: Json) -> tuple[Step, ...]:
    return read(mcp(folder, *lines, DONE)).steps


def flow(identity: str, commands: str, device: str = "d") -> Json:
    return call(identity, RUN, device_id=device, yaml=f"appId: a.b\n---\n{commands}\n")


def test_each_call_is_a_step_with_the_words_said_before_it(tmp_path: Path) -> None:
    found = steps(tmp_path, say("I launch it."), flow("1", "- launchApp"), answer("1", OK))
    (step,) = found
    assert step.thought == "I launch it."
    assert (step.actions[0].type, step.actions[0].text) == (ActionType.OPEN_APP, "a.b")
    assert step.actions[0].raw == {
        "name": RUN,
        "input": {"device_id": "d", "yaml": "appId: a.b\n---\n- launchApp\n"},
    }


def test_a_picture_is_counted_once_although_the_stream_repeats_it(tmp_path: Path) -> None:
    run = mcp(tmp_path, call("1", SHOT, device_id="d"), answer("1", picture()), DONE)
    recording = McpStream().read(run)
    assert [each.name for each in recording.pictures] == ["transcript.jsonl line 3"]
    (step,) = recording.trajectory.steps
    assert (step.before, step.after) == (None, 0)
    assert step.actions[0].type is ActionType.OBSERVE


def test_what_is_seen_belongs_after_the_act_before_and_before_the_act_that_follows(
    tmp_path: Path,
) -> None:
    first, _, second, *_ = steps(
        tmp_path,
        *(flow("1", "- tapOn: A"), answer("1", OK)),
        *(call("2", SHOT, device_id="d"), answer("2", picture())),
        *(flow("3", "- tapOn: B"), answer("3", OK)),
        *(call("4", SHOT, device_id="d"), answer("4", picture())),
    )
    assert (first.before, first.after) == (None, 0)
    assert (second.before, second.after) == (0, 1)


def test_trees_and_pictures_are_aligned_each_for_themselves(tmp_path: Path) -> None:
    first, *_, second = steps(
        tmp_path,
        *(flow("1", "- tapOn: A"), answer("1", OK)),
        *(call("2", LOOK, device_id="d"), answer("2", tree("one"))),
        *(call("3", SHOT, device_id="d"), answer("3", picture())),
        *(call("4", LOOK, device_id="d"), answer("4", tree("two"))),
        *(flow("5", "- tapOn: B"), answer("5", OK)),
    )
    assert first.after == 0
    assert first.after_ui is not None
    assert second.before_ui is not None
    assert "one" in first.after_ui
    assert "two" in second.before_ui


def test_a_screen_that_something_has_acted_on_is_nobodys_before(tmp_path: Path) -> None:
    _, first, second, _ = steps(
        tmp_path,
        *(call("1", SHOT, device_id="d"), answer("1", picture())),
        *(flow("2", "- tapOn: A"), answer("2", OK)),
        *(flow("3", "- tapOn: B"), answer("3", OK)),
        *(call("4", SHOT, device_id="d"), answer("4", picture())),
    )
    assert (first.before, first.after) == (0, None)
    assert (second.before, second.after) == (None, 1)


def test_a_flow_that_only_looks_leaves_the_screen_as_it_is(tmp_path: Path) -> None:
    *_, tap = steps(
        tmp_path,
        *(call("1", SHOT, device_id="d"), answer("1", picture())),
        *(flow("2", "- assertVisible: A"), answer("2", OK)),
        *(call("3", "mcp__maestro__cheat_sheet"), answer("3", words("# help"))),
        *(flow("4", "- tapOn: A"), answer("4", OK)),
    )
    assert tap.before == 0


def test_each_device_has_its_own_screens_and_is_named(tmp_path: Path) -> None:
    watch, phone, tap = steps(
        tmp_path,
        *(call("1", SHOT, device_id="watch"), answer("1", picture())),
        *(call("2", SHOT, device_id="phone"), answer("2", picture())),
        *(flow("3", "- tapOn: A", "watch"), answer("3", OK)),
    )
    assert [watch.actor, phone.actor, tap.actor] == ["watch", "phone", "watch"]
    assert tap.before == watch.after == 0


def test_a_run_on_one_device_names_no_actor(tmp_path: Path) -> None:
    (step,) = steps(tmp_path, flow("1", "- back"), answer("1", OK))
    assert step.actor is None


def test_a_screenshot_read_from_a_file_belongs_to_the_call_that_took_it(tmp_path: Path) -> None:
    shot = "mcp__linc-nerve__nerve_screenshot"
    look, tap = steps(
        tmp_path,
        *(call("1", shot, device="d"), answer("1", words('{"screenshot": "/shots/1.png"}'))),
        *(call("2", TAP, device="d", x=1, y=2), answer("2", OK)),
        *(call("3", "Read", file_path="/shots/1.png"), answer("3", picture())),
    )
    assert look.after == 0
    assert (tap.before, tap.after) == (0, None)


def test_a_picture_read_from_an_unknown_file_is_an_observation(tmp_path: Path) -> None:
    (step,) = steps(tmp_path, call("1", "Read", file_path="/x.png"), answer("1", picture()))
    assert (step.actions[0].type, step.actions[0].name) == (ActionType.OBSERVE, "Read")
    assert step.after == 0


def test_book_keeping_of_the_harness_is_no_step_and_is_not_lost(tmp_path: Path) -> None:
    run = mcp(
        tmp_path,
        *(say("Let me find tools."), call("1", "ToolSearch", query="maestro")),
        answer("1", {"type": "tool_reference", "tool_name": RUN}),
        *(say("Go."), flow("2", "- back"), answer("2", OK), DONE),
    )
    trajectory = read(run)
    assert [step.thought for step in trajectory.steps] == ["Let me find tools.\n\nGo."]
    assert isinstance(trajectory.meta, dict)
    assert trajectory.meta["harness"] == [
        {"before_step": 0, "name": "ToolSearch", "input": {"query": "maestro"}}
    ]


def test_an_unknown_tool_passes_through(tmp_path: Path) -> None:
    (step,) = steps(tmp_path, call("1", "mcp__fly__swoop", far=3), answer("1", OK))
    (action,) = step.actions
    assert (action.type, action.name) == (ActionType.TOOL_CALL, "swoop")
    assert action.raw == {"name": "mcp__fly__swoop", "input": {"far": 3}}


def test_places_on_the_device_become_places_in_its_smaller_picture(tmp_path: Path) -> None:
    *_, tap, swipe = steps(
        tmp_path,
        *(call("1", LOOK, device_id="d"), answer("1", tree("x", 200, 400))),
        *(call("2", SHOT, device_id="d"), answer("2", picture(100, 200))),
        *(call("3", TAP, device_id="d", x=50, y=300), answer("3", OK)),
        *(flow("4", "- swipe: {start: '50%, 80%', end: '50%,20%'}"), answer("4", OK)),
    )
    assert tap.actions[0].point == Point(x=25, y=150)
    assert swipe.actions[0].path == (Point(x=50, y=160), Point(x=50, y=40))


def test_a_place_on_a_device_turned_since_is_left_out(tmp_path: Path) -> None:
    *_, tap = steps(
        tmp_path,
        *(call("1", SHOT, device_id="d"), answer("1", picture(100, 200))),
        *(call("2", LOOK, device_id="d"), answer("2", tree("x", 400, 200))),
        *(call("3", TAP, device_id="d", x=50, y=100), answer("3", OK)),
    )
    assert tap.actions[0].point is None


@pytest.mark.parametrize(
    ("tool", "given", "kind", "field", "value"),
    [
        ("nerve_type", {"text": "hi"}, ActionType.TYPE, "text", "hi"),
        ("nerve_launch", {"package": "a.b"}, ActionType.OPEN_APP, "text", "a.b"),
        ("nerve_kill", {"package": "a.b"}, ActionType.CLOSE_APP, "text", "a.b"),
        ("nerve_key", {"key": "BACK"}, ActionType.SYSTEM_BUTTON, "button", "back"),
        ("nerve_key", {"key": "ENTER"}, ActionType.KEY, "keys", ("enter",)),
        ("nerve_logcat", {"lines": 9}, ActionType.TOOL_CALL, "name", "nerve_logcat"),
        ("nerve_state", {}, ActionType.OBSERVE, "name", "nerve_state"),
        ("nerve_tap", {"x": 3, "y": 4}, ActionType.CLICK, "point", Point(x=3, y=4)),
    ],
)
def test_tools_of_linc(
    tmp_path: Path,
    tool: str,
    given: dict[str, Json],
    kind: ActionType,
    field: str,
    value: object,
) -> None:
    (step,) = steps(tmp_path, call("1", f"mcp__linc-nerve__{tool}", **given), answer("1", OK))
    (action,) = step.actions
    assert action.type is kind
    assert getattr(action, field) == value


def test_an_error_of_the_tool_is_the_error_of_the_step(tmp_path: Path) -> None:
    (step,) = steps(
        tmp_path, flow("1", "- launchApp"), answer("1", words("no such app"), is_error=True)
    )
    assert step.error == "no such app"


def test_an_error_inside_a_friendly_reply_is_one_too(tmp_path: Path) -> None:
    (step,) = steps(
        tmp_path, call("1", TAP, x=1, y=1), answer("1", words('{"error": "dump failed"}'))
    )
    assert step.error == "dump failed"


def test_broken_base64_is_a_warning(tmp_path: Path) -> None:
    image: Json = {"type": "image", "source": {"data": "[IMAGE DATA]"}}
    recording = McpStream().read(mcp(tmp_path, call("1", SHOT), answer("1", image), DONE))
    assert recording.pictures == ()
    assert "no base64" in recording.trajectory.warnings[0]


@pytest.mark.parametrize(
    ("verdict", "label"), [("PASS", Label.PASSED), ("FAIL", Label.FAILED), ("SKIP", None)]
)
def test_the_verdict_is_the_label(tmp_path: Path, verdict: str, label: Label | None) -> None:
    run = mcp(tmp_path, flow("1", "- back"), DONE, verdict=verdict, verify_detail="seen")
    trajectory = read(run)
    assert trajectory.label is label
    assert len(trajectory.warnings) == (label is None)
    assert isinstance(trajectory.meta, dict)
    assert trajectory.meta["verify_detail"] == "seen"
    assert trajectory.meta["model"] == "a-model"


def test_the_last_words_are_kept_and_the_harness_claims_nothing_for_the_agent(
    tmp_path: Path,
) -> None:
    ending = read(mcp(tmp_path, flow("1", "- back"), DONE)).ending
    assert ending == Ending(answer="It is done.")


@pytest.mark.parametrize(
    "result",
    [
        {"type": "result", "subtype": "error_max_turns", "is_error": True},
        {"type": "result", "subtype": "success", "is_error": True},
    ],
)
def test_an_end_in_error_claims_nothing(tmp_path: Path, result: Json) -> None:
    assert read(mcp(tmp_path, flow("1", "- back"), result)).ending.claim is None


def test_a_run_that_timed_out_claims_nothing(tmp_path: Path) -> None:
    assert read(mcp(tmp_path, flow("1", "- back"), DONE, timed_out=True)).ending.claim is None


def test_words_after_the_last_call_of_a_run_cut_off_are_kept(tmp_path: Path) -> None:
    trajectory = read(mcp(tmp_path, flow("1", "- back"), say("Next I will")))
    assert trajectory.ending == Ending()
    assert trajectory.steps[-1] == Step(thought="Next I will")


def test_the_instruction_is_the_prompt_of_the_task_above(tmp_path: Path) -> None:
    trajectory = read(mcp(tmp_path, flow("1", "- back"), DONE))
    assert trajectory.instruction == "Launch the app."


def test_without_a_task_the_prompt_in_the_stream_counts(tmp_path: Path) -> None:
    asked: Json = {"type": "user", "message": {"content": "Open the camera"}}
    write_lines(tmp_path / "transcript.jsonl", INIT, asked, flow("1", "- back"), DONE)
    assert read(tmp_path).instruction == "Open the camera"


def test_without_any_instruction_the_run_is_refused_with_the_remedy(tmp_path: Path) -> None:
    write_lines(tmp_path / "transcript.jsonl", INIT, flow("1", "- back"), DONE)
    with pytest.raises(UnreadableTrajectory, match=r"put tasks/<id>\.yaml"):
        read(tmp_path)


def test_a_task_id_that_is_a_path_is_not_followed(tmp_path: Path) -> None:
    run = mcp(tmp_path / "in", flow("1", "- back"), DONE, task="../../../secret/x")
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "x.yaml").write_text("prompt: secret", "utf-8")
    with pytest.raises(UnreadableTrajectory, match="does not say what was asked"):
        read(run)


def test_the_platform_is_the_one_that_was_seen(tmp_path: Path) -> None:
    run = mcp(tmp_path, call("1", LOOK, device_id="d"), answer("1", tree("x")), DONE)
    assert read(run).platform is Platform.ANDROID
    other = mcp(tmp_path / "b", flow("1", "- back"), DONE)
    assert read(other).platform is Platform.UNKNOWN


def test_a_transcript_without_calls_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableTrajectory, match="nothing to judge"):
        read(mcp(tmp_path, say("Hello"), DONE))


def test_one_transcript_is_its_folder_and_several_are_their_files(tmp_path: Path) -> None:
    write_lines(tmp_path / "a.jsonl", INIT)
    assert list(McpStream().find(tmp_path, frozenset({"a.jsonl"}))) == [tmp_path]
    write_lines(tmp_path / "b.jsonl", INIT)
    write_lines(tmp_path / "c.jsonl", {"type": "log"})
    names = frozenset({"a.jsonl", "b.jsonl", "c.jsonl"})
    found = list(McpStream().find(tmp_path, names))
    assert found == [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]


def test_a_file_among_several_is_read_by_its_name(tmp_path: Path) -> None:
    run = mcp(tmp_path, flow("1", "- back"), DONE)
    (run / "transcript.jsonl").rename(run / "x.jsonl")
    assert read(run / "x.jsonl").n_actions == 1


def test_a_broken_transcript_is_found_and_refused(tmp_path: Path) -> None:
    run = mcp(tmp_path, flow("1", "- back"))
    (run / "transcript.jsonl").write_bytes(b'{"type"\n')
    assert list(McpStream().find(run, frozenset({"transcript.jsonl"}))) == [run]
    with pytest.raises(UnreadableTrajectory, match=r"transcript\.jsonl: line 1"):
        read(run)


def test_a_broken_meta_is_refused(tmp_path: Path) -> None:
    run = mcp(tmp_path, flow("1", "- back"), DONE)
    write_json(run / "meta.json", {})
    (run / "meta.json").write_text("{", "utf-8")
    with pytest.raises(UnreadableTrajectory, match=r"meta\.json: not valid JSON"):
        read(run)


def test_the_task_is_found_in_a_folder_of_tasks(tmp_path: Path) -> None:
    run = mcp(tmp_path / "runs", call("1", "mcp__a__back"), DONE)
    shutil.move(tmp_path / "runs" / "tasks", tmp_path / "tasks")
    found = McpStream().among(TaskFiles(tmp_path / "tasks")).read(run)
    assert found.trajectory.instruction == "Launch the app."
