"""What the tables of the computer-use vocabularies cannot show: state, sizes, odd spellings."""

from __future__ import annotations

import pytest

from themis.domain.action import ActionType, Direction, Point, Space, SpaceKind
from themis.domain.jsontypes import Json
from themis.formats.actions import claude, gemini, openai, uitars
from themis.formats.actions.claude_pointing import Cursor
from themis.formats.actions.uitars_calls import calls_in, split_reply
from themis.formats.actions.uitars_size import smart_resize
from themis.formats.frame import Frame
from themis.formats.pictures import Size

LARGE = Frame(device=Size(1024, 640), picture=Size(2048, 1280))
SMALL = Frame(device=Size(1024, 640), picture=Size(512, 320))
SAME = Frame(device=Size(1024, 640), picture=Size(1024, 640))
PLAIN = Frame(picture=Size(1024, 640))
BLIND = Frame()


def claude_clicks(frame: Frame) -> tuple[Point | None, Space | None]:
    given: Json = {"action": "left_click", "coordinate": [512, 320]}
    (action,) = claude.VOCABULARY.read(given, frame)
    return action.point, action.space


def openai_clicks(frame: Frame) -> tuple[Point | None, Space | None]:
    (action,) = openai.VOCABULARY.read({"type": "click", "x": 512, "y": 320}, frame)
    return action.point, action.space


@pytest.mark.parametrize("clicks", [claude_clicks, openai_clicks])
@pytest.mark.parametrize(
    ("frame", "point", "space"),
    [
        (LARGE, Point(x=1024, y=640), Space(kind=SpaceKind.RESIZED, width=1024, height=640)),
        (SMALL, Point(x=256, y=160), Space(kind=SpaceKind.PX, width=1024, height=640)),
        (SAME, Point(x=512, y=320), None),
        (PLAIN, Point(x=512, y=320), None),
        (BLIND, Point(x=512, y=320), None),
    ],
)
def test_a_declared_display_of_another_size_is_the_space_of_its_places(
    clicks: object, frame: Frame, point: Point, space: Space | None
) -> None:
    assert callable(clicks)
    assert clicks(frame) == (point, space)


def test_a_place_off_the_declared_display_is_left_to_the_raw_payload() -> None:
    given: Json = {"action": "left_click", "coordinate": [1100, 320]}
    (action,) = claude.VOCABULARY.read(given, LARGE)
    assert (action.point, action.space) == (None, None)


def test_claude_clicks_where_it_left_the_mouse() -> None:
    cursor = Cursor()
    claude.read_call({"action": "mouse_move", "coordinate": [5, 6]}, PLAIN, cursor)
    (action,) = claude.read_call({"action": "left_click"}, PLAIN, cursor)
    assert action.point == Point(x=5, y=6)


def test_claude_drags_from_where_it_left_the_mouse() -> None:
    cursor = Cursor(5, 6)
    (action,) = claude.read_call(
        {"action": "left_click_drag", "coordinate": [50, 60]}, PLAIN, cursor
    )
    assert action.path == (Point(x=5, y=6), Point(x=50, y=60))


def test_after_a_click_on_an_element_nobody_knows_where_the_mouse_is() -> None:
    cursor = Cursor(5, 6)
    target: Json = {"type": "ref", "ref": "r1"}
    block: dict[str, Json] = {"name": "left_click", "input": {"target": target}}
    claude.read_call({**block, "toolset_name": "browser"}, PLAIN, cursor)
    (action,) = claude.read_call({"action": "left_click"}, PLAIN, cursor)
    assert action.point is None


def test_a_tool_of_somebodys_own_is_not_taken_for_one_of_the_browser_toolset() -> None:
    calls: list[Json] = [
        {"name": "find", "input": {"query": "x"}},
        {"name": "calendar", "input": {"action": "find"}},
    ]
    for call in calls:
        (action,) = claude.VOCABULARY.read(call, PLAIN)
        assert (action.type, action.name) == (ActionType.TOOL_CALL, "find")


