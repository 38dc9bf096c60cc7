"""Actions as drawings and as words."""

from __future__ import annotations

import pytest

from themis.domain.action import Action, ActionType, Box, Direction, Point
from themis.domain.trajectory import Screen
from themis.web.marks import draw
from themis.web.wording import say

SCREEN = Screen(digest="0" * 64, width=900, height=600, media_type="image/png")
HERE = Point(x=100, y=50)


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        (Action(type=ActionType.CLICK, point=HERE), "click"),
        (Action(type=ActionType.CLICK, point=HERE, count=2), "double"),
        (Action(type=ActionType.CLICK, point=HERE, button="right"), "right"),
        (Action(type=ActionType.LONG_PRESS, point=HERE), "hold"),
        (Action(type=ActionType.SCROLL, point=HERE, direction=Direction.DOWN), "scroll"),
        (Action(type=ActionType.DRAG, path=(HERE, Point(x=400, y=50))), "path"),
        (Action(type=ActionType.CLICK, box=Box(x=10, y=20, width=40, height=10)), "click"),
    ],
)
def test_an_action_with_a_place_is_drawn(action: Action, kind: str) -> None:
    (mark,) = draw([action], SCREEN).marks
    assert mark.kind == kind


def test_a_box_is_marked_in_its_middle() -> None:
    box = Box(x=10, y=20, width=40, height=10)
    (mark,) = draw([Action(type=ActionType.CLICK, box=box)], SCREEN).marks
    assert (mark.x, mark.y) == (30, 25)


@pytest.mark.parametrize(
    "action",
    [
        Action(type=ActionType.KEY, keys=("ctrl", "s")),
        Action(type=ActionType.CLICK, element="bid=12"),
        Action(type=ActionType.CLICK, point=Point(x=901, y=5)),
        Action(type=ActionType.SWIPE, direction=Direction.UP),
    ],
)
def test_an_action_without_a_place_becomes_a_chip(action: Action) -> None:
    drawing = draw([action], SCREEN)
    assert (drawing.marks, drawing.chips) == ((), (action,))


def test_without_a_screen_nothing_is_drawn() -> None:
    assert not draw([Action(type=ActionType.CLICK, point=HERE)], None).marks


def test_an_arrow_points_where_the_path_ends() -> None:
    path = (HERE, Point(x=400, y=50))
    (mark,) = draw([Action(type=ActionType.DRAG, path=path)], SCREEN).marks
    assert mark.line == "100.0,50.0 400.0,50.0"
    assert mark.head.split()[1] == "400.0,50.0"


def test_a_caption_stays_on_the_screen() -> None:
    corner = Point(x=899, y=599)
    (mark,) = draw([Action(type=ActionType.TYPE, point=corner, text="x" * 500)], SCREEN).marks
    assert mark.caption is not None
    assert mark.caption.x + mark.caption.width <= SCREEN.width
    assert mark.caption.y + mark.caption.height <= SCREEN.height


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (Action(type=ActionType.CLICK, count=2), "Double-click"),
        (Action(type=ActionType.CLICK, button="right"), "Right-click"),
        (Action(type=ActionType.KEY, keys=("ctrl", "s")), "Press Ctrl + S"),
        (
            Action(type=ActionType.TYPE, text="a\nb", submit=True, element="Title"),
            "Type “a b” into Title, then Enter",
        ),
        (Action(type=ActionType.CLICK, modifiers=("shift",)), "Shift + Click"),
        (Action(type=ActionType.SCROLL, direction=Direction.DOWN), "Scroll down"),
        (Action(type=ActionType.SYSTEM_BUTTON, button="back"), "Back button"),
        (Action(type=ActionType.WAIT, seconds=2.0), "Wait 2 s"),
        (Action(type=ActionType.TERMINATE, status="success"), "Agent ends: done"),
        (Action(type=ActionType.TOOL_CALL, name="tap_cell", text="4"), "tap_cell: 4"),
        (Action(type=ActionType.CLICK, element="bid=12"), "Click on bid=12"),
    ],
)
def test_actions_are_said_in_words(action: Action, words: str) -> None:
    assert say(action) == words
