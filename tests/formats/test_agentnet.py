"""OpenCUA's demonstrations, made by hand."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.formats.recordings import agentnet, agentnet_step, png, write_json, write_lines
from themis.domain.action import ActionType, Box, Point, SpaceKind
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Claim, Ending, Platform, Trajectory
from themis.formats.agentnet.reader import AgentNet
from themis.formats.contract import Recording
from themis.formats.registry import find

CLICK = "pyautogui.click(x=0.5, y=0.25)"


def images(folder: Path, *numbers: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        (folder / f"d_{number}.png").write_bytes(png(1280, 720))


def line(identity: str, *codes: str, **more: Json) -> dict[str, Json]:
    """A line of the data set."""
    steps: list[Json] = []
    for index, code in enumerate(codes):
        value: Json = {
            "observation": "A sheet.",
            "thought": "Sort it.",
            "action": "Click the column.",
            "code": code,
            "last_step_correct": False,
            "reflection": "That was wrong.",
        }
        steps.append({"index": index, "image": f"d_{index}.png", "value": value})
    told: dict[str, Json] = {"task_id": identity, "instruction": f"Sort {identity}"}
    return {**told, "task_completed": True, "alignment_score": 7, "traj": steps, **more}


def only(folder: Path) -> Recording:
    (found,) = find(folder)
    assert found.reader.name == "agentnet"
    return found.read()


def run(folder: Path) -> Trajectory:
    return only(folder).trajectory


def test_a_relative_place_is_pixels_of_the_picture_and_not_of_the_screen(tmp_path: Path) -> None:
    images(tmp_path / "images", 0)
    device: Json = {"system": "Windows", "screen_resolution": {"width": 2560, "height": 1440}}
    agentnet(tmp_path, agentnet_step(0, CLICK), meta_info=device)
    (action,) = run(tmp_path).steps[0].actions
    assert action.point == Point(x=640, y=180)
    assert action.space is not None
    assert action.space.kind is SpaceKind.NORM1


def test_pixels_are_those_of_the_demonstrators_screen(tmp_path: Path) -> None:
    images(tmp_path / "images", 0)
    device: Json = {"screen_resolution": {"width": 2560, "height": 1440}}
    agentnet(tmp_path, agentnet_step(0, "pyautogui.click(1280, 360)"), meta_info=device)
    assert run(tmp_path).steps[0].actions[0].point == Point(x=640, y=180)


def test_without_pictures_the_screens_own_size_counts(tmp_path: Path) -> None:
    device: Json = {"system": "Darwin", "screen_resolution": {"width": 1024, "height": 640}}
    agentnet(tmp_path, agentnet_step(0, CLICK), agentnet_step(1, "pass"), meta_info=device)
    trajectory = run(tmp_path)
    assert trajectory.steps[0].actions[0].point == Point(x=512, y=160)
    assert trajectory.platform is Platform.MACOS
    assert trajectory.warnings == (
        "2 of 2 screenshots are not there, d_0.png first; put them beside the file or into images/",
    )


def test_without_any_size_there_is_no_place_and_the_source_keeps_it(tmp_path: Path) -> None:
    agentnet(tmp_path, agentnet_step(0, CLICK))
    trajectory = run(tmp_path)
    (action,) = trajectory.steps[0].actions
    assert (action.point, action.raw) == (None, CLICK)
    assert trajectory.platform is Platform.UNKNOWN


@pytest.mark.parametrize("place", ["", "images", "ubuntu_images"])
def test_pictures_stand_beside_the_file_or_in_a_folder_of_images(
    tmp_path: Path, place: str
) -> None:
    images(tmp_path / place, 0)
    agentnet(tmp_path, agentnet_step(0, CLICK))
    assert len(only(tmp_path).pictures) == 1


@pytest.mark.parametrize("name", ["../d_0.png", "/etc/hostname", "x\0", "images/../../d_0.png"])
def test_a_picture_outside_is_not_taken(tmp_path: Path, name: str) -> None:
    images(tmp_path, 0)
    agentnet(tmp_path / "runs", agentnet_step(0, CLICK, image=name))
    assert only(tmp_path).pictures == ()


def test_the_next_picture_is_the_screen_after_unless_steps_were_taken_out(tmp_path: Path) -> None:
    images(tmp_path, 2, 3, 6)
    agentnet(tmp_path, *(agentnet_step(number, CLICK) for number in (2, 3, 6)))
    steps = run(tmp_path).steps
    assert [(step.number, step.before, step.after) for step in steps] == [
        (2, 0, 1),
        (3, 1, None),
        (6, 2, None),
    ]


def test_the_box_around_the_target_is_kept(tmp_path: Path) -> None:
    images(tmp_path, 0)
    boxes: Json = {
        "bboxes": [{"rel_bbox": [0.0, 0.0, 0.1, 0.1]}, {"rel_bbox": [0.25, 0.125, 0.5, 0.25]}]
    }
    truth: Json = [{"type": "scroll"}, {"type": "click", "metadata": boxes}]
    agentnet(tmp_path, agentnet_step(0, f"{CLICK}\n{CLICK}", ground_truth_actions=truth))
    first, second = run(tmp_path).steps[0].actions
    assert first.box == Box(x=320, y=90, width=640, height=180)
    assert second.box is None


@pytest.mark.parametrize("box", [[], [1], [0, 0, -1, 0], [0.5, "x", 1, 1], [2, 2, 1, 1], None, "x"])
def test_a_box_that_is_none_is_left_to_the_source(tmp_path: Path, box: Json) -> None:
    images(tmp_path, 0)
    truth: Json = [{"type": "click", "metadata": {"bboxes": [{"rel_bbox": box}]}}]
    step = agentnet_step(0, CLICK, ground_truth_actions=truth)
    agentnet(tmp_path, step)
    (read,) = run(tmp_path).steps
    assert read.actions[0].box is None
    assert read.raw == step


def test_each_line_is_a_recording(tmp_path: Path) -> None:
    images(tmp_path / "images", 0, 1)
    end = "computer.terminate(status='success', answer='done')"
    lines = line("a", CLICK, end), line("b", "computer.triple_click(x=0.1, y=0.1)")
    write_lines(tmp_path / "agentnet_ubuntu_5k.jsonl", *lines)
    found = list(find(tmp_path))
    assert [each.place.rpartition("/")[2] for each in found] == [
        "agentnet_ubuntu_5k.jsonl#1",
        "agentnet_ubuntu_5k.jsonl#2",
    ]
    first, second = (each.read().trajectory for each in found)
    assert (first.instruction, second.instruction) == ("Sort a", "Sort b")
    assert first.platform is Platform.LINUX
    assert first.ending == Ending(claim=Claim.SUCCESS, answer="done")
    assert [(step.before, step.after) for step in first.steps] == [(0, 1), (1, None)]
    triple = second.steps[0].actions[0]
    assert (triple.type, triple.count, triple.point) == (ActionType.CLICK, 3, Point(x=128, y=72))


def test_what_a_model_said_of_the_run_is_no_label_and_no_thought(tmp_path: Path) -> None:
    write_lines(tmp_path / "agentnet.jsonl", line("a", CLICK))
    trajectory = run(tmp_path)
    assert trajectory.label is None
    assert isinstance(trajectory.meta, dict)
    assert trajectory.meta["task_completed"] is True
    assert trajectory.steps[0].thought == "Sort it.\n\nClick the column."


def test_the_task_as_asked_goes_before_the_task_as_done(tmp_path: Path) -> None:
    told = line("a", CLICK, actual_task="Sorted", natural_language_task="Please sort")
    del told["instruction"]
    write_lines(tmp_path / "agentnet.jsonl", told)
    assert run(tmp_path).instruction == "Please sort"


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"steps": []}, "steps: no step is there"),
        ({"steps": [{}]}, "instruction: missing"),
        ({"instruction": "x", "traj": {}}, "traj: no step is there"),
        ([], "steps: no step is there"),
    ],
)
def test_a_file_without_its_parts_is_refused(tmp_path: Path, told: Json, why: str) -> None:
    path = write_json(tmp_path / "d.json", told)
    with pytest.raises(UnreadableTrajectory, match=why):
        AgentNet().read(path)


def test_a_file_of_several_read_whole_says_to_name_a_line(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "agentnet.jsonl", line("a", CLICK), line("b", CLICK))
    with pytest.raises(UnreadableTrajectory, match="several demonstrations; name one"):
        AgentNet().read(path)


def test_a_broken_line_stops_no_other(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "agentnet.jsonl", line("a", CLICK))
    path.write_bytes(path.read_bytes() + b"{oops\n" + json.dumps(line("b", CLICK)).encode())
    first, broken, last = find(tmp_path)
    assert (first.read().trajectory.n_actions, last.read().trajectory.n_actions) == (1, 1)
    with pytest.raises(UnreadableTrajectory, match=r"agentnet\.jsonl: line 2: not valid JSON"):
        broken.read()


@pytest.mark.parametrize(
    "told",
    [{"steps": []}, {"traj": []}, {"steps": [{"image": "x"}]}, ["traj", "image", "code"], "traj"],
)
def test_other_json_is_not_found(tmp_path: Path, told: Json) -> None:
    write_json(tmp_path / "d.json", told)
    assert list(find(tmp_path)) == []


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(told=st.dictionaries(st.sampled_from(list(line("a", CLICK))), values), step=values)
@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
def test_any_line_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, told: dict[str, object], step: object
) -> None:
    folder = tmp_path_factory.mktemp("run")
    told = {"instruction": "x", "traj": [{"index": 0, "value": step}], **told}
    write_lines(folder / "agentnet.jsonl", told)
    with suppress(UnreadableTrajectory):
        assert isinstance(AgentNet().read(folder / "agentnet.jsonl"), Recording)
