"""Domain values survive JSON; anything else is refused by name."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themis.domain import wire
from themis.domain.action import Action, ActionType, Direction, Point
from themis.domain.errors import UnreadableTrajectory
from themis.domain.evidence import Milestone, Round
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Ending, Platform, Screen, Step, Trajectory

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
finite = st.floats(allow_nan=False, allow_infinity=False)
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
actions = st.builds(
    Action,
    type=st.sampled_from(ActionType),
    point=st.none() | st.builds(Point, x=finite, y=finite),
    text=st.none() | words,
    keys=st.lists(words).map(tuple),
    direction=st.none() | st.sampled_from(Direction),
)
steps = st.builds(
    Step,
    thought=words,
    actions=st.lists(actions, max_size=3).map(tuple),
    before=st.none() | st.integers(0, 9),
)
trajectories = st.builds(
    Trajectory,
    instruction=words,
    platform=st.sampled_from(Platform),
    steps=st.lists(steps, max_size=3).map(tuple),
    screens=st.just(()),
    ending=st.builds(Ending, answer=st.none() | words),
)


@given(trajectories)
def test_a_trajectory_comes_back_from_json_as_it_was(trajectory: Trajectory) -> None:
    written = json.loads(json.dumps(wire.dump(trajectory)))
    assert wire.load(Trajectory, written) == trajectory


@given(json_values)
def test_any_other_json_is_refused_by_name(data: object) -> None:
    with pytest.raises(UnreadableTrajectory):
        wire.load(Trajectory, data)  # type: ignore[arg-type]


@given(json_values)
def test_garbage_in_a_field_is_refused_or_read_never_a_crash(data: object) -> None:
    document = {"v": 1, "instruction": "x", "platform": "web", "steps": [data]}
    try:
        wire.load(Trajectory, document)  # type: ignore[arg-type]
    except UnreadableTrajectory as error:
        assert "steps" in str(error)


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"v": 1, "instruction": "x", "platform": "web"}, "trajectory.steps: missing"),
        ({"v": 9}, "trajectory.v"),
        ({"v": 1, "instruction": 3, "platform": "web", "steps": []}, "instruction: expected text"),
        ({"v": 1, "instruction": "x", "platform": "atari", "steps": []}, "platform: expected one"),
        (
            {"v": 1, "instruction": "x", "platform": "web", "steps": [{"thoughts": "x"}]},
            "steps[0].thoughts: no such field",
        ),
        (
            {"v": 1, "instruction": "x", "platform": "web", "steps": [{"before": True}]},
            "steps[0].before: expected a whole number",
        ),
    ],
)
def test_the_message_names_the_field(document: dict[str, object], field: str) -> None:
    with pytest.raises(UnreadableTrajectory) as refusal:
        wire.load(Trajectory, document)  # type: ignore[arg-type]
    assert field in str(refusal.value)


def test_numbers_that_are_not_finite_are_refused() -> None:
    with pytest.raises(UnreadableTrajectory, match="finite"):
        wire.decode(Point, {"x": float("nan"), "y": 1}, at="point")
    with pytest.raises(UnreadableTrajectory, match="finite"):
        wire.decode(Point, {"x": 10**400, "y": 1}, at="point")


def test_text_no_database_takes_is_made_safe() -> None:
    assert wire.clean("a\0b\ud800c") == "a\ufffdb\ufffdc"
    assert wire.clean("\ud83d\ude00") == "😀"
    assert wire.encode({"a\0": "b\0"}) == {"a\ufffd": "b\ufffd"}


def test_raw_payloads_are_kept_as_they_are() -> None:
    raw = {"action": [1, {"deep": None, "x": 1.5}]}
    action = Action(type=ActionType.CODE, raw=raw)  # type: ignore[arg-type]
    assert wire.decode(Action, wire.encode(action), at="action").raw == raw


def test_fields_at_their_default_are_left_out() -> None:
    screen = Screen(digest="a", width=1, height=2, media_type="image/png")
    assert wire.encode(Step()) == {}
    assert wire.encode(screen) == {
        "digest": "a",
        "width": 1,
        "height": 2,
        "media_type": "image/png",
    }


def test_a_round_finds_the_verification_of_a_milestone() -> None:
    each = Round(number=1, milestones=(Milestone(id="m1", step=0, goal="g", why="w"),))
    assert each.verification_of("m1") is None


def test_version_1_wrote_the_way_of_a_navigation_as_its_text() -> None:
    old: Json = {"v": 1, "thought": "t", "actions": [{"type": "navigate", "text": "back"}]}
    assert wire.load(Step, old).actions == (Action(type=ActionType.NAVIGATE, mode="back"),)


def test_version_1_keeps_addresses_and_raw_payloads() -> None:
    raw: Json = {"type": "navigate", "text": "back"}
    action: Json = {"type": "navigate", "text": "https://x.org", "raw": raw}
    (read,) = wire.load(Step, {"v": 1, "actions": [action]}).actions
    assert (read.mode, read.text) == (None, "https://x.org")
    assert read.raw == raw
