"""The committed recordings: readable, honest, and small enough to keep."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import cast

import pytest
from PIL import Image

from demo.recorder.__main__ import TRAJECTORIES
from demo.recorder.stories import STORIES
from themis.domain.action import Action, ActionType, Point
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Claim, Ending, Label, Platform, Step
from themis.domain.wire import decode

Written = dict[str, Json]
FOLDERS = sorted(TRAJECTORIES.iterdir())
FIELDS = {"themis", "instruction", "platform", "screens", "steps", "ending", "label", "meta"}
MOST_BYTES = 8_000_000
BOUNDS = re.compile(r'bounds="(-?\d+),(-?\d+),(\d+),(\d+)"')

each_folder = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def written(folder: Path) -> Written:
    return cast(Written, json.loads((folder / "trajectory.json").read_text(encoding="utf-8")))


def steps_of(folder: Path) -> tuple[Step, ...]:
    raw = cast("list[Json]", written(folder)["steps"])
    return tuple(decode(Step, each, at=f"steps[{i}]") for i, each in enumerate(raw))


def screens_of(folder: Path) -> list[Path]:
    return [folder / cast(str, name) for name in cast("list[Json]", written(folder)["screens"])]


def ending_of(folder: Path) -> Ending:
    return decode(Ending, written(folder)["ending"], at="ending")


def label_of(folder: Path) -> Label:
    return decode(Label, written(folder)["label"], at="label")


def aimed(folder: Path) -> Iterator[tuple[Step, Action, Point]]:
    """Every point that an action aims at."""
    for step in steps_of(folder):
        for action in step.actions:
            for point in (*action.path, *([action.point] if action.point else [])):
                yield step, action, point


def test_every_story_is_recorded_and_nothing_else() -> None:
    assert {folder.name for folder in FOLDERS} == {story.name for story in STORIES}


def test_every_story_is_told_in_the_readme() -> None:
    readme = (TRAJECTORIES.parent / "README.md").read_text(encoding="utf-8")
    assert [story.name for story in STORIES if f"`{story.name}`" not in readme] == []


@each_folder
def test_a_recording_holds_the_fields_of_the_format(folder: Path) -> None:
    record = written(folder)
    assert set(record) == FIELDS
    assert record["themis"] == "trajectory/2"
    assert record["instruction"]
    assert decode(Platform, record["platform"], at="platform") in (Platform.WEB, Platform.LINUX)
    assert cast(Written, record["meta"])["truth"]


@each_folder
def test_every_step_shows_what_was_seen_before_and_after(folder: Path) -> None:
    steps = steps_of(folder)
    assert 5 <= len(steps) <= 12
    for step in steps:
        assert step.thought
        assert step.actions
        assert step.before_ui
        assert step.after_ui
    for step, following in pairwise(steps):
        assert step.after == following.before


@each_folder
def test_every_screen_decodes_is_used_and_stands_alone(folder: Path) -> None:
    screens = screens_of(folder)
    assert screens == sorted((folder / "screens").iterdir())
    used = {place for step in steps_of(folder) for place in (step.before, step.after)}
    assert used == set(range(len(screens)))
    pictures = set()
    for screen in screens:
        with Image.open(screen) as image:
            assert image.format == "PNG"
            pictures.add(image.convert("RGB").tobytes())
    assert len(pictures) == len(screens)


@each_folder
def test_every_point_lies_on_the_screen_before(folder: Path) -> None:
    screens = screens_of(folder)
    for step, _, point in aimed(folder):
        assert step.before is not None
        with Image.open(screens[step.before]) as image:
            assert 0 <= point.x < image.width
            assert 0 <= point.y < image.height


@each_folder
def test_every_named_element_is_where_the_action_points(folder: Path) -> None:
    for step, action, _ in aimed(folder):
        if action.element:
            aim = action.point or action.path[0]
            lines = [x for x in (step.before_ui or "").splitlines() if x.startswith(action.element)]
            assert any(inside(line, aim) for line in lines), f"{action.element} at {aim}"


def inside(line: str, point: Point) -> bool:
    found = BOUNDS.search(line)
    if found is None:
        return False
    x, y, width, height = map(int, found.groups())
    return x <= point.x <= x + width and y <= point.y <= y + height


@each_folder
def test_the_last_action_ends_the_run_and_says_what_the_ending_says(folder: Path) -> None:
    last, ending = steps_of(folder)[-1].actions[-1], ending_of(folder)
    assert last.type is ActionType.TERMINATE
    assert last.text == ending.answer
    assert (last.status == "success") is (ending.claim is Claim.SUCCESS)


def test_half_of_the_runs_failed_and_most_of_those_claim_success() -> None:
    failed = [folder for folder in FOLDERS if label_of(folder) is Label.FAILED]
    claims = [ending_of(folder).claim for folder in failed]
    assert len(FOLDERS) >= 8
    assert len(failed) * 2 >= len(FOLDERS) > len(failed)
    assert claims.count(Claim.SUCCESS) >= 4
    assert Claim.FAILURE in claims


def test_the_runs_show_every_kind_of_overlay() -> None:
    actions = [a for folder in FOLDERS for step in steps_of(folder) for a in step.actions]
    kinds = {action.type.value for action in actions}
    assert {"click", "type", "key", "scroll", "drag", "select_option", "terminate"} <= kinds
    assert any(action.count == 2 for action in actions)


def test_all_recordings_together_stay_small() -> None:
    assert sum(path.stat().st_size for path in TRAJECTORIES.rglob("*.*")) < MOST_BYTES
