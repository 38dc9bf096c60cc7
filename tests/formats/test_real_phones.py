"""Recordings of phones by others, whole. Figures are counted from the files by other means."""

from __future__ import annotations

import difflib
import gzip
import json
import pickle
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.formats.recordings import DATA, NO_DATA
from themis.domain.action import Action, ActionType, Point
from themis.domain.trajectory import Claim, Label, Platform, Step
from themis.formats.contract import Recording
from themis.formats.native import Native, write
from themis.formats.registry import find

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not DATA.is_dir(), reason=NO_DATA),
]


def recordings(folder: str, name: str) -> dict[Path, Recording]:
    found = list(find(DATA / folder))
    assert {each.reader.name for each in found} == {name}
    return {each.source: each.reader.read(each.source) for each in found}


class Dates(pickle.Unpickler):
    """The standard library's own way, for files already known to hold nothing else."""

    def find_class(self, module: str, name: str) -> type:
        assert (module, name) == ("datetime", "datetime")
        return datetime


def test_checkpoints_of_androidworld() -> None:
    runs = recordings("androidworld_gbox", "androidworld")
    assert len(runs) == 116
    labels = Counter(run.trajectory.label for run in runs.values())
    assert labels == {Label.PASSED: 100, Label.FAILED: 16}
    for source, run in runs.items():
        with gzip.open(source) as file:
            (episode,) = Dates(file).load()
        told = run.trajectory
        assert told.instruction == episode["goal"]
        assert (told.label is Label.PASSED) == (episode["is_successful"] == 1.0)
        assert len(told.steps) == episode["episode_length"]
        assert [s.thought for s in told.steps] == [
            said.strip() for said in episode["episode_data"]["agent_output"]
        ]
        assert told.platform is Platform.ANDROID
        assert isinstance(told.meta, dict)
        assert told.meta["finish_dtime"] == episode["finish_dtime"].isoformat()
    assert sum(len(run.trajectory.steps) for run in runs.values()) == 123
    assert sum(len(run.pictures) + run.trajectory.n_actions for run in runs.values()) == 0


def test_a_run_beside_screens_of_its_replay() -> None:
    ((source, run),) = recordings("androidworld_t3a_replay", "androidworld-agents").items()
    told = run.trajectory
    document = json.loads(source.read_text("utf-8"))
    assert len(told.steps) == told.n_actions == len(document["step_records"]) == 19
    assert len(run.pictures) == len(list(DATA.glob("androidworld_t3a_replay/**/*.png"))) == 19
    assert [step.after for step in told.steps] == list(range(19))
    assert [step.before for step in told.steps] == [None] * 19
    assert told.label is Label.FAILED
    assert told.ending.claim is Claim.SUCCESS
    assert "later replay" in told.warnings[0]
    by_type = Counter(action.type.value for step in told.steps for action in step.actions)
    assert by_type == {
        "click": 10,
        "type": 4,
        "open_app": 2,
        "wait": 1,
        "system_button": 1,
        "terminate": 1,
    }
    assert all(action.point for _, action in aimed(told.steps))


def aimed(steps: tuple[Step, ...]) -> list[tuple[Step, Action]]:
    return [(step, action) for step in steps for action in step.actions if action.element]


def test_each_place_lies_on_the_element_the_agent_speaks_of() -> None:
    """Of 14 places, 8 lie on an element whose own text the agent's thought or summary quotes.

    The other elements have no text, or the agent took them for another. x and y the wrong way
    round lie on none of them.
    """
    (run,) = recordings("androidworld_t3a_replay", "androidworld-agents").values()
    places = aimed(run.trajectory.steps)
    assert len(places) == 14
    assert sum(speaks_of(step, action.point) for step, action in places) == 8
    assert sum(speaks_of(step, turned(action.point)) for step, action in places) == 0


def turned(point: Point | None) -> Point:
    assert point is not None
    return Point(x=point.y, y=point.x)


def speaks_of(step: Step, point: Point | None) -> bool:
    assert point is not None
    found = under(json.loads(step.before_ui or "[]"), point)
    names = [found.get("text"), found.get("content_description"), found.get("resource_name")]
    plain = [name.rpartition("/")[2] for name in names if name]
    return any(name in step.thought or name in (step.claim or "") for name in plain)


