"""MCP tools that drive a device, as canonical actions. Unknown tools pass through by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from themis.domain.action import Action, ActionType, Direction, Point
from themis.domain.jsontypes import Json
from themis.formats.actions.keys import spelt
from themis.formats.actions.maestro import read_flow
from themis.formats.actions.vocabulary import Vocabulary
from themis.formats.fields import number, record, text
from themis.formats.frame import Frame
from themis.formats.mcp.transcript import ToolCall

# Tools that neither touch the device nor show its screen.
_ASIDE = frozenset(
    (
        "list_devices",
        "discover",
        "list_apps",
        "apps",
        "inspect",
        "logcat",
        "cheat_sheet",
        "query_docs",
        "check_flow_syntax",
        "open_maestro_viewer",
        "get_cloud_run_status",
        "list_cloud_devices",
    )
)
# Tools of the agent's own harness that do nothing to a device.
_HARNESS = frozenset(
    (
        "ToolSearch",
        "TaskCreate",
        "TaskUpdate",
        "TaskList",
        "TaskGet",
        "TodoWrite",
        "TodoRead",
        "Read",
        "Glob",
        "Grep",
        "LS",
        "WebFetch",
        "WebSearch",
        "Skill",
    )
)
_BUTTONS = frozenset(
    ("home", "back", "recents", "app_switch", "menu", "power", "volume_up", "volume_down")
)
_PASSIVE = (ActionType.OBSERVE, ActionType.WAIT)
_PREFIXES = ("nerve_", "mobile_", "appium_")  # that servers put before every tool of theirs
_FLOWS = ("run", "run_flow")

_NAMING = ("text", "id", "element", "elementUUID")
_Given = dict[str, Json]


def is_harness(call: ToolCall) -> bool:
    """Whether the call is book-keeping of the agent's harness and no device action."""
    return not call.is_mcp and call.name in _HARNESS


def is_aside(call: ToolCall) -> bool:
    """Whether the call leaves the screen as it is and shows nothing of it."""
    return _verb(call) in _ASIDE


def acts(actions: tuple[Action, ...]) -> bool:
    """Whether the screen may be another one afterwards."""
    return any(action.type not in _PASSIVE for action in actions)


def actions_of(call: ToolCall, frame: Frame) -> tuple[Action, ...]:
    """What one call does; the first action keeps the tool's whole input."""
    found = _flow(call, frame) or (_single(call, frame),)
    raw: Json = {"name": call.name, "input": call.given}
    return (replace(found[0], raw=raw), *found[1:])


def _verb(call: ToolCall) -> str:
    tool = call.tool
    for prefix in _PREFIXES:
        tool = tool.removeprefix(prefix)
    return tool.lower()


def _flow(call: ToolCall, frame: Frame) -> tuple[Action, ...] | None:
    source = text(call.given.get("yaml")) or text(call.given.get("flow_yaml"))
    is_flow = _verb(call) in _FLOWS and source
    return read_flow(source, frame) if is_flow else None


def _single(call: ToolCall, frame: Frame) -> Action:
    known = None if is_aside(call) else _TOOLS.get(_verb(call))
    if known is None:
        return Action(type=ActionType.TOOL_CALL, name=call.tool)
    kind, fill = known
    action = fill(kind, call.given, frame)
    mode = _MODES.get(_verb(call)) if action.mode is None else action.mode
    return replace(action, name=call.tool, mode=mode)


def _point(given: _Given, frame: Frame, x: str = "x", y: str = "y") -> Point | None:
    across, along = number(given.get(x)), number(given.get(y))
    return frame.at(across, along) if across is not None and along is not None else None


def _aim(kind: ActionType, given: _Given, frame: Frame) -> Action:
    named = (f"{key}={text(given.get(key))}" for key in _NAMING if given.get(key))
    return Action(type=kind, point=_point(given, frame), element=" ".join(named) or None)


def _word(kind: ActionType, given: _Given, _frame: Frame) -> Action:
    keys = ("text", "package", "appId", "app_id", "packageName", "bundle_id", "url", "command")
    said = (text(given.get(key)) for key in keys)
    submit = given.get("submit") is True
    return Action(type=kind, text=next((word for word in said if word), None), submit=submit)


