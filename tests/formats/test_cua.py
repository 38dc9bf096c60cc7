"""Folders of cua's trajectory saver."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.formats.computer_use import (
    ASKED,
    Object,
    answered,
    asked,
    computer_call,
    cua,
    encoded,
    screen,
)
from tests.formats.recordings import write_json
from themis.domain.errors import UnreadableTrajectory
from themis.domain.wire import dump
from themis.formats.cua.reader import Cua
from themis.formats.registry import find

BEFORE, AFTER = screen(), screen(shade=200)


@pytest.mark.parametrize("with_new_items", [False, True], ids=["turns", "metadata"])
def test_a_folder_is_one_run_with_its_screens(tmp_path: Path, *, with_new_items: bool) -> None:
    cua(tmp_path, with_new_items=with_new_items)
    (found,) = find(tmp_path)
    assert (found.source, found.reader.name) == (tmp_path, "cua")
    recording = found.reader.read(tmp_path)
    look, click = recording.trajectory.steps
    assert (look.before, look.after, click.before, click.after) == (None, 0, 0, 1)
    assert [picture.read(10**6) for picture in recording.pictures] == [BEFORE, AFTER]
    assert recording.trajectory.instruction == ASKED
    assert recording.trajectory.ending.answer == "Pressed."


def test_a_screen_with_a_cross_drawn_on_it_is_none(tmp_path: Path) -> None:
    cua(tmp_path)
    (tmp_path / "turn_003" / "0005_screenshot_after.png").unlink()
    assert Cua().read(tmp_path).trajectory.steps[-1].after is None


def test_pictures_of_functions_stand_after_their_result(tmp_path: Path) -> None:
    call: Object = {"type": "function_call", "call_id": "f", "name": "computer"}
    call["arguments"] = json.dumps({"action": "left_click", "coordinate": [0, 0]})
    output = json.dumps({"success": True, "screenshot": encoded(BEFORE)})
    back: Object = {"type": "function_call_output", "call_id": "f", "output": output}
    turn = tmp_path / "turn_000"
    write_json(turn / "0001_agent_response.json", {"response": {"output": [call]}})
    write_json(turn / "0002_function_call_result.json", {"item": call, "result": [back]})
    (turn / "0003_screenshot.png").write_bytes(AFTER)
    kwargs: Object = {"messages": ASKED}
    write_json(tmp_path / "metadata.json", {"trajectory_id": "t", "kwargs": kwargs})
    recording = Cua().read(tmp_path)
    assert recording.trajectory.steps[0].after == 0
    assert recording.pictures[0].read(10**6) == AFTER
    assert encoded(BEFORE)[:40] not in json.dumps(dump(recording.trajectory))


def test_what_the_metadata_say_is_kept(tmp_path: Path) -> None:
    meta = Cua().read(cua(tmp_path)).trajectory.meta
    assert isinstance(meta, dict)
    assert (meta["status"], meta["kwargs"]) == ("completed", {"model": "openai/x"})


def test_a_turn_alone_is_nobodys(tmp_path: Path) -> None:
    cua(tmp_path)
    assert list(find(tmp_path / "turn_002")) == []


def test_metadata_of_something_else_are_not_claimed(tmp_path: Path) -> None:
    write_json(tmp_path / "metadata.json", {"title": "a film", "kwargs": {}})
    assert list(find(tmp_path)) == []


def test_a_run_without_a_call_is_refused(tmp_path: Path) -> None:
    kwargs: Object = {"messages": [asked()]}
    metadata: Object = {"trajectory_id": "t", "kwargs": kwargs, "new_items": [answered("No.")]}
    write_json(tmp_path / "metadata.json", metadata)
    with pytest.raises(UnreadableTrajectory, match="no call in any turn"):
        Cua().read(tmp_path)


def test_a_call_is_in_order_of_its_number_not_of_its_folder(tmp_path: Path) -> None:
    for number, (turn, name) in enumerate((("turn_001", "a"), ("turn_000", "b")), start=1):
        call = computer_call(name, {"type": "type", "text": name})
        response: Object = {"response": {"output": [call]}}
        write_json(tmp_path / turn / f"{number:04}_agent_response.json", response)
    write_json(tmp_path / "metadata.json", {"trajectory_id": "t", "kwargs": {"messages": ASKED}})
    (step,) = Cua().read(tmp_path).trajectory.steps
    assert [action.text for action in step.actions] == ["a", "b"]
