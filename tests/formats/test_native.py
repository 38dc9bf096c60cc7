"""Themis' own format: strict on the way in, and the same after a round trip."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.formats.generated import recordings
from tests.formats.recordings import native, png, touch
from tests.formats.schema import violations
from themis.domain.action import Action, ActionType, Point
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Claim, Ending, Label, Platform, Step, Trajectory
from themis.formats.contract import Recording
from themis.formats.native import Native, write

DOCS = Path(__file__).parents[2] / "docs"


def refused(folder: Path, **changes: Json) -> str:
    with pytest.raises(UnreadableTrajectory) as caught:
        Native().read(native(folder, **changes))
    return str(caught.value)


def test_a_folder_is_read_whole(tmp_path: Path) -> None:
    ending: Json = {"claim": "success", "answer": "Saved."}
    run = native(tmp_path, ending=ending, label="failed", meta={"agent": "x"})
    recording = Native().read(run)
    assert recording.trajectory == Trajectory(
        instruction="Save the note",
        platform=Platform.WEB,
        steps=(
            Step(
                before=0,
                after=1,
                actions=(Action(type=ActionType.CLICK, point=Point(x=1, y=2)),),
            ),
        ),
        label=Label.FAILED,
        ending=Ending(claim=Claim.SUCCESS, answer="Saved."),
        format="themis",
        meta={"agent": "x"},
    )
    assert [picture.path for picture in recording.pictures] == [
        tmp_path / "screens" / "1.png",
        tmp_path / "screens" / "2.png",
    ]


def test_the_example_in_the_documentation_is_read(tmp_path: Path) -> None:
    page = (DOCS / "trajectory-format.md").read_text("utf-8")
    example = page.partition("```json\n")[2].partition("```")[0]
    touch(tmp_path, "screens/01.png", "screens/02.png")
    (tmp_path / "trajectory.json").write_text(example, "utf-8")
    assert Native().read(tmp_path).trajectory.label is Label.FAILED


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"themis": "trajectory/3"}, 'themis: expected "trajectory/2"'),
        ({"instruction": " "}, "trajectory.instruction: empty"),
        ({"platform": "beos"}, "trajectory.platform: expected one of"),
        ({"label": "maybe"}, "trajectory.label: expected one of"),
        ({"steps": []}, "trajectory.steps: empty"),
        ({"stepz": []}, "trajectory.stepz: no such field"),
        ({"steps": [{"before": 2}]}, "steps[0].before: 2 is no position in screens, which has 2"),
        ({"steps": [{"after": -1}]}, "steps[0].after: -1 is no position"),
        ({"steps": [{"after": True}]}, "steps[0].after: expected a whole number"),
        ({"steps": [{"actions": [{"type": "fly"}]}]}, "actions[0].type: expected one of"),
        ({"steps": [{"actions": [{"type": "wait", "count": 0}]}]}, "actions[0].count: 0"),
        ({"steps": [{"actions": [{"type": "wait", "seconds": -1}]}]}, "actions[0].seconds"),
        ({"steps": [{"actions": [{"type": "terminate"}]}]}, "actions[0].status: missing"),
        (
            {"steps": [{"actions": [{"type": "terminate", "status": "ok"}]}]},
            "actions[0].status: expected one of success, failure, infeasible",
        ),
        (
            {"steps": [{"actions": [{"type": "drag", "path": [{"x": 1, "y": 1}]}]}]},
            "actions[0].path: one point",
        ),
        (
            {"steps": [{"actions": [{"type": "click", "point": {"x": "1", "y": 1}}]}]},
            "actions[0].point.x: expected a number",
        ),
        ({"screens": ["screens/1.png", "screens/1.png"]}, "screens[1]: 'screens/1.png' is listed"),
        ({"screens": ["a", "gone.png"]}, "screens[0]: 'a' is no plain file inside the folder"),
    ],
)
def test_what_is_wrong_is_refused_by_its_field(
    tmp_path: Path, changes: dict[str, Json], complaint: str
) -> None:
    message = refused(tmp_path, **changes)
    assert complaint in message
    assert "trajectory.json" in message


@pytest.mark.parametrize(
    "name", ["../out.png", "screens/../../out.png", "a\\b.png", "", ".", "link.png", "up/out.png"]
)
def test_a_screen_outside_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    touch(tmp_path, "out.png")
    run = tmp_path / "run"
    native(run)
    (run / "link.png").symlink_to(tmp_path / "out.png")
    (run / "up").symlink_to(tmp_path)
    assert "no plain file inside the folder" in refused(run, screens=[name], steps=[{}])


def test_an_absolute_screen_is_refused(tmp_path: Path) -> None:
    touch(tmp_path, "out.png")
    message = refused(tmp_path / "run", screens=[str(tmp_path / "out.png")], steps=[{}])
    assert "no plain file inside the folder" in message


def test_nan_is_refused(tmp_path: Path) -> None:
    run = native(tmp_path)
    path = run / "trajectory.json"
    path.write_text(path.read_text("utf-8").replace('"x": 1', '"x": NaN'), "utf-8")
    with pytest.raises(UnreadableTrajectory, match="NaN is not a number JSON knows"):
        Native().read(run)


def test_a_broken_file_is_found_and_refused(tmp_path: Path) -> None:
    (tmp_path / "trajectory.json").write_text('{"themis": ', "utf-8")
    assert list(Native().find(tmp_path, frozenset({"trajectory.json"}))) == [tmp_path]
    with pytest.raises(UnreadableTrajectory, match="not valid JSON"):
        Native().read(tmp_path)


def test_a_trajectory_json_of_somebody_else_is_not_found(tmp_path: Path) -> None:
    for content in (
        '{"steps": []}',
        '{"meta": {"themis": "trajectory/2"}}',
        "[]",
        '{"themis": {}}',
    ):
        (tmp_path / "trajectory.json").write_text(content, "utf-8")
        assert list(Native().find(tmp_path, frozenset({"trajectory.json"}))) == []


def test_a_folder_that_is_taken_is_not_overwritten(tmp_path: Path) -> None:
    recording = Native().read(native(tmp_path))
    with pytest.raises(UnreadableTrajectory, match="choose an empty folder"):
        write(recording, tmp_path)


@given(recording=recordings)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, recording: Recording
) -> None:
    folder = write(recording, tmp_path_factory.mktemp("round") / "trip")
    found = Native().read(folder)
    assert found.trajectory == recording.trajectory
    assert [picture.read(99) for picture in found.pictures] == [png(), png(3, 4)]


@given(recording=recordings)
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_what_is_written_keeps_to_the_schema(
    tmp_path_factory: pytest.TempPathFactory, recording: Recording
) -> None:
    path = write(recording, tmp_path_factory.mktemp("round") / "trip") / "trajectory.json"
    assert violations(json.loads(path.read_text("utf-8"))) == []


def test_the_schema_refuses_what_the_reader_refuses() -> None:
    steps: Json = [{"actions": [{"type": "fly", "count": 0}], "befor": 1, "before": -1}]
    document: dict[str, Json] = {"themis": "trajectory/2", "instruction": "x", "platform": "web"}
    assert violations({**document, "screens": ["a", "a"], "steps": steps}) == [
        "$.screens: something stands twice",
        "$.steps[0].actions[0].type: not one of the words",
        "$.steps[0].actions[0].count: under 1",
        "$.steps[0].befor: no such field",
        "$.steps[0].before: fits none",
    ]


def test_a_recording_of_files_is_copied_with_its_pictures(tmp_path: Path) -> None:
    recording = Native().read(native(tmp_path / "one"))
    again = Native().read(write(recording, tmp_path / "two"))
    assert again.trajectory == recording.trajectory
    assert [picture.name for picture in again.pictures] == ["screens/0001.png", "screens/0002.png"]


def test_the_written_file_begins_with_its_version(tmp_path: Path) -> None:
    recording = Native().read(native(tmp_path / "one"))
    path = write(recording, tmp_path / "two") / "trajectory.json"
    assert next(iter(json.loads(path.read_text("utf-8")))) == "themis"


def test_a_file_of_version_1_is_read(tmp_path: Path) -> None:
    steps: Json = [{"before": 0, "actions": [{"type": "navigate", "text": "back"}]}]
    run = native(tmp_path, themis="trajectory/1", steps=steps)
    (step,) = Native().read(run).trajectory.steps
    assert step.actions == (Action(type=ActionType.NAVIGATE, mode="back"),)


def test_a_way_that_the_type_does_not_have_is_refused(tmp_path: Path) -> None:
    steps: Json = [{"actions": [{"type": "tab", "mode": "goto"}]}]
    assert "actions[0].mode: 'goto' is no way of tab" in refused(tmp_path, steps=steps)
