"""pyautogui source code, read and never run, as canonical actions.

What is no plain call with literal arguments is kept as CODE with its text.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace

from themis.domain.action import Action, ActionType, Direction, Point
from themis.domain.jsontypes import Json
from themis.formats.actions.pycalls import Call, Names, Segments, Value, call_in, learn
from themis.formats.actions.vocabulary import Vocabulary
from themis.formats.bounds import MAX_ACTIONS, MAX_CODE
from themis.formats.fields import number
from themis.formats.frame import Frame

MODIFIERS = ("ctrl", "shift", "alt", "option", "command", "win")  # also ctrlleft, altright, ...


@dataclass(slots=True)
class Mouse:
    """What earlier calls left behind: a later click() without a place happens there."""

    point: Point | None = None
    held: tuple[str, ...] = ()  # modifiers that are down


def read_code(source: str, mouse: Mouse) -> tuple[Action, ...]:
    """The actions of one piece of source, in order; moves `mouse` along.

    `raw` of each is the statement it came from.
    """
    tree = _parsed(source)
    if tree is None:
        return (_code(source),)
    names: Names = {}
    actions: list[Action] = []
    segments = Segments(source)
    for statement in tree.body:
        actions += _statement(statement, segments, names, mouse)
        if len(actions) >= MAX_ACTIONS:
            break
    return tuple(actions[:MAX_ACTIONS]) if actions or not source.strip() else (_code(source),)


def _parsed(source: str) -> ast.Module | None:
    if len(source) > MAX_CODE:
        return None
    try:
        with warnings.catch_warnings():  # "\d" in an agent's string is not our warning
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _statement(
    statement: ast.stmt, segments: Segments, names: Names, mouse: Mouse
) -> tuple[Action, ...] | list[Action]:
    if isinstance(statement, ast.Import | ast.ImportFrom | ast.Pass) or learn(statement, names):
        return ()
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return ()  # a docstring, or a lone "..."
    text = segments.of(statement)
    call = call_in(statement, names)
    actions = _call(call, mouse) if call is not None else None
    if actions is None:
        return (_code(text),)
    return [replace(action, name=call.name if call else "", raw=text) for action in actions]


def _code(text: str) -> Action:
    return Action(type=ActionType.CODE, name="python", text=text, raw=text)


def _call(call: Call, mouse: Mouse) -> list[Action] | None:
    known = _CALLS.get(call.name)
    return known(call, mouse) if known else None


def _click(call: Call, mouse: Mouse) -> list[Action] | None:
    button, times = _BUTTONS.get(call.name, (None, None))
    place = _place(call, mouse)
    count = times or call.number(2, "clicks") or 1
    given = call.text(4, "button") if call.name == "click" else call.text(3, "button")
    action = Action(
        type=ActionType.CLICK,
        point=place,
        element=call.text(0, "x"),  # the file of a picture to look for
        button=button or given or "left",
        count=int(min(max(count, 1), MAX_ACTIONS)),
        modifiers=mouse.held,
    )
    return [action]


def _place(call: Call, mouse: Mouse) -> Point | None:
    """The place a call names, else where the mouse is; the mouse is there afterwards."""
    first = call.value(0, "x")
    pair = first if isinstance(first, tuple) else (first, call.value(1, "y"))
    if len(pair) != 2 or pair == (None, None):
        return mouse.point
    x, y = (_coordinate(value) for value in pair)
    here = mouse.point
    x = here.x if x is None and here else x
    y = here.y if y is None and here else y
    mouse.point = None if x is None or y is None else Point(x=x, y=y)
    return mouse.point


def _coordinate(value: Value) -> float | None:
    return None if isinstance(value, str | tuple) else number(value)


def _move(call: Call, mouse: Mouse) -> list[Action] | None:
    return [Action(type=ActionType.MOVE, point=_place(call, mouse), modifiers=mouse.held)]


def _move_by(call: Call, mouse: Mouse) -> list[Action] | None:
    return [Action(type=ActionType.MOVE, point=_shifted(call, mouse), modifiers=mouse.held)]


def _shifted(call: Call, mouse: Mouse) -> Point | None:
    x, y = call.number(0, "xOffset"), call.number(1, "yOffset")
    if mouse.point is not None:
        mouse.point = Point(x=mouse.point.x + (x or 0), y=mouse.point.y + (y or 0))
    return mouse.point


def _drag(call: Call, mouse: Mouse) -> list[Action] | None:
    start = mouse.point
    end = _place(call, mouse) if call.name == "dragTo" else _shifted(call, mouse)
    path = (start, end) if start is not None and end is not None else ()
    action = Action(
        type=ActionType.DRAG,
        path=path,
        point=None if path else end,  # where it began was not recorded
        button=call.text(99, "button") or "left",
        seconds=call.number(2, "duration"),
        modifiers=mouse.held,
    )
    return [action]


def _press_button(call: Call, mouse: Mouse) -> list[Action] | None:
    kind = ActionType.MOUSE_DOWN if call.name == "mouseDown" else ActionType.MOUSE_UP
    button = call.text(2, "button") or "left"
    return [Action(type=kind, point=_place(call, mouse), button=button, modifiers=mouse.held)]


def _scroll(call: Call, mouse: Mouse) -> list[Action] | None:
    amount = call.number(0, "clicks")
    if amount is None:
        return None
    sideways = call.name == "hscroll"
    back, forth = (Direction.LEFT, Direction.RIGHT) if sideways else (Direction.DOWN, Direction.UP)
    place = _place(call.without_first(), mouse)
    direction = forth if amount > 0 else back
    return [Action(type=ActionType.SCROLL, direction=direction, point=place)]


def _write(call: Call, _mouse: Mouse) -> list[Action] | None:
    message = call.value(0, "message")
    if isinstance(message, tuple):
        return [_key((key,)) for key in message if isinstance(key, str)]
    if not isinstance(message, str):
        return None
    submit = message.endswith("\n")
    return [Action(type=ActionType.TYPE, text=message[:-1] if submit else message, submit=submit)]


def _press(call: Call, _mouse: Mouse) -> list[Action] | None:
    keys = call.texts(0, "keys")
    presses = call.number(1, "presses") or 1
    count = int(min(max(presses, 1), MAX_ACTIONS))
    return [replace(_key((key,)), count=count) for key in keys] or None


def _hotkey(call: Call, _mouse: Mouse) -> list[Action] | None:
    keys = tuple(key for position in range(len(call.args)) for key in call.texts(position, ""))
    return [_key(keys)] if keys else None


def _hold(call: Call, mouse: Mouse) -> list[Action] | None:
    key = call.text(0, "key")
    if key is None:
        return None
    others = tuple(held for held in mouse.held if held != key)
    is_modifier = key.lower().removesuffix("left").removesuffix("right") in MODIFIERS
    mouse.held = (*others, key) if call.name == "keyDown" and is_modifier else others
    return [_key((key,))]


def _key(keys: tuple[str, ...]) -> Action:
    return Action(type=ActionType.KEY, keys=keys)


def _sleep(call: Call, _mouse: Mouse) -> list[Action] | None:
    return [Action(type=ActionType.WAIT, seconds=call.number(0, "seconds"))]


def _look(_call: Call, _mouse: Mouse) -> list[Action] | None:
    return [Action(type=ActionType.OBSERVE)]


def _copy(call: Call, _mouse: Mouse) -> list[Action] | None:
    text = call.text(0, "text")
    return None if text is None else [Action(type=ActionType.CLIPBOARD, text=text)]


# name: mouse button and number of clicks, where the name itself says so
_BUTTONS: dict[str, tuple[str | None, int | None]] = {
    "leftClick": ("left", 1),
    "rightClick": ("right", 1),
    "middleClick": ("middle", 1),
    "doubleClick": (None, 2),
    "tripleClick": (None, 3),
}
_CALLS: dict[str, Callable[[Call, Mouse], list[Action] | None]] = {
    "click": _click,
    **dict.fromkeys(_BUTTONS, _click),
    **dict.fromkeys(("moveTo",), _move),
    **dict.fromkeys(("move", "moveRel"), _move_by),
    **dict.fromkeys(("dragTo", "drag", "dragRel"), _drag),
    **dict.fromkeys(("mouseDown", "mouseUp"), _press_button),
    **dict.fromkeys(("scroll", "vscroll", "hscroll"), _scroll),
    **dict.fromkeys(("write", "typewrite"), _write),
    "press": _press,
    "hotkey": _hotkey,
    **dict.fromkeys(("keyDown", "keyUp"), _hold),
    "sleep": _sleep,
    **dict.fromkeys(("screenshot", "position", "size"), _look),
    "copy": _copy,
}


def _read(payload: Json, _frame: Frame) -> tuple[Action, ...]:
    return read_code(payload if isinstance(payload, str) else "", Mouse())


VOCABULARY = Vocabulary(
    name="pyautogui", title="pyautogui source", words=frozenset(_CALLS), read=_read
)
