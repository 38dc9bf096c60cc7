"""Episodes of Android in the Zoo."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.formats.recordings import touch, write_json
from themis.domain.action import ActionType, Box, Direction, Point
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Claim, Platform
from themis.formats.aitw.reader import Aitw
from themis.formats.contract import Recording
from themis.formats.registry import find

READER = Aitw()
UNUSED = "[-1.0, -1.0]"


def step(number: int, code: int, touched: str = UNUSED, lifted: str = "", **more: Json) -> Json:
    return {
        "episode_id": "523",
        "step_id": number,
        "instruction": "Open the clock",
        "ui_positions": "[[10, 20, 30, 40], [0, 0, 200, 100]]",
        "ui_text": '["Clock", ""]',
        "ui_types": '["TEXT", "ICON_HOME"]',
        "result_action_type": code,
        "result_action_text": "",
        "result_touch_yx": touched,
        "result_lift_yx": lifted or touched,
        "image_path": f"google_apps/X/X_{number}.png",
        "coat_action_think": "The clock is here.",
        "coat_action_desc": "click on the clock",
        **more,
    }


def episode(folder: Path, *steps: Json) -> Path:
    """Screens are 100 x 200."""
    touch(folder, *(f"X_{number}.png" for number in range(len(steps))))
    return write_json(folder / "X.json", list(steps))


def read(folder: Path, *steps: Json) -> Recording:
    return READER.read(episode(folder, *steps))


def test_an_episode_is_found_by_what_it_holds(tmp_path: Path) -> None:
    episode(tmp_path, step(0, 10))
    write_json(tmp_path / "other.json", [{"episode_id": 1}])
    assert [each.source.name for each in find(tmp_path)] == ["X.json"]


def test_a_tap_falls_on_the_smallest_element_under_it(tmp_path: Path) -> None:
    run = read(tmp_path, step(0, 4, "[0.125, 0.3]")).trajectory
    (tap,) = run.steps[0].actions
    assert tap.type is ActionType.CLICK
    assert tap.point == Point(x=30, y=25)
    assert tap.box == Box(x=20, y=10, width=40, height=30)
    assert tap.element == "text=Clock"


def test_an_element_without_a_text_is_named_by_its_kind(tmp_path: Path) -> None:
    run = read(tmp_path, step(0, 4, "[0.9, 0.9]")).trajectory
    assert run.steps[0].actions[0].element == "type=ICON_HOME"


def test_a_swipe_has_its_path_and_no_element(tmp_path: Path) -> None:
    (swipe,) = read(tmp_path, step(0, 4, "[0.5, 0.5]", "[0.1, 0.5]")).trajectory.steps[0].actions
    assert swipe.path == (Point(x=50, y=100), Point(x=50, y=20))
    assert (swipe.direction, swipe.box) == (Direction.UP, None)


def test_the_screens_are_before_each_step(tmp_path: Path) -> None:
    steps = read(tmp_path, step(0, 6), step(1, 10)).trajectory.steps
    assert [(each.before, each.after) for each in steps] == [(0, 1), (1, None)]


def test_what_is_asked_thought_and_seen(tmp_path: Path) -> None:
    run = read(tmp_path, step(0, 5)).trajectory
    assert run.instruction == "Open the clock"
    assert run.platform is Platform.ANDROID
    assert run.steps[0].thought == "The clock is here."
    assert json.loads(run.steps[0].before_ui or "") == [
        {"type": "TEXT", "text": "Clock", "bounds": "[20,10][60,40]"},
        {"type": "ICON_HOME", "text": "", "bounds": "[0,0][100,200]"},
    ]
    assert run.meta == {"episode_id": "523", "subset": "google_apps"}


def test_what_else_is_said_stays_in_raw(tmp_path: Path) -> None:
    first = read(tmp_path, step(0, 5)).trajectory.steps[0]
    assert first.raw == {
        "step_id": 0,
        "image_path": "google_apps/X/X_0.png",
        "coat_action_desc": "click on the clock",
    }
    assert isinstance(first.actions[0].raw, dict)
    assert first.actions[0].raw["result_action_type"] == 5


@pytest.mark.parametrize(("code", "claim"), [(10, Claim.SUCCESS), (11, Claim.FAILURE), (5, None)])
def test_how_an_episode_ends_is_a_claim_and_no_label(
    tmp_path: Path, code: int, claim: Claim | None
) -> None:
    run = read(tmp_path, step(0, code)).trajectory
    assert run.ending.claim is claim
    assert run.label is None


def test_a_missing_screen_leaves_a_tap_without_a_place(tmp_path: Path) -> None:
    path = episode(tmp_path, step(0, 4, "[0.5, 0.5]"))
    (tmp_path / "X_0.png").unlink()
    run = READER.read(path).trajectory
    assert run.warnings == ("step 1: X_0.png is not in the folder",)
    assert run.steps[0].actions[0].point is None


def test_a_gap_in_the_numbers_is_kept(tmp_path: Path) -> None:
    steps = read(tmp_path, step(0, 6), step(3, 10, image_path="X_1.png")).trajectory.steps
    assert [each.number for each in steps] == [None, 3]


@pytest.mark.parametrize("named", ["/etc/passwd", "../../X_0.png", "a/../../X_0.png"])
def test_a_picture_is_taken_from_the_folder_alone(tmp_path: Path, named: str) -> None:
    touch(tmp_path, "X_0.png")
    inside = tmp_path / "run"
    path = episode(inside, step(0, 6, image_path=named))
    (inside / "X_0.png").unlink()
    assert READER.read(path).pictures == ()


def test_fields_of_the_older_data_set_are_read(tmp_path: Path) -> None:
    row: Json = {
        "episode_id": "1",
        "goal_info": "Open the clock",
        "results/action_type": 4,
        "results/yx_touch": [0.125, 0.3],
        "results/yx_lift": [0.125, 0.3],
        "image": "X_0.png",
    }
    run = read(tmp_path, row).trajectory
    assert run.instruction == "Open the clock"
    assert run.steps[0].actions[0].point == Point(x=30, y=25)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ([], "a list of steps"),
        ({"episode_id": 1}, "a list of steps"),
        ([step(0, 5), 3], "a list of steps"),
        ([step(0, 5), {"episode_id": "9"}], "several episodes"),
        ([{"episode_id": "1", "result_action_type": 5}], "instruction: expected a text"),
    ],
)
def test_what_is_no_episode_is_refused(tmp_path: Path, content: Json, why: str) -> None:
    with pytest.raises(UnreadableTrajectory, match=why):
        READER.read(write_json(tmp_path / "X.json", content))
