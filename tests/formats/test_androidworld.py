"""Checkpoints of AndroidWorld's runner."""

from __future__ import annotations

import gzip
import io
import json
import math
import os
import pickle
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.formats.androidworld_files import (
    ACTION,
    UI,
    Pixels,
    episode,
    pretend,
    pretend_numpy,
    save,
)
from themis.domain.action import ActionType, Box, Point
from themis.domain.errors import UnreadableTrajectory
from themis.domain.trajectory import Claim, Label, Platform
from themis.domain.wire import dump
from themis.formats.androidworld import pixels
from themis.formats.androidworld.checkpoint import AndroidWorldCheckpoint
from themis.formats.contract import Recording
from themis.formats.registry import find

READER = AndroidWorldCheckpoint()


def read(folder: Path, **changes: object) -> Recording:
    return READER.read(save(folder / "a_0.pkl.gz", episode(**changes)))


def test_each_checkpoint_of_a_folder_is_found_by_what_it_holds(tmp_path: Path) -> None:
    save(tmp_path / "b.pkl.gz", episode())
    save(tmp_path / "a.gz", episode())
    (tmp_path / "c.pkl").write_bytes(pickle.dumps([episode()]))
    (tmp_path / "other.pkl.gz").write_bytes(gzip.compress(pickle.dumps({"step": 1})))
    (tmp_path / "notes.gz").write_bytes(b"\x1f\x8bno gzip at all")
    found = list(find(tmp_path))
    assert [each.source.name for each in found] == ["a.gz", "b.pkl.gz", "c.pkl"]
    assert {each.reader.name for each in found} == {"androidworld"}


def test_an_agent_that_only_tells_has_thoughts_and_no_actions(tmp_path: Path) -> None:
    run = read(tmp_path).trajectory
    assert run.instruction == "Turn bluetooth on."
    assert run.platform is Platform.ANDROID
    assert [step.thought for step in run.steps] == ["It is on."]
    assert run.n_actions == 0
    assert run.ending.claim is None
    assert "no action is recorded" in run.warnings[0]


@pytest.mark.parametrize(
    ("score", "label", "warned"),
    [
        (1.0, Label.PASSED, False),
        (0.0, Label.FAILED, False),
        (True, Label.PASSED, False),
        (math.nan, None, True),
        (None, None, True),
        (0.5, None, True),
    ],
)
def test_the_evaluators_score_is_the_label_where_it_is_whole(
    tmp_path: Path, score: object, label: Label | None, warned: bool
) -> None:
    run = read(tmp_path, is_successful=score).trajectory
    assert run.label is label
    assert any("is_successful" in each for each in run.warnings) is warned


def test_a_fraction_stays_in_meta_and_a_label_does_not(tmp_path: Path) -> None:
    half = read(tmp_path, is_successful=0.5).trajectory.meta
    assert half == {"task_template": "SystemBluetoothTurnOn", "seed": 30, "score": 0.5}
    assert "is_successful" not in json.dumps(read(tmp_path).trajectory.meta)


@pytest.fixture
def m3a(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[object]]:
    """Two steps of M3A: a click on an element, and the end."""
    pretend_numpy(monkeypatch)
    box = pretend(monkeypatch, UI, "BoundingBox")
    element = pretend(monkeypatch, UI, "UIElement")
    action = pretend(monkeypatch, ACTION, "JSONAction")
    corner = box(x_min=100, x_max=300, y_min=40, y_max=80)
    shown = [element(text="Off", bbox_pixels=None), element(text="OK", bbox_pixels=corner)]
    before, after = Pixels(400, 200, (255, 0, 0)), Pixels(400, 200, (0, 0, 255))
    clicked = 'Reason: It says OK.\nAction: {"action_type": "click", "index": 1}'
    return {
        "raw_screenshot": [before, after],
        "before_screenshot_with_som": [before, after],
        "before_ui_elements": [shown, []],
        "after_screenshot_with_som": [after, None],
        "action_prompt": ["You are an agent", "You are an agent"],
        "action_output": [clicked, "Reason: Done.\nAction: {}"],
        "action_output_json": [
            action(action_type="click", index=1, x=None),
            action(action_type="status", goal_status="complete", index=None),
        ],
        "action_reason": ["It says OK.", "Done."],
        "summary": ["Clicked OK.", "Agent thinks the request has been completed."],
        "step_number": [0, 1],
    }


def test_a_click_on_an_element_is_in_its_middle(
    tmp_path: Path, m3a: dict[str, list[object]]
) -> None:
    first = read(tmp_path, episode_data=m3a).trajectory.steps[0]
    (click,) = first.actions
    assert click.type is ActionType.CLICK
    assert click.element == "index=1"
    assert click.box == Box(x=100, y=40, width=200, height=40)
    assert click.point == Point(x=200, y=60)


def test_elements_are_told_in_their_own_words(tmp_path: Path, m3a: dict[str, list[object]]) -> None:
    first = read(tmp_path, episode_data=m3a).trajectory.steps[0]
    corners = {"x_min": 100, "x_max": 300, "y_min": 40, "y_max": 80}
    assert json.loads(first.before_ui or "") == [
        {"index": 0, "text": "Off"},
        {"index": 1, "text": "OK", "bbox_pixels": corners},
    ]


