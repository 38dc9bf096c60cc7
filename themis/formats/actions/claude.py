"""The computer and browser tools of Claude, in every version, as canonical actions.

Up to computer_20251124 there is one tool whose input names the action; of the toolsets each tool
is an action. Places are pixels of the declared display, or of the screenshot where none is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from themis.domain.action import (
    Action,
    ActionType,
    Box,
    Delta,
    Direction,
    Point,
    Unit,
)
from themis.domain.jsontypes import Json
from themis.formats.actions.arguments import declared, duration, pixel, typing, way
from themis.formats.actions.keys import chord
from themis.formats.actions.vocabulary import Vocabulary
from themis.formats.bounds import MAX_ACTIONS
from themis.formats.fields import items, number, record, text, whole
from themis.formats.frame import Frame

BASH = "bash"
_KEY = "key"
EDITORS = ("str_replace_editor", "str_replace_based_edit_tool")
_MOVES = ("back", "forward", "reload")
_SIGNS = {Direction.UP: (0, -1), Direction.DOWN: (0, 1), Direction.LEFT: (-1, 0)}

_Given = dict[str, Json]


@dataclass(slots=True)
class Cursor:
    """Where the mouse was left, in the source's own pixels: a click without a place is there."""

    x: float | None = None
    y: float | None = None


def read_call(call: dict[str, Json], frame: Frame, cursor: Cursor) -> tuple[Action, ...]:
    """The actions of one tool_use block, or of its input alone; moves `cursor` along."""
    name, given = text(call.get("name")), record(call.get("input"))
    if not name and "action" in call:
        given = call
    word = text(given.get("action")) or name
    if name == BASH:
        return (_shell(given),)
    if word == _KEY:
        return tuple(_presses(given))
    known = _KINDS.get(word) or _BROWSER.get(word)
    if known is None or (word in _BROWSER and not _is_browser(call, given)):
        return (Action(type=ActionType.TOOL_CALL, name=word or name),)
    return (replace(known(word, given, frame, cursor), name=word),)


def _is_browser(call: dict[str, Json], given: _Given) -> bool:
    """A tool of somebody's own may be called `find`; those of the toolset say where they belong."""
    return call.get("toolset_name") == "browser" or "action" in given


def _shell(given: _Given) -> Action:
    command = text(given.get("command"))
    if not command:  # {"restart": true}
        return Action(type=ActionType.TOOL_CALL, name=BASH)
    return Action(type=ActionType.CODE, mode="shell", name=BASH, text=command)


def _place(given: _Given, cursor: Cursor, key: str = "coordinate") -> None:
    """Moves the cursor to the place that is named, if one is."""
    pair = items(given.get(key))
    target = record(given.get("target" if key == "coordinate" else "from"))
    x, y = pair[:2] if len(pair) >= 2 else (target.get("x"), target.get("y"))
    across, along = number(x), number(y)
    if across is not None and along is not None:
        cursor.x, cursor.y = across, along


def _here(cursor: Cursor, frame: Frame) -> Point | None:
    return pixel(cursor.x, cursor.y, frame)


def _element(given: _Given) -> str | None:
    ref = text(record(given.get("target")).get("ref")) or text(given.get("ref"))
    return f"ref={ref}" if ref else None


def _modifiers(given: _Given) -> tuple[str, ...]:
    return chord(text(given.get("text")) or text(given.get("modifiers")))


def _aimed(kind: ActionType, given: _Given, frame: Frame, cursor: Cursor) -> Action:
    """An action at the place or element that is named, else where the cursor is."""
    element = _element(given)
    if element is None:
        _place(given, cursor)
    else:
        cursor.x = cursor.y = None
    point = _here(cursor, frame)
    space = declared(frame) if point is not None else None
    return Action(type=kind, point=point, element=element, space=space)


def _click(word: str, given: _Given, frame: Frame, cursor: Cursor) -> Action:
    side, _, _ = word.partition("_")
    return replace(
        _aimed(ActionType.CLICK, given, frame, cursor),
        button=side if side in ("right", "middle") else "left",
        count={"double": 2, "triple": 3}.get(side, 1),
        modifiers=_modifiers(given),
    )


def _move(_word: str, given: _Given, frame: Frame, cursor: Cursor) -> Action:
    return _aimed(ActionType.MOVE, given, frame, cursor)


def _half(word: str, given: _Given, frame: Frame, cursor: Cursor) -> Action:
    kind = ActionType.MOUSE_DOWN if word.endswith("down") else ActionType.MOUSE_UP
    return replace(_aimed(kind, given, frame, cursor), button="left")


def _drag(_word: str, given: _Given, frame: Frame, cursor: Cursor) -> Action:
    _place(given, cursor, "start_coordinate")  # the first version drags from where the cursor is
    start = _here(cursor, frame)
    _place(given, cursor)
    end = _here(cursor, frame)
    path = (start, end) if start is not None and end is not None else ()
    return Action(
        type=ActionType.DRAG,
        path=path,
        point=None if path else end,
        button="left",
        modifiers=_modifiers(given),
        space=declared(frame) if end is not None else None,
    )


def _scroll(_word: str, given: _Given, frame: Frame, cursor: Cursor) -> Action:
    direction = way(given.get("scroll_direction"))
    amount = number(given.get("scroll_amount"))
    delta = None
    if direction is not None and amount is not None:
        across, along = _SIGNS.get(direction, (1, 0))
        delta = Delta(dx=across * amount, dy=along * amount, unit=Unit.NOTCH)
    return replace(
        _aimed(ActionType.SCROLL, given, frame, cursor),
        direction=direction,
        delta=delta,
        modifiers=_modifiers(given),
    )


