"""pyautogui source, read and never run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themis.domain.action import Action, ActionType, Direction, Point, Space, SpaceKind
from themis.formats.actions.mouse import Mouse, Spot
from themis.formats.actions.pyautogui import read_code
from themis.formats.bounds import MAX_CODE
from themis.formats.frame import Frame
from themis.formats.pictures import Size

HERE = Point(x=7, y=8)


def read(source: str) -> list[Action]:
    return list(read_code(f"import pyautogui\n{source}", Mouse(spot=Spot(7, 8))))


def only(source: str) -> Action:
    (action,) = read(source)
    return action


@pytest.mark.parametrize(
    ("source", "point", "button", "count"),
    [
        ("pyautogui.click()", HERE, "left", 1),
        ("pyautogui.click(1, 2)", Point(x=1, y=2), "left", 1),
        ("pyautogui.click((1, 2))", Point(x=1, y=2), "left", 1),
        ("pyautogui.click(x=1, y=-2.5)", Point(x=1, y=-2.5), "left", 1),
        ("pyautogui.click(1, 2, 3, 0.1, 'right')", Point(x=1, y=2), "right", 3),
        ("pyautogui.click(1, 2, clicks=2)", Point(x=1, y=2), "left", 2),
        ("pyautogui.rightClick(1, 2)", Point(x=1, y=2), "right", 1),
        ("pyautogui.middleClick()", HERE, "middle", 1),
        ("pyautogui.doubleClick(1, 2)", Point(x=1, y=2), "left", 2),
        ("pyautogui.tripleClick()", HERE, "left", 3),
    ],
)
def test_clicks(source: str, point: Point, button: str, count: int) -> None:
    click = only(source)
    assert click.type is ActionType.CLICK
    assert (click.point, click.button, click.count) == (point, button, count)
    assert click.raw == source


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("pyautogui.moveTo(1, 2)", ActionType.MOVE),
        ("pyautogui.mouseDown(1, 2)", ActionType.MOUSE_DOWN),
        ("pyautogui.mouseUp(1, 2)", ActionType.MOUSE_UP),
    ],
)
def test_other_uses_of_the_mouse(source: str, kind: ActionType) -> None:
    action = only(source)
    assert (action.type, action.point) == (kind, Point(x=1, y=2))


def test_relative_moves_start_where_the_mouse_is() -> None:
    assert only("pyautogui.moveRel(1, -1)").point == Point(x=8, y=7)


def test_a_drag_goes_from_the_mouse_to_its_place() -> None:
    drag = only("pyautogui.dragTo(1, 2, duration=0.5, button='left')")
    assert (drag.path, drag.seconds) == ((HERE, Point(x=1, y=2)), 0.5)


def test_a_drag_from_an_unknown_place_has_no_path() -> None:
    (drag,) = read_code("pyautogui.dragTo(1, 2)", Mouse())
    assert (drag.path, drag.point) == ((), Point(x=1, y=2))


@pytest.mark.parametrize(
    ("source", "direction", "point"),
    [
        ("pyautogui.scroll(-5)", Direction.DOWN, HERE),
        ("pyautogui.scroll(5, 1, 2)", Direction.UP, Point(x=1, y=2)),
        ("pyautogui.scroll(5, x=1, y=2)", Direction.UP, Point(x=1, y=2)),
        ("pyautogui.hscroll(5)", Direction.RIGHT, HERE),
    ],
)
def test_scrolls(source: str, direction: Direction, point: Point) -> None:
    scroll = only(source)
    assert (scroll.direction, scroll.point) == (direction, point)


@pytest.mark.parametrize(
    ("source", "text", "submit"),
    [
        ("pyautogui.write('hi', interval=0.03)", "hi", False),
        ("pyautogui.typewrite(message='hi\\n')", "hi", True),
        ("pyautogui.write('a\\d')", "a\\d", False),
    ],
)
def test_typing(source: str, text: str, submit: bool) -> None:
    typed = only(source)
    assert (typed.type, typed.text, typed.submit) == (ActionType.TYPE, text, submit)


def test_keys() -> None:
    found = read("pyautogui.press(['a', 'b']); pyautogui.press('tab', presses=3)")
    assert [(key.keys, key.count) for key in found] == [(("a",), 1), (("b",), 1), (("tab",), 3)]
    assert only("pyautogui.hotkey('ctrl', 's')").keys == ("ctrl", "s")
    assert only("pyautogui.hotkey(['ctrl', 's'])").keys == ("ctrl", "s")


def test_a_held_modifier_belongs_to_the_click() -> None:
    _, click, _, after = read(
        "pyautogui.keyDown('ctrl'); pyautogui.click(); pyautogui.keyUp('ctrl'); pyautogui.click()"
    )
    assert (click.modifiers, after.modifiers) == (("ctrl",), ())


@pytest.mark.parametrize("key", ["ctrlleft", "win", "option", "shiftright"])
def test_a_modifier_is_let_go_of_under_another_name(key: str) -> None:
    plain = {"ctrlleft": "ctrl", "win": "command", "option": "alt", "shiftright": "shift"}[key]
    down, click, up, after = read(
        f"pyautogui.keyDown({key!r}); pyautogui.click()\n"
        f"pyautogui.keyUp({plain!r}); pyautogui.click()"
    )
    assert (down.mode, up.mode) == ("down", "up")
    assert click.modifiers == down.keys == up.keys
    assert after.modifiers == ()


@pytest.mark.parametrize(
    ("source", "point", "kind"),
    [
        ("pyautogui.click(0.5, 0.25)", Point(x=640, y=180), SpaceKind.NORM1),
        ("pyautogui.click((0.5, 0.25))", Point(x=640, y=180), SpaceKind.NORM1),
        ("pyautogui.click(x=1.0, y=0)", Point(x=1280, y=0), SpaceKind.NORM1),
        ("pyautogui.click(1, 1)", Point(x=1, y=1), None),
        ("pyautogui.click(0.5, 25)", Point(x=0.5, y=25), None),
        ("pyautogui.moveTo(0.5, 0.5); pyautogui.moveRel(0.25, 0)", Point(x=960, y=360),
         SpaceKind.NORM1),
        ("pyautogui.moveTo(0.5, 0.5); pyautogui.click(x=0.25)", Point(x=320, y=360),
         SpaceKind.NORM1),
        ("pyautogui.moveTo(0.9, 0.5); pyautogui.moveRel(0.25, 0)", None, SpaceKind.NORM1),
        ("pyautogui.click(1281, 5)", None, None),
        ("pyautogui.click(1e999, 0.5)", None, None),
    ],
)  # fmt: skip
def test_a_place_tells_what_it_is_counted_in(
    source: str, point: Point | None, kind: SpaceKind | None
) -> None:
    *_, last = read_code(source, Mouse(frame=Frame(picture=Size(1280, 720))))
    assert last.point == point
    assert (last.space.kind if last.space else None) == kind


def test_what_is_relative_needs_a_screen() -> None:
    (click,) = read_code("pyautogui.click(0.5, 0.25)", Mouse())
    assert (click.point, click.space) == (None, Space(kind=SpaceKind.NORM1))


@pytest.mark.parametrize(
    ("source", "status", "text"),
    [
        ("computer.terminate()", "success", None),
        ("computer.terminate('failure')", "failure", None),
        ("computer.terminate(status='infeasible', data='no such file')", "infeasible",
         "no such file"),
        ("computer.terminate(status='who knows')", "failure", None),
    ],
)  # fmt: skip
def test_an_end_says_how_it_ended(source: str, status: str, text: str | None) -> None:
    end = only(source)
    assert (end.type, end.status, end.text) == (ActionType.TERMINATE, status, text)


def test_variables_that_hold_literals_are_known() -> None:
    assert only("x, y = 3, 4\npyautogui.click(x, y)").point == Point(x=3, y=4)


@pytest.mark.parametrize(
    "source", ["for x in (1, 2): pyautogui.moveTo(x, x)", "pyautogui.click('ok.png')", "go()"]
)
def test_after_what_moved_the_mouse_nobody_knows_where_it_is(source: str) -> None:
    first, click = read(f"{source}\npyautogui.click()")
    assert (first.point, click.point) == (None, None)


def test_sleeping_is_waiting() -> None:
    wait = only("import time\ntime.sleep(1.5)")
    assert (wait.type, wait.seconds) == (ActionType.WAIT, 1.5)


@pytest.mark.parametrize(
    "source",
    [
        "pyautogui.click(width / 2, 5)",
        "pyautogui.click(*place)",
        "pyautogui.fly()",
        "open('/etc/passwd').read()",
        "while True:\n    pass",
    ],
)
def test_what_is_no_plain_call_is_code(source: str) -> None:
    code = only(source)
    assert (code.type, code.text, code.raw) == (ActionType.CODE, source, source)


@pytest.mark.parametrize("source", ["click(", "x" * (MAX_CODE + 1), "-" * 19_000 + "1", "a\0"])
def test_what_cannot_be_parsed_is_code_as_a_whole(source: str) -> None:
    (code,) = read_code(source, Mouse())
    assert (code.type, code.text) == (ActionType.CODE, source)


@given(st.text())
def test_any_text_is_read(source: str) -> None:
    assert isinstance(read_code(source, Mouse()), tuple)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


@given(
    st.sampled_from(
        ["click", "moveTo", "move", "dragTo", "scroll", "write", "press", "hotkey", "keyDown"]
    ),
    st.lists(_VALUES, max_size=5),
)
def test_any_arguments_are_read(name: str, args: list[object]) -> None:
    written = ", ".join(repr(arg) for arg in args)
    actions = read_code(f"pyautogui.{name}({written})", Mouse())
    assert all(isinstance(action, Action) for action in actions)
