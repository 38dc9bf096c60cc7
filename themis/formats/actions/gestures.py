"""pyautogui's calls that use the mouse, as canonical actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from themis.domain.action import Action, ActionType, Delta, Direction, Unit
from themis.formats.actions.mouse import Mouse
from themis.formats.actions.pycalls import Call, Value
from themis.formats.bounds import MAX_ACTIONS
from themis.formats.fields import number

# name: mouse button and number of clicks, where the name itself says so
_BUTTONS: Mapping[str, tuple[str | None, int | None]] = MappingProxyType(
    {
        "leftClick": ("left", 1),
        "rightClick": ("right", 1),
        "middleClick": ("middle", 1),
        "doubleClick": (None, 2),
        "tripleClick": (None, 3),
        "triple_click": (None, 3),
    }
)


def _click(call: Call, mouse: Mouse) -> list[Action] | None:
    button, times = _BUTTONS.get(call.name, (None, None))
    _go(call, mouse)
    count = times or call.number(2, "clicks") or 1
    given = call.text(4, "button") if call.name == "click" else call.text(3, "button")
    action = Action(
        type=ActionType.CLICK,
        element=call.text(0, "x"),  # the file of a picture to look for
        button=button or given or "left",
        count=int(min(max(count, 1), MAX_ACTIONS)),
    )
    return [mouse.here(action)]


def _go(call: Call, mouse: Mouse) -> None:
    """The mouse goes to the place a call names; it stays where none is named."""
    first = call.value(0, "x")
    pair = first if isinstance(first, tuple) else (first, call.value(1, "y"))
    if isinstance(first, str):
        mouse.spot = None  # a picture was looked for, and nobody recorded where it was found
    elif len(pair) == 2 and pair != (None, None):
        mouse.go(*(_coordinate(value) for value in pair))


def _coordinate(value: Value) -> float | None:
    if isinstance(value, str | tuple) or number(value) is None:
        return None
    return value


def _move(call: Call, mouse: Mouse) -> list[Action] | None:
    _go(call, mouse)
    return [mouse.here(Action(type=ActionType.MOVE))]


def _move_by(call: Call, mouse: Mouse) -> list[Action] | None:
    _shift(call, mouse)
    return [mouse.here(Action(type=ActionType.MOVE))]


def _shift(call: Call, mouse: Mouse) -> None:
    mouse.shift(call.number(0, "xOffset") or 0, call.number(1, "yOffset") or 0)


def _drag(call: Call, mouse: Mouse) -> list[Action] | None:
    start = mouse.place()
    (_go if call.name == "dragTo" else _shift)(call, mouse)
    end = mouse.place()
    path = (start, end) if start is not None and end is not None else ()
    action = Action(
        type=ActionType.DRAG,
        path=path,
        point=None if path else end,  # where it began was not recorded
        button=call.text(4, "button") or "left",
        seconds=call.number(2, "duration"),
        modifiers=mouse.held,
        space=mouse.written(),
    )
    return [action]


def _press_button(call: Call, mouse: Mouse) -> list[Action] | None:
    _go(call, mouse)
    kind = ActionType.MOUSE_DOWN if call.name == "mouseDown" else ActionType.MOUSE_UP
    return [mouse.here(Action(type=kind, button=call.text(2, "button") or "left"))]


def _scroll(call: Call, mouse: Mouse) -> list[Action] | None:
    amount = call.number(0, "clicks")
    if amount is None:
        return None
    _go(call.without_first(), mouse)
    return [mouse.here(scrolled(amount if call.name == "hscroll" else 0, amount))]


def scrolled(across: float, along: float) -> Action:
    """A scroll in notches as pyautogui counts: right and up are positive. One way wins."""
    if across:
        direction, delta = (Direction.RIGHT if across > 0 else Direction.LEFT), (across, 0.0)
    elif along:
        direction, delta = (Direction.UP if along > 0 else Direction.DOWN), (0.0, -along)
    else:
        return Action(type=ActionType.SCROLL)
    return Action(
        type=ActionType.SCROLL,
        direction=direction,
        delta=Delta(dx=delta[0], dy=delta[1], unit=Unit.NOTCH),
    )


GESTURES: Mapping[str, Callable[[Call, Mouse], list[Action] | None]] = MappingProxyType(
    {
        "click": _click,
        **dict.fromkeys(_BUTTONS, _click),
        "moveTo": _move,
        **dict.fromkeys(("move", "moveRel"), _move_by),
        **dict.fromkeys(("dragTo", "drag", "dragRel"), _drag),
        **dict.fromkeys(("mouseDown", "mouseUp"), _press_button),
        **dict.fromkeys(("scroll", "vscroll", "hscroll"), _scroll),
    }
)
