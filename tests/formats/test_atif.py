"""ATIF as others write it: screens in their places, calls as actions, and nothing dropped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.formats.recordings import atif, png, shot, tool, touch, write_json
from themis.domain.action import Action, ActionType, Point
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Claim, Ending, Label, Platform
from themis.formats.atif.reader import Atif
from themis.formats.atif.writer import write_atif
from themis.formats.fields import items, record
from themis.formats.registry import find

EVERY_FIELD_OF_A_STEP: dict[str, Json] = {
    "source": "agent",
    "timestamp": "2026-03-01T12:00:00Z",
    "model_name": "a-model",
    "reasoning_effort": "high",
    "message": [{"type": "text", "text": "I click it."}],
    "reasoning_content": "The button is there.",
    "tool_calls": [{**record(tool("computer_action", type="click", x=5, y=6)), "extra": {"t": 1}}],
    "observation": {
        "results": [
            {
                "source_call_id": "c1",
                "content": [{"type": "text", "text": "clicked"}, shot("images/2.png")],
                "extra": {"score": 0.5},
            },
            {
                "content": None,
                "subagent_trajectory_ref": [
                    {"trajectory_id": "t-2", "session_id": "s-2", "extra": {"why": "help"}},
                    {"trajectory_path": "other.json"},
                ],
            },
        ]
    },
    "metrics": {
        "prompt_tokens": 10,
        "completion_tokens": 2,
        "cached_tokens": 1,
        "cost_usd": 0.01,
        "prompt_token_ids": [1],
        "completion_token_ids": [2],
        "logprobs": [-0.5],
        "extra": {"m": 1},
    },
    "is_copied_context": False,
    "llm_call_count": 1,
    "extra": {"response_id": "r-1"},
}
HELPER: dict[str, Json] = {
    "schema_version": "ATIF-v1.7",
    "trajectory_id": "t-2",
    "agent": {"name": "helper", "version": "1"},
    "steps": [
        {"step_id": 1, "source": "user", "message": "Help"},
        {
            "step_id": 2,
            "source": "agent",
            "message": "",
            "tool_calls": [tool("bash", command="ls")],
        },
    ],
}
EVERY_FIELD_OF_A_RUN: dict[str, Json] = {
    "trajectory_id": "t-1",
    "agent": {
        "name": "an-agent",
        "version": "1.0",
        "model_name": "a-model",
        "tool_definitions": [{"type": "function", "function": {"name": "computer_action"}}],
        "extra": {"a": 1},
    },
    "notes": "A note",
    "final_metrics": {
        "total_prompt_tokens": 10,
        "total_completion_tokens": 2,
        "total_cached_tokens": 1,
        "total_cost_usd": 0.01,
        "total_steps": 3,
        "extra": {"f": 1},
    },
    "continued_trajectory_ref": "trajectory.cont-1.json",
    "extra": {"e": 1},
    "subagent_trajectories": [HELPER],
}


def every_field(folder: Path) -> Path:
    touch(folder, "images/1.png", "images/2.png")
    opening: Json = {"source": "system", "message": [shot("images/1.png")], "extra": {"s": 1}}
    run = atif(folder, opening, EVERY_FIELD_OF_A_STEP)
    data = json.loads((run / "trajectory.json").read_text("utf-8"))
    write_json(run / "trajectory.json", {**data, **EVERY_FIELD_OF_A_RUN})
    return run


def leaves(value: Json) -> list[str]:
    """Every name and plain value, to be looked for in what came out."""
    if isinstance(value, dict):
        return [each for name, held in value.items() for each in (name, *leaves(held))]
    if isinstance(value, list):
        return [each for held in value for each in leaves(held)]
    return [repr(value)]


def test_a_step_tells_what_was_seen_thought_done_and_seen_again(tmp_path: Path) -> None:
    recording = Atif().read(every_field(tmp_path))
    run = recording.trajectory
    assert (run.instruction, run.platform, run.label) == ("Save the note", Platform.UNKNOWN, None)
    first, second = run.steps
    assert (first.before, first.after, first.number) == (0, 1, 3)
    assert first.thought == "The button is there.\n\nI click it."
    assert (first.after_ui, first.started_at) == ("clicked", "2026-03-01T12:00:00Z")
    (action,) = first.actions
    assert (action.type, action.point) == (ActionType.CLICK, Point(x=5, y=6))
    assert (first.actor, second.actor) == ("an-agent", "helper")
    assert second.actions[0].text == "ls"
    assert "goes on in 'trajectory.cont-1.json'" in " ".join(run.warnings)


def test_everything_of_the_source_is_in_the_recording(tmp_path: Path) -> None:
    run = Atif().read(every_field(tmp_path)).trajectory
    kept = leaves(run.meta) + [each for step in run.steps for each in leaves(step.raw)]
    kept += [x for step in run.steps for act in step.actions for x in leaves(act.raw)]
    source: Json = [EVERY_FIELD_OF_A_STEP, EVERY_FIELD_OF_A_RUN, {"s": 1}, "Help"]
    assert set(leaves(source)) - {"tool_calls"} <= set(kept)


def test_a_foreign_document_written_again_reads_the_same(tmp_path: Path) -> None:
    recording = Atif().read(every_field(tmp_path / "one"))
    folder = write_atif(recording, tmp_path / "two")
    assert Atif().read(folder).trajectory == recording.trajectory
    assert [each.read(99) for each in Atif().read(folder).pictures] == [png(), png()]


def test_a_foreign_document_written_again_has_its_fields_in_their_places(tmp_path: Path) -> None:
    recording = Atif().read(every_field(tmp_path / "one"))
    path = write_atif(recording, tmp_path / "two") / "trajectory.json"
    document = record(json.loads(path.read_text("utf-8")))
    for name in ("agent", "trajectory_id", "notes", "final_metrics", "session_id"):
        assert document[name] == {**EVERY_FIELD_OF_A_RUN, "session_id": "s-1"}[name]
    step = record(items(document["steps"])[1])
    for name in ("model_name", "metrics", "reasoning_effort", "timestamp", "tool_calls"):
        assert step[name] == EVERY_FIELD_OF_A_STEP[name]


@pytest.mark.parametrize("version", ["ATIF-v1.0", "ATIF-v1.4", "ATIF-v1.7", "ATIF-v1.8"])
def test_every_version_of_1_is_found_under_any_name(tmp_path: Path, version: str) -> None:
    atif(tmp_path, {"source": "agent", "message": "x"}, file="log.json", schema_version=version)
    assert [(each.source, each.reader.name) for each in find(tmp_path)] == [(tmp_path, "atif")]
    assert Atif().read(tmp_path).trajectory.steps[0].thought == "x"


def test_several_documents_in_a_folder_are_a_recording_each(tmp_path: Path) -> None:
    for name in ("trajectory.json", "trajectory.cont-1.json"):
        atif(tmp_path, {"source": "agent", "message": "x"}, file=name)
    found = [each.source for each in find(tmp_path)]
    assert found == [tmp_path / "trajectory.cont-1.json", tmp_path / "trajectory.json"]
    assert all(Atif().read(source) for source in found)
    with pytest.raises(UnreadableTrajectory, match="2 ATIF documents stand here"):
        Atif().read(tmp_path)


@pytest.mark.parametrize("path", ["https://a.example/1.png", "/etc/passwd", "../1.png", "gone.png"])
def test_a_picture_that_is_not_in_the_folder_is_a_warning(tmp_path: Path, path: str) -> None:
    touch(tmp_path, "1.png")
    seen: Json = {"results": [{"content": [shot(path)]}]}
    run = atif(tmp_path / "run", {"source": "agent", "message": "", "observation": seen})
    recording = Atif().read(run)
    assert recording.pictures == ()
    assert f"steps[1]: the picture {path!r} is no file" in recording.trajectory.warnings[0]


def test_what_the_system_shows_later_is_the_screen_after(tmp_path: Path) -> None:
    touch(tmp_path, "1.png", "2.png")
    did: Json = {"source": "agent", "message": "", "tool_calls": [tool("go_back")]}
    shown: Json = {"source": "system", "message": "", "observation": {"results": [
        {"content": [shot("1.png")]}]}}  # fmt: skip
    run = Atif().read(atif(tmp_path, did, shown, did)).trajectory
    assert [(step.before, step.after) for step in run.steps] == [(None, 0), (0, None)]


@pytest.mark.parametrize(
    ("call", "action"),
    [
        (tool("click", x=5, y=6), Action(type=ActionType.CLICK, point=Point(x=5, y=6))),
        (tool("bash_command", keystrokes="ls\n"), Action(type=ActionType.CODE, text="ls\n")),
        (tool("Bash", command="ls"), Action(type=ActionType.CODE, text="ls")),
        (tool("mark_task_complete"), Action(type=ActionType.TERMINATE, status="success")),
        (tool("CLICK", x=5, y=6), Action(type=ActionType.CLICK, point=Point(x=5, y=6))),
        (
            tool("pyautogui", code="pyautogui.click(5, 6)"),
            Action(type=ActionType.CLICK, point=Point(x=5, y=6)),
        ),
        (tool("click", element="OK"), Action(type=ActionType.TOOL_CALL, text='{"element": "OK"}')),
        (tool("FLY", up=3), Action(type=ActionType.TOOL_CALL, text='{"up": 3}')),
        (tool("fly"), Action(type=ActionType.TOOL_CALL)),
        ("nonsense", Action(type=ActionType.TOOL_CALL)),
    ],
)
def test_a_call_is_the_action_it_plainly_is_and_stays_whole(
    tmp_path: Path, call: Json, action: Action
) -> None:
    run = atif(tmp_path, {"source": "agent", "message": "", "tool_calls": [call]})
    (found,) = Atif().read(run).trajectory.steps[0].actions
    assert (found.type, found.point, found.text) == (action.type, action.point, action.text)
    assert found.raw == call


def test_the_word_for_done_is_a_claim_and_the_last_words_an_answer(tmp_path: Path) -> None:
    done = tool("mark_task_complete", result="Saved.")
    run = atif(tmp_path / "1", {"source": "agent", "message": "", "tool_calls": [done]})
    assert Atif().read(run).trajectory.ending == Ending(claim=Claim.SUCCESS, answer="Saved.")
    run = atif(tmp_path / "2", {"source": "agent", "message": "It is saved."})
    assert Atif().read(run).trajectory.ending == Ending(answer="It is saved.")


def test_an_error_in_a_result_is_the_environments(tmp_path: Path) -> None:
    results: Json = [{"content": "No such button", "extra": {"is_error": True}}]
    step: Json = {"source": "agent", "message": "", "observation": {"results": results}}
    (found,) = Atif().read(atif(tmp_path, step)).trajectory.steps
    assert (found.error, found.after_ui) == ("No such button", None)


@pytest.mark.parametrize(
    ("reward", "label"), [(1.0, Label.PASSED), (0, Label.FAILED), (0.5, None), (None, None)]
)
def test_the_verifier_of_a_trial_gives_the_label(
    tmp_path: Path, reward: Json, label: Label | None
) -> None:
    rewards: Json = {"verifier_result": {"rewards": {"reward": reward}}}
    write_json(tmp_path / "result.json", {"trial_name": "t", **record(rewards)})
    run = Atif().read(atif(tmp_path / "agent", {"source": "agent", "message": "x"})).trajectory
    assert run.label is label
    assert len(run.warnings) == (reward == 0.5)


def test_a_result_of_somebody_else_gives_no_label(tmp_path: Path) -> None:
    write_json(tmp_path / "result.json", {"verifier_result": {"rewards": {"reward": 1}}})
    run = atif(tmp_path / "agent", {"source": "agent", "message": "x"})
    assert Atif().read(run).trajectory.label is None


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"schema_version": "ATIF-v2.0"}, "schema_version: expected ATIF-v1.7"),
        ({"steps": []}, "none is the agent's"),
        ({"steps": [{"source": "agent", "message": "x"}]}, "no message of the user"),
    ],
)
def test_what_cannot_be_judged_is_refused(
    tmp_path: Path, changes: dict[str, Json], complaint: str
) -> None:
    run = atif(tmp_path)
    data = json.loads((run / "trajectory.json").read_text("utf-8"))
    write_json(run / "trajectory.json", {**data, **changes})
    with pytest.raises(UnreadableTrajectory) as caught:
        Atif().read(run / "trajectory.json")
    assert complaint in str(caught.value)


def test_subagents_without_names_are_all_read(tmp_path: Path) -> None:
    inner: Json = {"steps": [{"source": "agent", "message": "inside"}]}
    run = atif(tmp_path, {"source": "agent", "message": "x"}, subagent_trajectories=[inner, inner])
    steps = Atif().read(run).trajectory.steps
    assert [step.thought for step in steps] == ["x", "inside", "inside"]
