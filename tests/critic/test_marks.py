"""Actions as shapes on the screen: which have a place, where it is, and what stands beside it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themis.critic.views.marks import LABEL_CHARS, MARKS, PATH_POINTS, marks_of
from themis.critic.views.targets import LARGEST, SIDE, crop_around, target_of
from themis.domain.action import Action, ActionType, Box, Direction, Point
from themis.domain.trajectory import Screen

SCREEN = Screen(digest="0" * 64, width=1000, height=800, media_type="image/png")
AT = Point(x=400, y=300)


def mark(**fields: object) -> str:
    (made,) = marks_of([Action(**fields)], SCREEN)  # type: ignore[arg-type]
    return made.recipe


@pytest.mark.parametrize(
    ("action", "recipe"),
    [
        (Action(type=ActionType.CLICK, point=AT), "ring 400,300"),
        (Action(type=ActionType.CLICK, point=AT, count=2), "double 400,300 '2 clicks'"),
        (Action(type=ActionType.CLICK, point=AT, button="right"), "ring 400,300 'right button'"),
        (Action(type=ActionType.LONG_PRESS, point=AT), "hold 400,300 'long press'"),
        (Action(type=ActionType.MOUSE_DOWN, point=AT), "ring 400,300 'mouse down'"),
        (Action(type=ActionType.MOVE, point=AT), "cross 400,300 'move'"),
        (
            Action(type=ActionType.DRAG, path=(AT, Point(x=500, y=600))),
            "path 400,300 500,600 'drag'",
        ),
        (
            Action(type=ActionType.SWIPE, path=(AT, Point(x=400, y=-90))),
            "path 400,300 400,0 'swipe'",
        ),
        (
            Action(type=ActionType.SCROLL, point=AT, direction=Direction.DOWN),
            "scroll 400,256 400,344 'scrolls down'",
        ),
        (Action(type=ActionType.PINCH, point=AT, scale=2), "spread 400,300"),
        (Action(type=ActionType.PINCH, point=AT, scale=0.5), "pinch 400,300"),
        (Action(type=ActionType.TYPE, point=AT, text="Ann"), "ring 400,300 'types \"Ann\"'"),
        (
            Action(type=ActionType.SELECT_OPTION, point=AT, text="Red"),
            "ring 400,300 'chooses \"Red\"'",
        ),
        (Action(type=ActionType.SET_CHECKED, point=AT, mode="on"), "ring 400,300 'ticks'"),
        (
            Action(type=ActionType.UPLOAD_FILE, point=AT, text="a.pdf"),
            "ring 400,300 'gives the file \"a.pdf\"'",
        ),
        (
            Action(type=ActionType.CLICK, box=Box(x=390, y=280, width=20, height=40)),
            "ring 400,300 in 390,280,410,320",
        ),
        (
            Action(type=ActionType.OBSERVE, box=Box(x=0, y=0, width=100, height=100)),
            "note 50,50 in 0,0,100,100 'looks here'",
        ),
        (Action(type=ActionType.TOOL_CALL, point=AT, name="poke"), "ring 400,300"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.type.value,
)
def test_every_action_with_a_place_has_its_mark(action: Action, recipe: str) -> None:
    assert [each.recipe for each in marks_of([action], SCREEN)] == [recipe]


@pytest.mark.parametrize(
    "action",
    [
        Action(type=ActionType.WAIT),
        Action(type=ActionType.TERMINATE, text="done"),
        Action(type=ActionType.TYPE, text="into what has the focus"),
        Action(type=ActionType.CLICK, point=Point(x=1001, y=5)),
        Action(type=ActionType.CLICK, point=Point(x=math.nan, y=5)),
        Action(type=ActionType.CLICK, box=Box(x=2000, y=0, width=10, height=10)),
    ],
)
def test_what_has_no_place_on_the_screen_is_not_drawn(action: Action) -> None:
    assert marks_of([action], SCREEN) == ()


def test_several_actions_are_numbered_and_words_without_a_place_go_to_the_last_one() -> None:
    click = Action(type=ActionType.CLICK, point=AT)
    typed = Action(type=ActionType.TYPE, text="Ann")
    assert [each.recipe for each in marks_of([click, typed], SCREEN)] == [
        "ring 400,300 '1'",
        "note 400,300 '2 types \"Ann\"'",
    ]


def test_a_move_to_where_the_next_action_is_done_is_not_drawn_beside_it() -> None:
    move, click = Action(type=ActionType.MOVE, point=AT), Action(type=ActionType.CLICK, point=AT)
    away = Action(type=ActionType.CLICK, point=Point(x=1, y=1))
    assert [each.recipe for each in marks_of([move, click], SCREEN)] == ["ring 400,300"]
    assert [each.kind for each in marks_of([move, away], SCREEN)] == ["cross", "ring"]
    assert [each.kind for each in marks_of([click, move], SCREEN)] == ["ring", "cross"]


def test_a_text_that_cannot_be_drawn_is_counted_instead() -> None:
    assert "a text of 3 characters" in mark(type=ActionType.TYPE, point=AT, text="日本語")
    assert "\\x" not in mark(type=ActionType.TYPE, point=AT, text="a\nb")


places = st.floats(allow_nan=True, allow_infinity=True)
points = st.builds(Point, x=places, y=places)
anything = st.builds(
    Action,
    type=st.sampled_from(ActionType),
    point=st.none() | points,
    box=st.none() | st.builds(Box, x=places, y=places, width=places, height=places),
    path=st.lists(points, max_size=60).map(tuple),
    text=st.none() | st.text(max_size=90),
    direction=st.none() | st.sampled_from(Direction),
)


@given(st.lists(anything, max_size=12), st.integers(1, 3000), st.integers(1, 3000))
def test_whatever_was_recorded_marks_are_few_on_the_screen_and_short(
    actions: list[Action], width: int, height: int
) -> None:
    screen = Screen(digest="0" * 64, width=width, height=height, media_type="image/png")
    marks = marks_of(actions, screen)
    assert len(marks) <= MARKS
    for each in marks:
        assert len(each.spots) <= PATH_POINTS
        assert len(each.label) <= LABEL_CHARS + 30
        assert all(0 <= x < width and 0 <= y < height for x, y in each.spots)
    target = target_of(marks)
    crop = crop_around(target, (width, height)) if target else None
    if crop:
        left, top, right, bottom = crop
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
        assert max(right - left, bottom - top) <= LARGEST


def test_a_crop_holds_its_target_and_stays_on_the_screen() -> None:
    assert crop_around((990, 10, 1000, 20), (1920, 1080)) == (755, 0, 1235, 480)
    assert crop_around((1900, 1070, 1910, 1080), (1920, 1080)) == (1440, 600, 1920, 1080)


def test_a_small_screen_has_no_crop() -> None:
    assert crop_around((100, 100, 101, 101), (SIDE, SIDE)) is None


def test_where_the_view_only_moves_there_is_no_target() -> None:
    scroll = Action(type=ActionType.SCROLL, point=AT, direction=Direction.DOWN)
    assert target_of(marks_of([scroll], SCREEN)) is None


def test_of_a_long_path_the_end_is_the_target() -> None:
    far = Action(type=ActionType.DRAG, path=(Point(x=10, y=10), Point(x=990, y=790)))
    near = Action(type=ActionType.DRAG, path=(Point(x=10, y=10), Point(x=200, y=90)))
    assert target_of(marks_of([far], SCREEN)) == (990, 790, 991, 791)
    assert target_of(marks_of([near], SCREEN)) == (10, 10, 201, 91)