def test_the_computer_tool_of_a_browser_knows_a_few_words_more() -> None:
    call: Json = {"name": "computer", "input": {"action": "scroll_to", "ref": "ref_3"}}
    (action,) = claude.VOCABULARY.read(call, PLAIN)
    assert (action.type, action.element) == (ActionType.SCROLL, "ref=ref_3")


def test_a_restart_of_the_shell_is_no_code() -> None:
    (action,) = claude.VOCABULARY.read({"name": "bash", "input": {"restart": True}}, PLAIN)
    assert action.type is ActionType.TOOL_CALL


def test_a_path_with_a_stop_off_the_screen_is_no_path() -> None:
    given: Json = {"type": "drag", "path": [{"x": 1, "y": 1}, {"x": 9999, "y": 1}]}
    (action,) = openai.VOCABULARY.read(given, PLAIN)
    assert action.path == ()


def test_a_scroll_goes_where_most_of_it_goes() -> None:
    given: Json = {"type": "scroll", "x": 1, "y": 1, "scroll_x": 300, "scroll_y": -20}
    (action,) = openai.VOCABULARY.read(given, PLAIN)
    assert action.direction is Direction.RIGHT


def test_thousandths_without_a_screen_are_no_place() -> None:
    (action,) = gemini.VOCABULARY.read({"name": "click_at", "args": {"x": 5, "y": 5}}, BLIND)
    assert (action.point, action.space) == (None, None)


@pytest.mark.parametrize(
    ("size", "resized"),
    [
        (Size(1920, 1080), Size(1932, 1092)),
        (Size(1280, 800), Size(1288, 812)),
        (Size(5120, 2880), Size(4760, 2688)),  # more than the most
        (Size(200, 100), Size(420, 224)),  # less than the least
        (Size(10, 5000), None),
    ],
)
def test_a_picture_is_resized_as_the_model_does_it(size: Size, resized: Size | None) -> None:
    assert smart_resize(size) == resized


@pytest.mark.parametrize(
    ("source", "given"),
    [
        ("type(content='It's \"here\"')", {"content": 'It\'s "here"'}),
        ("type(content='two\\nlines')", {"content": "two\nlines"}),
        ("type(content='f(x) = (1)')", {"content": "f(x) = (1)"}),
        ("type(content='cut", {"content": "cut"}),
        ("scroll(direction=down)", {"direction": "down"}),
        ("click(start_box=(1,2))", {"start_box": "1,2"}),
        ("wait()", {}),
    ],
)
def test_quotes_inside_quotes_are_read(source: str, given: dict[str, str]) -> None:
    (call,) = calls_in(source)
    if "start_box" in given:
        assert call.given["start_box"].strip("()") == given["start_box"]
    else:
        assert call.given == given


def test_each_call_of_a_reply_is_an_action_with_its_own_source() -> None:
    reply = "Thought: go on\nAction: click(start_box='(1,2)')\n\ntype(content='a\nb')\nwait()"
    assert [call.raw for call in calls_in(reply)] == [
        "click(start_box='(1,2)')",
        "type(content='a\nb')",
        "wait()",
    ]


def test_a_reply_without_a_call_is_kept_as_it_is() -> None:
    (action,) = uitars.VOCABULARY.read("Action: I would rather not", PLAIN)
    assert (action.type, action.raw) == (ActionType.TOOL_CALL, "I would rather not")


def test_the_thought_stands_before_the_last_action() -> None:
    reply = "Thought: first Action: then\nAction: wait()"
    assert split_reply(reply) == ("first Action: then", "wait()")


@pytest.mark.timeout(5)
def test_a_reply_made_to_be_slow_is_not() -> None:
    for made in ("click(" + "a=" * 9_000, "\n" * 19_000 + ")", "(" * 19_000, "x(" * 9_000):
        uitars.VOCABULARY.read(made, PLAIN)
