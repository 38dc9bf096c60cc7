"""UI-TARS: one function call a line of `Action:`, as canonical actions.

Places are thousandths of the screen, or pixels of the picture as the model's own preprocessing
resized it (`resized`). Nothing in a call says which: see `Grid`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from themis.domain.action import Action, ActionType, Point, Space, SpaceKind
from themis.domain.jsontypes import Json
from themis.formats.actions.arguments import typing, way
from themis.formats.actions.keys import spelt
from themis.formats.actions.uitars_calls import Call, calls_in
from themis.formats.actions.uitars_size import MAX_PIXELS, MIN_PIXELS, smart_resize
from themis.formats.actions.vocabulary import Vocabulary
from themis.formats.bounds import MAX_ACTIONS
from themis.formats.frame import NORM1, NORM1000, Frame

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-\d+)?")
_START = ("start_box", "start_point", "point", "box")
_END = ("end_box", "end_point")
_WAIT = 5.0  # what its prompt says


@dataclass(frozen=True, slots=True)
class Grid:
    """What the coordinates of one run count in; resized with the limits the model was given."""

    kind: SpaceKind
    min_pixels: int = MIN_PIXELS
    max_pixels: int = MAX_PIXELS

    def space(self, frame: Frame) -> Space | None:
        """The space on one screen; None where the screen has no size to derive it from."""
        if self.kind is SpaceKind.NORM1:
            return NORM1
        if self.kind is SpaceKind.NORM1000:
            return NORM1000
        size = frame.picture or frame.device
        fitted = smart_resize(size, self.min_pixels, self.max_pixels) if size else None
        if fitted is None:
            return None
        return Space(kind=self.kind, width=float(fitted.width), height=float(fitted.height))


THOUSANDTHS = Grid(SpaceKind.NORM1000)
RESIZED = Grid(SpaceKind.RESIZED)


def read_calls(calls: Iterable[Call], frame: Frame, grid: Grid) -> tuple[Action, ...]:
    """The actions of a reply; `raw` of each is the call as it was written."""
    actions: list[Action] = []
    for call in calls:
        known = _KINDS.get(call.name)
        action = known(call, frame, grid) if known else Action(type=ActionType.TOOL_CALL)
        actions.append(replace(action, name=call.name, raw=call.raw))
        if len(actions) >= MAX_ACTIONS:
            break
    return tuple(actions)


def largest(calls: Iterable[Call]) -> float:
    """The largest coordinate of some calls: over 1000, it cannot be thousandths."""
    places = (call.first((*_START, *_END)) for call in calls)
    return max((abs(number) for place in places for number in _numbers(place)), default=0.0)


def _numbers(place: str) -> list[float]:
    return [float(found) for found in _NUMBER.findall(place)[:4]]


def _point(call: Call, frame: Frame, grid: Grid, names: tuple[str, ...] = _START) -> Point | None:
    """The place, or the middle of the box."""
    found = _numbers(call.first(names))
    space = grid.space(frame)
    if len(found) not in (2, 4) or space is None:
        return None
    return frame.place((found[0] + found[-2]) / 2, (found[1] + found[-1]) / 2, space)


def _aimed(kind: ActionType, call: Call, frame: Frame, grid: Grid) -> Action:
    point = _point(call, frame, grid)
    return Action(type=kind, point=point, space=grid.space(frame) if point is not None else None)


def _click(call: Call, frame: Frame, grid: Grid) -> Action:
    button, count = _BUTTONS.get(call.name, ("left", 1))
    action = _aimed(ActionType.CLICK, call, frame, grid)
    return replace(action, button=button, count=count)


def _move(call: Call, frame: Frame, grid: Grid) -> Action:
    return _aimed(ActionType.MOVE, call, frame, grid)


def _long_press(call: Call, frame: Frame, grid: Grid) -> Action:
    return _aimed(ActionType.LONG_PRESS, call, frame, grid)


def _select(call: Call, frame: Frame, grid: Grid) -> Action:
    """It drags where it names two places, and else opens a list or takes one of its entries."""
    if call.first(_END):
        return _drag(call, frame, grid)
    return _aimed(ActionType.SELECT_OPTION, call, frame, grid)


def _drag(call: Call, frame: Frame, grid: Grid) -> Action:
    start, end = _point(call, frame, grid), _point(call, frame, grid, _END)
    path = (start, end) if start is not None and end is not None else ()
    space = grid.space(frame) if path else None
    if call.name == "swipe":
        return Action(type=ActionType.SWIPE, path=path, space=space)
    return Action(type=ActionType.DRAG, path=path, button="left", space=space)


def _scroll(call: Call, frame: Frame, grid: Grid) -> Action:
    direction = way(call.first(("direction",)))
    return replace(_aimed(ActionType.SCROLL, call, frame, grid), direction=direction)


def _type(call: Call, _frame: Frame, _grid: Grid) -> Action:
    return typing(call.name, call.first(("content", "text")))


def _keys(call: Call, _frame: Frame, _grid: Grid) -> Action:
    """Keys stand apart by spaces or plus signs; those of a phone are buttons of the system."""
    written = call.first(("key", "hotkey", "keys"))
    keys = tuple(spelt(key) for key in re.split(r"[ +]", written) if key)
    if call.name == "hotkey" and len(keys) == 1 and keys[0] in _BUTTONS_OF_PHONES:
        return Action(type=ActionType.SYSTEM_BUTTON, button=keys[0])
    mode = {"press": "down", "keydown": "down", "release": "up", "keyup": "up"}.get(call.name)
    return Action(type=ActionType.KEY, mode=mode or "press", keys=keys)


def _system(call: Call, _frame: Frame, _grid: Grid) -> Action:
    return Action(type=ActionType.SYSTEM_BUTTON, button=call.name.removeprefix("press_"))


def _open(call: Call, _frame: Frame, _grid: Grid) -> Action:
    return Action(type=ActionType.OPEN_APP, text=call.first(("app_name", "content")) or None)


def _navigate(call: Call, _frame: Frame, _grid: Grid) -> Action:
    if call.name == "navigate_back":
        return Action(type=ActionType.NAVIGATE, mode="back")
    address = call.first(("content", "url")) or None
    return Action(type=ActionType.NAVIGATE, mode="goto", text=address)


def _wait(_call: Call, _frame: Frame, _grid: Grid) -> Action:
    return Action(type=ActionType.WAIT, seconds=_WAIT)


def _finish(call: Call, _frame: Frame, _grid: Grid) -> Action:
    answer = call.first(("content",)) or None
    return Action(type=ActionType.TERMINATE, status="success", text=answer)


def _ask(call: Call, _frame: Frame, _grid: Grid) -> Action:
    return Action(type=ActionType.MESSAGE, mode="ask", text=call.first(("content",)) or None)


_BUTTONS_OF_PHONES = ("back", "menu", "power", "volume_up", "volume_down", "mute", "lock")
_BUTTONS = {
    "left_double": ("left", 2),
    "double_click": ("left", 2),
    "right_single": ("right", 1),
    "right_click": ("right", 1),
    "middle_click": ("middle", 1),
}
_CLICKS = ("click", "left_single", "left_click")
_KINDS: dict[str, Callable[[Call, Frame, Grid], Action]] = {
    **dict.fromkeys((*_CLICKS, *_BUTTONS), _click),
    **dict.fromkeys(("hover", "mouse_move"), _move),
    "long_press": _long_press,
    "select": _select,
    **dict.fromkeys(("drag", "left_click_drag", "swipe"), _drag),
    "scroll": _scroll,
    "type": _type,
    **dict.fromkeys(("hotkey", "press", "keydown", "release", "keyup"), _keys),
    **dict.fromkeys(("press_home", "press_back"), _system),
    "open_app": _open,
    **dict.fromkeys(("navigate", "navigate_back"), _navigate),
    "wait": _wait,
    "finished": _finish,
    "call_user": _ask,
}
WORDS = frozenset(_KINDS)


def _read(payload: Json, frame: Frame) -> tuple[Action, ...]:
    if not isinstance(payload, str):
        return (Action(type=ActionType.TOOL_CALL, raw=payload),)
    calls = calls_in(payload)
    return read_calls(calls, frame, RESIZED if largest(calls) > 1000 else THOUSANDTHS)


VOCABULARY = Vocabulary(name="uitars", title="UI-TARS", words=WORDS, read=_read)