def test_pixels_become_pictures_each_once(tmp_path: Path, m3a: dict[str, list[object]]) -> None:
    recording = read(tmp_path, episode_data=m3a)
    assert [(step.before, step.after) for step in recording.trajectory.steps] == [(0, 1), (1, None)]
    assert len(recording.pictures) == 2
    with Image.open(io.BytesIO(recording.pictures[0].read(10**6))) as picture:
        assert picture.size == (400, 200)
        assert picture.getpixel((0, 0)) == (255, 0, 0)


def test_what_an_agent_says_is_thought_and_claim(
    tmp_path: Path, m3a: dict[str, list[object]]
) -> None:
    run = read(tmp_path, episode_data=m3a).trajectory
    assert [step.thought for step in run.steps] == ["It says OK.", "Done."]
    assert run.steps[0].claim == "Clicked OK."
    assert run.ending.claim is Claim.SUCCESS
    assert isinstance(run.steps[0].raw, dict)
    assert run.steps[0].raw["action_prompt"] == "You are an agent"
    assert run.steps[0].raw["raw_screenshot"] == "<array 200 x 400 x 3 of u1>"


def test_too_many_pixels_are_refused(
    tmp_path: Path, m3a: dict[str, list[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pixels, "MAX_PICKLE", 400 * 200 * 3)
    with pytest.raises(UnreadableTrajectory, match="bytes of pixels"):
        read(tmp_path, episode_data=m3a)


def test_a_request_in_a_reply_keeps_its_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = pretend(monkeypatch, "requests.models", "PreparedRequest")
    response = pretend(monkeypatch, "requests.models", "Response")
    reply = response(_content=b'{"a": 1}', request=request(headers={"Authorization": "s3cret"}))
    data = {"action_raw_response": [reply], "step_number": [0]}
    (step,) = read(tmp_path, episode_data=data).trajectory.steps
    written = json.dumps(step.raw)
    assert "s3cret" not in written
    assert '{\\"a\\": 1}' in written


def test_an_answer_is_told_and_does_not_end_the_run(tmp_path: Path) -> None:
    said = 'Reason: I know.\nAction: {"action_type": "answer", "text": "42"}'
    run = read(tmp_path, episode_data={"action_output": [said], "step_number": [0]}).trajectory
    assert run.steps[0].actions[0].type is ActionType.MESSAGE
    assert (run.ending.claim, run.ending.answer) == (None, "42")


def test_a_reply_without_an_action_did_nothing(tmp_path: Path) -> None:
    data = {"action_output": ["Action: let us see"], "summary": ["Not in the correct format"]}
    (step,) = read(tmp_path, episode_data=data).trajectory.steps
    assert step.actions == ()
    assert step.thought == "Action: let us see"


def test_lists_of_different_lengths_are_warned_of(tmp_path: Path) -> None:
    run = read(tmp_path, episode_data={"summary": ["a", "b"], "agent_output": ["x"]}).trajectory
    assert len(run.steps) == 2
    assert "agent_output: 1 entries for 2 steps" in run.warnings[0]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"episode_data": math.nan}, "holds no step"),
        ({"episode_data": {}}, "holds no step"),
        ({"goal": None}, "goal: expected a text"),
    ],
)
def test_an_episode_without_what_is_needed_is_refused(
    tmp_path: Path, changes: dict[str, object], why: str
) -> None:
    with pytest.raises(UnreadableTrajectory, match=why):
        read(tmp_path, **changes)


def test_several_episodes_in_one_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableTrajectory, match="holds 2 episodes"):
        READER.read(save(tmp_path / "a.pkl.gz", episode(), episode()))


class Harm:
    def __reduce__(self) -> tuple[object, ...]:
        return os.system, ("touch touched",)


def test_a_checkpoint_that_calls_code_is_found_and_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = save(tmp_path / "a.pkl.gz", episode(aux_data=Harm()))
    assert [each.source for each in find(path)] == [path]
    with pytest.raises(UnreadableTrajectory, match="system: not on the list"):
        READER.read(path)
    assert not (tmp_path / "touched").exists()


FIELDS = st.sampled_from(
    [
        *("agent_output", "action_output_json", "action_output", "before_ui_elements", "summary"),
        *("action_type", "index", "bbox_pixels", "x_min", "x_max", "y_min", "y_max", "error"),
        *("raw_screenshot", "step_number", "text", "direction", "x", "y"),
    ]
)
held = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.integers() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(FIELDS, inner, max_size=5),
    max_leaves=20,
)


@given(data=st.dictionaries(FIELDS, st.lists(held, max_size=3), max_size=6), other=held)
@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
def test_any_episode_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: dict[str, object], other: object
) -> None:
    path = tmp_path_factory.mktemp("run") / "a.pkl.gz"
    save(path, episode(episode_data=data, is_successful=other, screen_config=other))
    try:
        recording = READER.read(path)
    except UnreadableTrajectory:
        return
    json.dumps(dump(recording.trajectory), allow_nan=False)
