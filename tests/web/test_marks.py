"""Actions as drawings and as words."""

from __future__ import annotations

import pytest

from themis.domain.action import Action, ActionType, Box, Delta, Direction, Point, Unit
from themis.domain.trajectory import Screen
from themis.web.marks import draw
from themis.web.wording import say

SCREEN = Screen(digest="0" * 64, width=900, height=600, media_type="image/png")
HERE, THERE = Point(x=100, y=50), Point(x=400, y=50)


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


# Every type, as a source may record it, and what is drawn: a mark of a kind, or a note.
ON_THE_PICTURE = {
    ActionType.CLICK: (Action(type=ActionType.CLICK, point=HERE), "click"),
    ActionType.LONG_PRESS: (Action(type=ActionType.LONG_PRESS, point=HERE, seconds=2.0), "hold"),
    ActionType.MOUSE_DOWN: (Action(type=ActionType.MOUSE_DOWN, point=HERE), "down"),
    ActionType.MOUSE_UP: (Action(type=ActionType.MOUSE_UP, point=HERE), "up"),
    ActionType.MOVE: (Action(type=ActionType.MOVE, point=HERE), "move"),
    ActionType.DRAG: (Action(type=ActionType.DRAG, path=(HERE, THERE)), "path"),
    ActionType.SWIPE: (
        Action(type=ActionType.SWIPE, point=HERE, direction=Direction.RIGHT),
        "path",
    ),
    ActionType.SCROLL: (
        Action(type=ActionType.SCROLL, point=HERE, delta=Delta(dy=300, unit=Unit.PX)),
        "scroll",
    ),
    ActionType.PINCH: (Action(type=ActionType.PINCH, point=HERE, scale=2.0), "pinch"),
    ActionType.TYPE: (Action(type=ActionType.TYPE, text="Milk"), "Type “Milk”"),
    ActionType.KEY: (Action(type=ActionType.KEY, keys=("ctrl", "s")), "Press Ctrl + S"),
    ActionType.SYSTEM_BUTTON: (
        Action(type=ActionType.SYSTEM_BUTTON, button="back"),
        "Back button",
    ),
    ActionType.OPEN_APP: (Action(type=ActionType.OPEN_APP, text="Notes"), "Open app: Notes"),
    ActionType.CLOSE_APP: (Action(type=ActionType.CLOSE_APP, text="Notes"), "Close app: Notes"),
    ActionType.NAVIGATE: (
        Action(type=ActionType.NAVIGATE, mode="goto", text="a.example"),
        "Go to: a.example",
    ),
    ActionType.TAB: (Action(type=ActionType.TAB, mode="new"), "Open a tab"),
    ActionType.SELECT_OPTION: (
        Action(type=ActionType.SELECT_OPTION, text="Deutsch", point=HERE),
        "click",
    ),
    ActionType.SET_CHECKED: (
        Action(type=ActionType.SET_CHECKED, mode="on", point=HERE),
        "click",
    ),
    ActionType.UPLOAD_FILE: (
        Action(type=ActionType.UPLOAD_FILE, text="a.pdf", point=HERE),
        "click",
    ),
    ActionType.CLIPBOARD: (Action(type=ActionType.CLIPBOARD, mode="paste"), "Paste"),
    ActionType.WAIT: (Action(type=ActionType.WAIT, seconds=2.0), "Wait 2 s"),
    ActionType.OBSERVE: (
        Action(type=ActionType.OBSERVE, mode="zoom", box=Box(x=10, y=20, width=40, height=10)),
        "look",
    ),
    ActionType.CODE: (Action(type=ActionType.CODE, text="print(1)"), "Code: print(1)"),
    ActionType.TOOL_CALL: (Action(type=ActionType.TOOL_CALL, name="tap", point=HERE), "click"),
    ActionType.MESSAGE: (
        Action(type=ActionType.MESSAGE, mode="ask", text="Which?"),
        "Ask the user: Which?",
    ),
    ActionType.TERMINATE: (
        Action(type=ActionType.TERMINATE, status="success"),
        "Agent ends: done",
    ),
}


@pytest.mark.parametrize("kind", ActionType)
def test_every_type_is_drawn_on_the_picture(kind: ActionType) -> None:
    action, shown = ON_THE_PICTURE[kind]
    drawing = draw([action], SCREEN)
    assert [m.kind for m in drawing.marks] + [n.text for n in drawing.notes] == [shown]


@pytest.mark.parametrize("kind", ActionType)
def test_every_type_is_drawn_even_if_nothing_else_is_known_of_it(kind: ActionType) -> None:
    drawing = draw([Action(type=kind)], SCREEN)
    assert len(drawing.notes) == 1
    assert drawing.notes[0].text


@pytest.mark.parametrize(
    ("delta", "end"),
    [
        (Delta(dy=5, unit=Unit.NOTCH), "100.0,80.0"),
        (Delta(dy=-5, unit=Unit.NOTCH), "100.0,20.0"),
        (Delta(dx=5, dy=1, unit=Unit.NOTCH), "130.0,50.0"),
    ],
)
def test_a_scroll_that_only_says_how_far_points_there(delta: Delta, end: str) -> None:
    (mark,) = draw([Action(type=ActionType.SCROLL, point=HERE, delta=delta)], SCREEN).marks
    assert mark.arrows[0].line.split()[1] == end


@pytest.mark.parametrize(("scale", "outwards"), [(2.0, True), (0.5, False)])
def test_two_fingers_go_apart_or_together(scale: float, outwards: bool) -> None:
    (mark,) = draw([Action(type=ActionType.PINCH, point=HERE, scale=scale)], SCREEN).marks
    starts, ends = zip(*(arrow.line.split() for arrow in mark.arrows), strict=True)
    assert (_apart(*ends) > _apart(*starts)) is outwards


def _apart(one: str, other: str) -> float:
    return abs(float(one.split(",")[0]) - float(other.split(",")[0]))


def test_a_click_with_keys_held_down_says_so_beside_it() -> None:
    action = Action(type=ActionType.CLICK, point=HERE, modifiers=("shift",))
    (mark,) = draw([action], SCREEN).marks
    assert mark.caption is not None
    assert mark.caption.text == "Shift + Click"


def test_many_actions_without_a_place_are_counted_and_stay_on_the_picture() -> None:
    notes = draw([Action(type=ActionType.WAIT)] * 30, SCREEN).notes
    assert [note.text for note in notes][-1] == "and 26 more"
    assert all(n.y >= 0 and n.y + n.height <= SCREEN.height for n in notes)
    assert len({note.y for note in notes}) == len(notes) == 5


def test_chinese_letters_get_the_room_they_take() -> None:
    narrow, wide = (
        draw([Action(type=ActionType.TYPE, text=text)], SCREEN).notes[0].width
        for text in ("milk", "牛奶鸡蛋")
    )
    assert wide > narrow


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
    (arrow,) = mark.arrows
    assert arrow.line == "100.0,50.0 400.0,50.0"
    assert arrow.head.split()[1] == "400.0,50.0"


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
