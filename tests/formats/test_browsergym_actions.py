"""BrowserGym's calls, read and never run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themis.domain.action import Action, ActionType, Box, Point
from themis.formats.actions.browsergym import read_actions, read_payload
from themis.formats.actions.browsergym_page import Page
from themis.formats.bounds import MAX_ACTIONS, MAX_CODE
from themis.formats.frame import Frame
from themis.formats.pictures import Size

BOX = Box(x=10, y=20, width=30, height=40)
OTHER = Box(x=100, y=100, width=10, height=10)
PAGE = Page(
    frame=Frame(device=Size(640, 480), picture=Size(640, 480)), boxes={"12": BOX, "3": OTHER}
)


def read(source: str) -> list[Action]:
    return list(read_actions(source, PAGE))


def only(source: str) -> Action:
    (action,) = read(source)
    return action


def test_an_element_has_the_box_the_observation_gives_it() -> None:
    assert only("click('12')").box == BOX
    assert only("click(12)").box == BOX
    assert only("click(bid='12')").box == BOX
    assert only("click('13')").box is None


def test_a_drag_goes_from_the_middle_of_one_element_to_that_of_the_other() -> None:
    assert only("drag_and_drop('12', '3')").path == (Point(x=25, y=40), Point(x=105, y=105))


def test_a_drag_to_an_element_without_a_box_has_no_path() -> None:
    drag = only("drag_and_drop('12', '9')")
    assert drag.path == ()
    assert drag.element == "bid=12 -> bid=9"


def test_a_place_off_the_screen_is_left_to_raw() -> None:
    click = only("mouse_click(700, 100)")
    assert click.type is ActionType.CLICK
    assert click.point is None
    assert click.raw == "mouse_click(700, 100)"


def test_several_calls_are_several_actions_and_the_first_keeps_the_turn() -> None:
    source = "I see it. click('12') fill('3', 'x')\nnoop()"
    actions = read(source)
    assert [action.name for action in actions] == ["click", "fill", "noop"]
    assert [action.raw for action in actions] == [source, "fill('3', 'x')", "noop()"]


def test_quoted_text_may_hold_brackets_quotes_and_line_breaks() -> None:
    assert only("fill('3', \"a\nb 'c' (d\")").text == "a\nb 'c' (d"
    assert only("fill('3', 'it\\'s (it)')").text == "it's (it)"
    assert only('fill("3", """a "b" )""")').text == 'a "b" )'


def test_a_call_in_a_comment_did_not_happen() -> None:
    assert [action.name for action in read("# click('12')\nnoop()")] == ["noop"]
    assert only("noop()  # then click('12')").name == "noop"


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("levitate(3)", "levitate"),
        ("click(find('12'))", "click"),
        ("click()", "click"),
        ("page.evaluate('1')", "page.evaluate"),
        ("mouse_click('a', 'b')", "mouse_click"),
        ("click(*[])", "click"),
    ],
)
def test_what_cannot_be_understood_passes_through_under_its_name(source: str, name: str) -> None:
    action = only(source)
    assert (action.type, action.name, action.text) == (ActionType.TOOL_CALL, name, source)


@pytest.mark.parametrize("source", ["I give up.", "click('12'", "click('12)", "(((", "f" * 30_000])
def test_text_without_a_whole_call_is_kept_as_it_is(source: str) -> None:
    action = only(source)
    assert (action.type, action.raw) == (ActionType.TOOL_CALL, source)


def test_a_tool_call_as_an_object_is_read_like_a_call() -> None:
    (click,) = read_payload({"name": "click", "arguments": {"bid": "12"}}, PAGE)
    assert (click.type, click.box) == (ActionType.CLICK, BOX)
    (odd,) = read_payload({"name": "click", "arguments": {"bid": ["12"]}}, PAGE)
    assert (odd.type, odd.name) == (ActionType.TOOL_CALL, "click")


def test_a_turn_holds_so_many_actions_and_no_more() -> None:
    assert len(read("noop() " * (MAX_CODE // 8))) == MAX_ACTIONS


@given(st.text(alphabet="click('\"\\)#\n1,[]{}= a", max_size=80))
def test_any_text_is_some_actions_and_the_first_keeps_it(source: str) -> None:
    actions = read(source)
    assert actions or not source
    assert not actions or actions[0].raw == source
