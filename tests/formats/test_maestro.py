"""Maestro flows as actions."""

from __future__ import annotations

import pytest

from themis.domain.action import Action, ActionType, Direction, Point
from themis.formats.actions.maestro import load_documents, read_flow
from themis.formats.bounds import MAX_CODE
from themis.formats.frame import Frame
from themis.formats.pictures import Size

FRAME = Frame(device=Size(200, 400), picture=Size(100, 200))


def only(command: str) -> Action:
    found = read_flow(f"appId: a.b\n---\n- {command}\n", FRAME)
    assert found is not None
    (action,) = found
    return action


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("launchApp", Action(type=ActionType.OPEN_APP, text="a.b")),
        ("launchApp: c.d", Action(type=ActionType.OPEN_APP, text="c.d")),
        ("launchApp: {appId: e.f}", Action(type=ActionType.OPEN_APP, text="e.f")),
        ("stopApp", Action(type=ActionType.CLOSE_APP, text="a.b")),
        ("tapOn: OK", Action(type=ActionType.CLICK, element="text=OK")),
        ("tapOn: {text: A, repeat: 6}", Action(type=ActionType.CLICK, element="text=A", count=6)),
        ("tapOn: {point: '50%,25%'}", Action(type=ActionType.CLICK, point=Point(x=50, y=50))),
        ("tapOn: {point: '50,20'}", Action(type=ActionType.CLICK, point=Point(x=25, y=10))),
        ("doubleTapOn: A", Action(type=ActionType.CLICK, element="text=A", count=2)),
        ("longPressOn: {id: x}", Action(type=ActionType.LONG_PRESS, element="id=x")),
        ("inputText: yes", Action(type=ActionType.TYPE, text="yes")),
        ("inputText: 0123", Action(type=ActionType.TYPE, text="0123")),
        ("back", Action(type=ActionType.SYSTEM_BUTTON, button="back")),
        ("pressKey: Home", Action(type=ActionType.SYSTEM_BUTTON, button="home")),
        ("pressKey: Enter", Action(type=ActionType.KEY, keys=("enter",))),
        ("scroll", Action(type=ActionType.SCROLL, direction=Direction.DOWN)),
        (
            "scrollUntilVisible: {element: {text: Item 7}, direction: UP}",
            Action(type=ActionType.SCROLL, direction=Direction.UP, element="text=Item 7"),
        ),
        (
            "swipe: {direction: LEFT, duration: 300}",
            Action(type=ActionType.SWIPE, direction=Direction.LEFT, seconds=0.3),
        ),
        ("openLink: a://b", Action(type=ActionType.NAVIGATE, text="a://b")),
        ("assertVisible: OK", Action(type=ActionType.OBSERVE, text="text=OK")),
        (
            "extendedWaitUntil: {visible: A, timeout: 4000}",
            Action(type=ActionType.WAIT, text="text=A", seconds=4.0),
        ),
        ("wait: 3000", Action(type=ActionType.WAIT, seconds=3.0)),
        ("evalScript: x = 1", Action(type=ActionType.CODE, text="x = 1")),
        ("setOrientation: LEFT", Action(type=ActionType.TOOL_CALL, text="LEFT")),
    ],
)
def test_commands(command: str, expected: Action) -> None:
    found = only(command)
    plain = Action(
        type=found.type,
        point=found.point,
        path=found.path,
        element=found.element,
        text=found.text,
        keys=found.keys,
        direction=found.direction,
        button=found.button,
        count=found.count,
        seconds=found.seconds,
    )
    assert plain == expected
    assert found.name == command.partition(":")[0]


def test_several_commands_are_several_actions_in_order() -> None:
    found = read_flow("- tapOn: A\n- back\n- tapOn: {point: '1,2'}", FRAME) or ()
    assert [action.name for action in found] == ["tapOn", "back", "tapOn"]
    assert found[2].raw == {"tapOn": {"point": "1,2"}}


def test_a_repeated_command_stands_once_with_its_count() -> None:
    found = read_flow("- repeat:\n    times: 900\n    commands:\n      - tapOn: Ping\n", FRAME)
    assert found is not None
    assert [(action.name, action.count) for action in found] == [("tapOn", 900)]


def test_places_in_percent_need_a_size() -> None:
    (action,) = read_flow("- tapOn: {point: '50%,50%'}", Frame()) or ()
    assert action.point is None


@pytest.mark.parametrize(
    "source",
    [
        "",
        "- [",
        "just words",
        "a: &x [1]\n---\n- tapOn: *x",
        "- &a [x]\n- [*a, *a]",
        "[" * 5000,
        "? [a]\n: b\n---\n- {[1]: 2}",
        "- tapOn: A\n" * MAX_CODE,
        "\x00",
    ],
)
def test_what_is_no_flow_is_refused_without_harm(source: str) -> None:
    assert read_flow(source, FRAME) is None


def test_a_flow_builds_no_objects() -> None:
    assert load_documents("a: !!python/object/apply:os.getcwd []\nb: 2020-01-01") == [
        {"a": [], "b": "2020-01-01"}
    ]
