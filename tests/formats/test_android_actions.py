"""The vocabularies of phones, where their tables cannot say it all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themis.domain.action import Action, ActionType, Box, Direction, Point, Space, SpaceKind
from themis.domain.jsontypes import Json
from themis.domain.wire import encode
from themis.formats.actions import aitw, androidlab, androidworld, mobile_use
from themis.formats.actions.keys import spelt
from themis.formats.actions.vocabulary import Vocabulary
from themis.formats.bounds import MAX_CODE
from themis.formats.frame import NORM1, NORM1000, Frame
from themis.formats.pictures import Size

PHONE = Frame(picture=Size(1000, 2000))
NAMES = st.sampled_from(
    ["click", "scroll", "status", "4", "DUAL_POINT", "Tap", "Swipe", "swipe", "mobile_use", "do"]
)
KEYS = st.sampled_from(
    [
        *("action_type", "action", "index", "x", "y", "direction", "touch_point", "lift_point"),
        *("result_touch_yx", "result_lift_yx", "element", "coordinate", "coordinate2", "time"),
        *("arguments", "kwargs", "operation", "touch_xy", "lift_xy", "start", "end", "keycode"),
    ]
)
payloads = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=12) | NAMES,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=20,
)


@pytest.mark.parametrize(
    "vocabulary",
    [each.VOCABULARY for each in (aitw, androidlab, androidworld, mobile_use)],
    ids=lambda each: each.name,
)
@given(payload=payloads)
def test_anything_becomes_actions_that_can_be_written(
    vocabulary: Vocabulary, payload: Json
) -> None:
    for action in vocabulary.read(payload, PHONE):
        assert encode(action)


@pytest.mark.parametrize(
    ("lift", "kind"),
    [(0.539, ActionType.CLICK), (0.541, ActionType.SWIPE), (0.46, ActionType.CLICK)],
)
def test_a_touch_that_moves_more_than_a_tap_is_a_swipe(lift: float, kind: ActionType) -> None:
    step: Json = {
        "result_action_type": 4,
        "result_touch_yx": [0.5, 0.1],
        "result_lift_yx": [lift, 0.1],
    }
    assert aitw.read_action(step, PHONE).type is kind


@pytest.mark.parametrize(
    ("lift", "way"),
    [
        ([0.2, 0.5], Direction.UP),
        ([0.9, 0.6], Direction.DOWN),
        ([0.5, 0.1], Direction.LEFT),
        ([0.6, 0.9], Direction.RIGHT),
    ],
)
def test_a_swipe_names_the_way_of_the_finger(lift: list[Json], way: Direction) -> None:
    step: Json = {"result_action_type": 4, "result_touch_yx": [0.5, 0.5], "result_lift_yx": lift}
    assert aitw.read_action(step, PHONE).direction is way


def test_a_data_sets_places_are_y_before_x() -> None:
    yx: Json = [0.25, 0.75]
    step: Json = {"result_action_type": 4, "result_touch_yx": yx, "result_lift_yx": yx}
    assert aitw.read_action(step, PHONE).point == Point(x=750, y=500)
    assert aitw.read_action(step, PHONE).space == NORM1


def test_a_place_without_a_screen_is_left_to_raw() -> None:
    step: Json = {
        "result_action_type": 4,
        "result_touch_yx": [0.5, 0.5],
        "result_lift_yx": [0.5, 0.5],
    }
    touched = aitw.read_action(step, Frame())
    assert touched.point is None
    assert touched.raw == step


def test_thousandths_and_resized_pixels_are_told_apart_by_the_caller() -> None:
    call: Json = {"action": "click", "coordinate": [500, 250]}
    half = Space(kind=SpaceKind.RESIZED, width=500, height=1000)
    assert mobile_use.read_action(call, PHONE, NORM1000).point == Point(x=500, y=500)
    assert mobile_use.read_action(call, PHONE, half).point == Point(x=1000, y=500)
    assert mobile_use.read_action(call, PHONE, half).space == half


def test_an_element_of_four_numbers_is_touched_in_its_middle() -> None:
    tap = androidlab.read_action('do(action="Tap", element=[100, 200, 300, 260])', PHONE)
    assert tap.box == Box(x=100, y=200, width=200, height=60)
    assert tap.point == Point(x=200, y=230)


@pytest.mark.parametrize(
    "source",
    [
        "do(action=__import__('os').system('id'))",
        'do(action="Tap", element=[x, 1])',
        "do(**{'action': 'Tap'}) or 1",
        'os.system("id")',
        "tap(5",
        "(" * 500,
        "-" * MAX_CODE + "1",
        "do(action='Wait')" + " " * MAX_CODE,
    ],
)
def test_what_is_no_plain_call_stays_code(source: str) -> None:
    read = androidlab.read_action(source, PHONE)
    assert read.type is ActionType.CODE
    assert read.raw == source


def test_an_action_is_found_in_the_words_around_it() -> None:
    said = 'Reason: the button.\nAction: {"action_type": "click", "index": "3"}'
    assert androidworld.read_action(said, PHONE) == Action(
        type=ActionType.CLICK, name="click", element="index=3", raw=said
    )


def test_androids_del_is_backspace() -> None:
    assert spelt("KEYCODE_DEL") == "backspace"
    assert spelt("KEYCODE_FORWARD_DEL") == spelt("Del") == "delete"