def under(elements: list[dict[str, Any]], point: Point) -> dict[str, Any]:
    """The smallest element at a place, found from what the run recorded of them."""
    hits = [
        (box["x_max"] - box["x_min"], box["y_max"] - box["y_min"], element)
        for element in elements
        if (box := element.get("bbox_pixels"))
        and box["x_min"] <= point.x <= box["x_max"]
        and box["y_min"] <= point.y <= box["y_max"]
    ]
    return min(hits, key=lambda hit: hit[0] * hit[1])[2] if hits else {}


def test_an_episode_of_android_in_the_zoo() -> None:
    ((source, run),) = recordings("aitz_coat", "aitw").items()
    told = run.trajectory
    rows = json.loads(source.read_text("utf-8"))
    assert len(told.steps) == told.n_actions == len(run.pictures) == len(rows) == 4
    assert [(s.before, s.after) for s in told.steps] == [(0, 1), (1, 2), (2, 3), (3, None)]
    assert [s.actions[0].type for s in told.steps] == [
        ActionType.SYSTEM_BUTTON,
        ActionType.SWIPE,
        ActionType.CLICK,
        ActionType.TERMINATE,
    ]
    assert told.instruction == rows[0]["instruction"]
    assert told.steps[1].actions[0].direction == "up"
    assert told.label is None
    assert told.ending.claim is Claim.SUCCESS


def test_the_tap_on_the_clock_lies_on_the_clock() -> None:
    """The recognised label nearest to the tap is the one most like "Clock", and not so with x
    and y the wrong way round; the tap lies on a picture, the wrong way round on background."""
    (run,) = recordings("aitz_coat", "aitw").values()
    step = run.trajectory.steps[2]
    assert isinstance(step.raw, dict)
    assert "Clock app" in str(step.raw["coat_action_desc"])
    tap = step.actions[0].point
    assert tap is not None
    labels = [each for each in json.loads(step.before_ui or "[]") if each["text"]]
    clock = max(
        labels, key=lambda each: difflib.SequenceMatcher(None, each["text"], "Clock").ratio()
    )
    assert nearest(labels, tap) == clock
    assert step.before is not None
    path = run.pictures[step.before].path
    assert path is not None
    with Image.open(path) as picture:
        shown = picture.convert("RGB")
    across, along = tap.x / shown.width, tap.y / shown.height
    swapped = Point(x=along * shown.width, y=across * shown.height)
    assert nearest(labels, swapped) != clock
    assert not is_background(shown, tap)
    assert is_background(shown, swapped)


def nearest(labels: list[dict[str, str]], point: Point) -> dict[str, str]:
    def distance(label: dict[str, str]) -> float:
        left, top, right, bottom = map(
            float, label["bounds"].strip("[]").replace("][", ",").split(",")
        )
        across = max(left - point.x, 0, point.x - right)
        along = max(top - point.y, 0, point.y - bottom)
        return across**2 + along**2

    return min(labels, key=distance)


def is_background(shown: Image.Image, point: Point) -> bool:
    """Whether the colours around a place are close to the commonest one of the whole screen."""
    pixels = shown.tobytes()
    whole = zip(pixels[::3], pixels[1::3], pixels[2::3], strict=True)
    ((commonest, _),) = Counter(whole).most_common(1)
    x, y = round(point.x), round(point.y)
    around = shown.crop((x - 3, y - 3, x + 4, y + 4)).tobytes()
    away = [abs(value - commonest[at % 3]) for at, value in enumerate(around)]
    return sum(away) < 8 * len(away)


@pytest.mark.parametrize("folder", ["androidworld_gbox", "androidworld_t3a_replay", "aitz_coat"])
def test_every_recording_can_be_written_in_our_own_format(tmp_path: Path, folder: str) -> None:
    for number, each in enumerate(list(find(DATA / folder))[:10]):
        recording = each.reader.read(each.source)
        again = Native().read(write(recording, tmp_path / str(number)))
        assert again.trajectory.steps == recording.trajectory.steps
        assert again.trajectory.label == recording.trajectory.label
        assert len(again.pictures) == len(recording.pictures)
