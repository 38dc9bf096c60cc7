"""Pictures in the lines of formats that usually keep them as files: taken out, and seen."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from tests.formats import recordings as made
from themis.domain.jsontypes import Json
from themis.domain.wire import dump
from themis.formats.contract import Recording
from themis.formats.registry import find


def bare(width: int) -> str:
    """A picture of its own size in base64, long enough to be one."""
    return base64.b64encode(made.png(width, 200) + b"\0" * 60).decode()


def uri(width: int) -> str:
    return f"data:image/png;base64,{bare(width)}"


def read(folder: Path) -> Recording:
    (found,) = find(folder)
    return found.read()


def seen(recording: Recording) -> list[tuple[int | None, int | None]]:
    """The widths of the screens before and after each step."""

    def width(position: int | None) -> int | None:
        if position is None:
            return None
        return int.from_bytes(recording.pictures[position].read(100)[16:20])

    return [(width(step.before), width(step.after)) for step in recording.trajectory.steps]


def osworld(folder: Path, *lines: dict[str, Json]) -> Recording:
    made.write_lines(folder / "traj.jsonl", *lines)
    made.write_json(folder / f"{folder.name}.json", {"instruction": "Open it"})
    return read(folder)


@pytest.mark.parametrize("write", [bare, uri])
def test_a_screenshot_in_a_line_that_tells_a_thought_is_before_it(
    write: object, tmp_path: Path
) -> None:
    assert callable(write)
    run = osworld(
        tmp_path,
        {"step": 1, "thought": "t", "action": "pyautogui.click(5, 6)", "screenshot": write(101)},
        {"step": 2, "thought": "t", "action": "DONE", "screenshot": write(102)},
    )
    assert seen(run) == [(101, 102), (102, None)]


def test_a_screenshot_in_a_line_that_says_when_it_acted_is_after_it(tmp_path: Path) -> None:
    acted: dict[str, Json] = {"action": "WAIT", "action_timestamp": "20250226@162603"}
    run = osworld(
        tmp_path,
        {"step_num": 1, **acted, "obs": {"screenshot": uri(101)}},
        {"step_num": 2, **acted, "obs": {"screenshot": uri(102)}},
    )
    assert seen(run) == [(None, 101), (101, 102)]


def test_a_name_that_says_when_decides(tmp_path: Path) -> None:
    shots: dict[str, Json] = {"screenshot_before": uri(101), "screenshot_after": uri(102)}
    run = osworld(tmp_path, {"step_num": 1, "action": "WAIT", **shots})
    assert seen(run) == [(101, 102)]


def test_a_step_that_was_left_out_breaks_the_chain(tmp_path: Path) -> None:
    run = osworld(
        tmp_path,
        {"step": 1, "thought": "t", "action": "WAIT", "screenshot": uri(101)},
        {"step": 5, "thought": "t", "action": "WAIT", "screenshot": uri(102)},
    )
    assert seen(run) == [(101, None), (102, None)]


def test_a_file_goes_before_what_stands_in_a_line(tmp_path: Path) -> None:
    made.touch(tmp_path, "step_1.png")
    run = osworld(tmp_path, {"step": 1, "thought": "t", "action": "WAIT", "screenshot": uri(101)})
    assert seen(run) == [(100, None)]


def test_agentnet_sees_a_picture_in_its_line(tmp_path: Path) -> None:
    made.agentnet(
        tmp_path,
        made.agentnet_step(1, "pyautogui.click(x=0.5, y=0.25)", image=uri(101)),
        made.agentnet_step(2, "computer.terminate(status='success')", image=bare(102)),
    )
    run = read(tmp_path)
    assert seen(run) == [(101, 102), (102, None)]
    assert run.trajectory.warnings == ()


def test_agentnet_is_known_behind_a_picture_as_large_as_they_are(tmp_path: Path) -> None:
    large = base64.b64encode(made.png(101) + b"\0" * 200_000).decode()
    step: Json = {"index": 0, "image": large, "value": {"code": "pyautogui.click(x=0.5, y=0.5)"}}
    made.write_lines(tmp_path / "d.jsonl", {"instruction": "Look it up", "traj": [step]})
    assert seen(read(tmp_path)) == [(101, None)]


def test_os_themis_sees_a_picture_in_its_steps(tmp_path: Path) -> None:
    steps: Json = [
        {"reasoning": "t", "action": "pyautogui.click(10, 20)", "screenshot": uri(101)},
        {"reasoning": "t", "action": "DONE", "screenshot": bare(102), "screenshot_after": uri(103)},
    ]
    made.write_json(tmp_path / "trajectory.json", {"instruction": "Open it", "steps": steps})
    run = read(tmp_path)
    assert seen(run) == [(101, 102), (102, 103)]
    assert run.trajectory.warnings == ()


def test_online_mind2web_sees_a_picture_in_its_records(tmp_path: Path) -> None:
    history: Json = [
        {"step": 0, "action": "Click at (5, 6)", "thought": "t", "screenshot": uri(101)},
        {"step": 1, "action": "TERMINATE", "thought": "t", "screenshot": bare(102)},
    ]
    made.write_json(tmp_path / "result.json", {"task": "Find it", "action_history": history})
    assert seen(read(tmp_path)) == [(101, 102), (102, None)]


@pytest.mark.parametrize("format_name", ["osworld", "agentnet", "os-themis", "online-mind2web"])
def test_no_base64_stays_wherever_it_stood(format_name: str, tmp_path: Path) -> None:
    beside: dict[str, Json] = {"seen": [uri(7)], "more": {"view": bare(8)}}
    if format_name == "osworld":
        osworld(tmp_path, {"step_num": 1, "action": "WAIT", **beside})
    elif format_name == "agentnet":
        made.agentnet(tmp_path, made.agentnet_step(1, "pyautogui.click(x=0.5, y=0.2)", **beside))
    elif format_name == "os-themis":
        step: Json = {"reasoning": "t", "action": "DONE", "screenshot": "1.png", **beside}
        run: Json = {"instruction": "Open it", "steps": [step], **beside}
        made.write_json(tmp_path / "trajectory.json", run)
    else:
        entry: Json = {"action": "WAIT", "thought": "t", "screenshot": "1.png", **beside}
        told: Json = {"task": "Find it", "action_history": [entry], **beside}
        made.write_json(tmp_path / "result.json", told)
    found = read(tmp_path)
    written = json.dumps(dump(found.trajectory))
    assert "iVBOR" not in written
    assert "<picture " in written
    assert len(found.pictures) == 2


def test_what_only_begins_like_a_picture_stays(tmp_path: Path) -> None:
    said = "/9j/ is how it begins, " * 10
    run = osworld(tmp_path, {"step_num": 1, "action": "WAIT", "note": said})
    assert said in json.dumps(dump(run.trajectory))