def _swipe(kind: ActionType, given: _Given, frame: Frame) -> Action:
    ends = (
        _point(given, frame, "start_x", "start_y"),
        _point(given, frame, "end_x", "end_y"),
    )
    path = tuple(end for end in ends if end is not None)
    word = text(given.get("direction")).lower()
    duration = number(given.get("duration_ms"))
    return Action(
        type=kind,
        path=path if len(path) == len(ends) else (),
        direction=Direction(word) if word in list(Direction) else None,
        seconds=duration / 1000 if duration is not None and duration >= 0 else None,
    )


def _key(kind: ActionType, given: _Given, _frame: Frame) -> Action:
    key = (text(given.get("key")) or text(given.get("button"))).lower().removeprefix("keycode_")
    if key in _BUTTONS:
        return Action(type=ActionType.SYSTEM_BUTTON, button=key)
    return Action(type=kind, mode="press", keys=(spelt(key),) if key else ())


def _double(kind: ActionType, given: _Given, frame: Frame) -> Action:
    return replace(_aim(kind, given, frame), count=2)


def _pinch(kind: ActionType, given: _Given, frame: Frame) -> Action:
    scale = number(given.get("scale"))
    scale = scale if scale is not None and scale > 0 else None
    return replace(_aim(kind, given, frame), scale=scale)


def _back(kind: ActionType, _given: _Given, _frame: Frame) -> Action:
    return Action(type=kind, button="back")


def _look(kind: ActionType, _given: _Given, _frame: Frame) -> Action:
    return Action(type=kind)


_Fill = Callable[[ActionType, _Given, Frame], Action]
_TOOLS: dict[str, tuple[ActionType, _Fill]] = {
    **dict.fromkeys(
        ("tap", "click", "tap_on", "click_on_screen", "click_on_screen_at_coordinates"),
        (ActionType.CLICK, _aim),
    ),
    **dict.fromkeys(("double_tap", "double_tap_on_screen"), (ActionType.CLICK, _double)),
    **dict.fromkeys(
        ("long_press", "longpress", "long_press_on_screen_at_coordinates"),
        (ActionType.LONG_PRESS, _aim),
    ),
    "pinch": (ActionType.PINCH, _pinch),
    **dict.fromkeys(("type", "input_text", "type_keys"), (ActionType.TYPE, _word)),
    **dict.fromkeys(("launch", "launch_app"), (ActionType.OPEN_APP, _word)),
    **dict.fromkeys(("kill", "stop_app", "terminate_app"), (ActionType.CLOSE_APP, _word)),
    **dict.fromkeys(("open_url", "open_link"), (ActionType.NAVIGATE, _word)),
    "bash": (ActionType.CODE, _word),
    **dict.fromkeys(("swipe", "swipe_on_screen"), (ActionType.SWIPE, _swipe)),
    **dict.fromkeys(("key", "press_key", "press_button"), (ActionType.KEY, _key)),
    "back": (ActionType.SYSTEM_BUTTON, _back),
    **dict.fromkeys(
        (
            *("screenshot", "take_screenshot", "state", "elements", "inspect_screen"),
            *("inspect_view_hierarchy", "list_elements_on_screen"),
        ),
        (ActionType.OBSERVE, _look),
    ),
}
_MODES = {
    **dict.fromkeys(("open_url", "open_link"), "goto"),
    "bash": "shell",
    **dict.fromkeys(("screenshot", "take_screenshot"), "screenshot"),
    **dict.fromkeys(("elements", "inspect_screen", "inspect_view_hierarchy"), "tree"),
    "list_elements_on_screen": "tree",
}


def _read(payload: Json, frame: Frame) -> tuple[Action, ...]:
    given = record(payload)
    call = ToolCall(name=text(given.get("name")), given=record(given.get("input")))
    found = actions_of(call, frame)
    return (replace(found[0], raw=payload), *found[1:])


VOCABULARY = Vocabulary(
    name="mcp",
    title="MCP device tools",
    words=frozenset((*_TOOLS, *_FLOWS, *_ASIDE)),
    read=_read,
)