def _presses(given: _Given) -> list[Action]:
    """One action a chord: xdotool takes several, a gap between them."""
    count = whole(given.get("repeat"), default=1, most=MAX_ACTIONS)
    written = text(given.get("text")).split()[:MAX_ACTIONS] or [""]
    return [
        Action(type=ActionType.KEY, mode="press", name=_KEY, keys=chord(keys), count=count)
        for keys in written
    ]


def _hold(_word: str, given: _Given, _frame: Frame, _cursor: Cursor) -> Action:
    keys = chord(text(given.get("text")))
    return Action(
        type=ActionType.KEY, mode="hold", keys=keys, seconds=duration(given.get("duration"))
    )


def _type(word: str, given: _Given, _frame: Frame, _cursor: Cursor) -> Action:
    return typing(word, text(given.get("text")))


def _wait(_word: str, given: _Given, _frame: Frame, _cursor: Cursor) -> Action:
    return Action(type=ActionType.WAIT, seconds=duration(given.get("duration")))


def _look(word: str, given: _Given, frame: Frame, _cursor: Cursor) -> Action:
    mode = {"cursor_position": "cursor", "zoom": "zoom", "read_page": "tree"}.get(
        word, "screenshot" if word == "screenshot" else "text"
    )
    box = _box(given.get("region"), frame) if word == "zoom" else None
    space = declared(frame) if box is not None else None
    return Action(type=ActionType.OBSERVE, mode=mode, box=box, space=space)


def _box(region: Json, frame: Frame) -> Box | None:
    corners = items(region)
    if len(corners) != 4:
        return None
    first, last = pixel(corners[0], corners[1], frame), pixel(corners[2], corners[3], frame)
    if first is None or last is None or last.x < first.x or last.y < first.y:
        return None
    return Box(x=first.x, y=first.y, width=last.x - first.x, height=last.y - first.y)


def _navigate(_word: str, given: _Given, _frame: Frame, _cursor: Cursor) -> Action:
    address = text(given.get("url")) or text(given.get("text"))
    if address in _MOVES:
        return Action(type=ActionType.NAVIGATE, mode=address)
    return Action(type=ActionType.NAVIGATE, mode="goto", text=address or None)


def _tab(word: str, given: _Given, _frame: Frame, _cursor: Cursor) -> Action:
    mode = {"new_tab": "new", "close_tab": "close"}.get(word, "focus")
    return Action(type=ActionType.TAB, mode=mode, text=text(given.get("tab_id")) or None)


def _form(_word: str, given: _Given, _frame: Frame, _cursor: Cursor) -> Action:
    value = given.get("value")
    if isinstance(value, bool):
        mode = "on" if value else "off"
        return Action(type=ActionType.SET_CHECKED, mode=mode, element=_element(given))
    return Action(  # the toolset does not say whether the element is a list or a field
        type=ActionType.TYPE,
        mode="insert",
        element=_element(given),
        text=str(value) if isinstance(value, str | int | float) else None,
        clear_first=True,
    )


def _upload(_word: str, given: _Given, _frame: Frame, _cursor: Cursor) -> Action:
    names = [*items(given.get("paths")), *items(given.get("document_ids"))]
    said = "\n".join(filter(None, map(text, names)))
    return Action(type=ActionType.UPLOAD_FILE, element=_element(given), text=said or None)


def _script(_word: str, given: _Given, _frame: Frame, _cursor: Cursor) -> Action:
    return Action(type=ActionType.CODE, mode="javascript", text=text(given.get("text")))


def _scroll_to(_word: str, given: _Given, frame: Frame, cursor: Cursor) -> Action:
    return _aimed(ActionType.SCROLL, given, frame, cursor)


_Fill = Callable[[str, _Given, Frame, Cursor], Action]
_CLICKS = ("left_click", "right_click", "middle_click", "double_click", "triple_click")
_KINDS: dict[str, _Fill] = {
    **dict.fromkeys(_CLICKS, _click),
    "mouse_move": _move,
    **dict.fromkeys(("left_mouse_down", "left_mouse_up"), _half),
    "left_click_drag": _drag,
    "scroll": _scroll,
    "hold_key": _hold,
    "type": _type,
    "wait": _wait,
    **dict.fromkeys(("screenshot", "cursor_position", "zoom"), _look),
}
_BROWSER: dict[str, _Fill] = {
    "hover": _move,
    "navigate": _navigate,
    **dict.fromkeys(("new_tab", "switch_tab", "close_tab"), _tab),
    **dict.fromkeys(("read_page", "get_page_text", "find", "list_tabs"), _look),
    **dict.fromkeys(("read_console", "read_network"), _look),
    "form_input": _form,
    "file_upload": _upload,
    "scroll_to": _scroll_to,
    "javascript_exec": _script,
}
COMPUTER_WORDS = frozenset((*_KINDS, _KEY))
WORDS = COMPUTER_WORDS | frozenset(_BROWSER)


def _read(payload: Json, frame: Frame) -> tuple[Action, ...]:
    return read_call(record(payload), frame, Cursor())


VOCABULARY = Vocabulary(
    name="claude",
    title="Claude computer use",
    words=frozenset((*WORDS, BASH, *EDITORS)),
    read=_read,
)
