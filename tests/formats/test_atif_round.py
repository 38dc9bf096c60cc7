"""What is written as ATIF is read again without loss."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.formats.generated import PICTURES, recordings
from tests.formats.recordings import native, png
from themis.domain.action import Action, ActionType, Point
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Platform, Step, Trajectory
from themis.formats.atif.reader import Atif
from themis.formats.atif.writer import write_atif
from themis.formats.contract import Recording
from themis.formats.fields import items, record
from themis.formats.native import Native
from themis.formats.registry import find


def written(recording: Recording, folder: Path) -> dict[str, Json]:
    text = (write_atif(recording, folder) / "trajectory.json").read_text("utf-8")
    return record(json.loads(text))


@given(recording=recordings)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_a_recording_comes_back_equal(
    tmp_path_factory: pytest.TempPathFactory, recording: Recording
) -> None:
    folder = write_atif(recording, tmp_path_factory.mktemp("round") / "trip")
    again = Atif().read(folder)
    assert again.trajectory == recording.trajectory
    assert [each.read(99) for each in again.pictures] == [each.read(99) for each in PICTURES]


def test_it_is_found_as_atif_and_by_nobody_else(tmp_path: Path) -> None:
    recording = Native().read(native(tmp_path / "one"))
    folder = write_atif(recording, tmp_path / "two")
    assert [(each.source, each.reader.name) for each in find(folder)] == [(folder, "atif")]


def test_what_atif_has_a_field_for_stands_there(tmp_path: Path) -> None:
    click = Action(type=ActionType.CLICK, point=Point(x=1, y=2), name="tap", raw="tap(1, 2)")
    step = Step(
        thought="There it is.",
        actions=(click,),
        before=0,
        after=1,
        error="It did not open.",
        started_at="2026-03-01T12:00:00Z",
    )
    run = Trajectory(instruction="Open it", platform=Platform.WEB, steps=(step,), format="themis")
    document = written(Recording(trajectory=run, pictures=PICTURES), tmp_path / "out")
    first, second = map(record, items(document["steps"]))
    assert items(first["message"])[0] == {"type": "text", "text": "Open it"}
    assert second["reasoning_content"] == "There it is."
    assert second["timestamp"] == "2026-03-01T12:00:00Z"
    assert items(second["tool_calls"]) == [
        {
            "tool_call_id": "call_2_1",
            "function_name": "click",
            "arguments": {"point": {"x": 1, "y": 2}},
            "extra": {"themis": {"type": "click", "name": "tap", "raw": "tap(1, 2)"}},
        }
    ]
    shot, error = map(record, items(record(second["observation"])["results"]))
    source: Json = {"media_type": "image/png", "path": "screens/0002.png"}
    assert shot["content"] == [{"type": "image", "source": source}]
    assert (shot["source_call_id"], error["content"]) == ("call_2_1", "It did not open.")
    assert second["extra"] == {"themis": {}}, "nothing was missed"


def test_an_edit_of_the_written_document_counts(tmp_path: Path) -> None:
    recording = Native().read(native(tmp_path / "one"))
    path = write_atif(recording, tmp_path / "two") / "trajectory.json"
    text = path.read_text("utf-8").replace('"x": 1', '"x": 77')
    path.write_text(text, "utf-8")
    (action,) = Atif().read(tmp_path / "two").trajectory.steps[0].actions
    assert action.point == Point(x=77, y=2)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"before": 0', '"before": 7', "extra.themis.before: 7 is no position"),
        ('"platform": "web"', '"platform": "beos"', "extra.themis.platform: expected one of"),
        ('"type": "click"', '"type": "fly"', "tool_calls[0].type: expected one of"),
        ('"screens/0002.png"', '"../0002.png"', "extra.themis.screens: '../0002.png' is no plain"),
        ('"type": "click"', '"type": "click", "count": 0', "tool_calls[0].count: 0 is too few"),
    ],
)
def test_a_mark_that_does_not_hold_is_refused(
    tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    steps: Json = [{"before": 1, "actions": [{"type": "click"}]}, {"before": 0}, {"before": 1}]
    recording = Native().read(native(tmp_path / "one", steps=steps))
    path = write_atif(recording, tmp_path / "two") / "trajectory.json"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(UnreadableTrajectory) as caught:
        Atif().read(tmp_path / "two")
    assert complaint in str(caught.value)


def test_a_payload_that_is_nested_as_deep_as_may_be_comes_back(tmp_path: Path) -> None:
    deep: Json = 1
    for _ in range(62):
        deep = [deep]
    step = Step(actions=(Action(type=ActionType.WAIT, raw=deep),), raw=deep)
    run = Trajectory(instruction="x", platform=Platform.WEB, steps=(step,), format="themis")
    recording = Recording(trajectory=run, pictures=())
    assert Atif().read(write_atif(recording, tmp_path / "out")).trajectory == run


def test_a_picture_without_an_ending_gets_one_by_its_content(tmp_path: Path) -> None:
    document = written(Recording(trajectory=_seen(), pictures=PICTURES), tmp_path / "out")
    assert record(record(document["extra"])["themis"])["screens"] == [
        "screens/0001.png",
        "screens/0002.png",
    ]
    assert (tmp_path / "out" / "screens" / "0002.png").read_bytes() == png(3, 4)


def _seen() -> Trajectory:
    return Trajectory(instruction="x", platform=Platform.WEB, steps=(Step(before=0, after=1),))
