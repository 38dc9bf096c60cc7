"""The computer and browser tools of Claude, in every version, as canonical actions.

Up to computer_20251124 there is one tool whose input names the action; of the toolsets each tool
is an action. Places are pixels of the declared display, or of the screenshot where none is.
"""

from __future__ import annotations

from dataclasses import replace

from themis.domain.action import Action, ActionType, Delta, Direction, Unit
from themis.domain.jsontypes import Json
from themis.formats.actions.arguments import declared, duration, typing, way
from themis.formats.actions.claude_browser import KINDS as BROWSER
from themis.formats.actions.claude_browser import Fill
from themis.formats.actions.claude_pointing import (
    Cursor,
    Given,
    aimed,
    box_of,
    here,
    modifiers_of,
    move_to,
)
from themis.formats.actions.keys import chord
from themis.formats.actions.vocabulary import Vocabulary
from themis.formats.bounds import MAX_ACTIONS
from themis.formats.fields import number, record, text, whole
from themis.formats.frame import Frame

BASH = "bash"
_KEY = "key"
EDITORS = ("str_replace_editor", "str_replace_based_edit_tool")
_SIGNS = {Direction.UP: (0, -1), Direction.DOWN: (0, 1), Direction.LEFT: (-1, 0)}


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
    known = _KINDS.get(word) or BROWSER.get(word)
    if known is None or (word in BROWSER and not _is_browser(call, given)):
        return (Action(type=ActionType.TOOL_CALL, name=word or name),)
    return (replace(known(word, given, frame, cursor), name=word),)


def _is_browser(call: dict[str, Json], given: Given) -> bool:
    """A tool of somebody's own may be called `find`; those of the toolset say where they belong."""
    is_computer = "computer" in text(call.get("name")) and "action" in given  # as in Chrome
    return call.get("toolset_name") == "browser" or is_computer


def _shell(given: Given) -> Action:
    command = text(given.get("command"))
    if not command:  # {"restart": true}
        return Action(type=ActionType.TOOL_CALL, name=BASH)
    return Action(type=ActionType.CODE, mode="shell", name=BASH, text=command)


def _click(word: str, given: Given, frame: Frame, cursor: Cursor) -> Action:
    side, _, _ = word.partition("_")
    return replace(
        aimed(ActionType.CLICK, given, frame, cursor),
        button=side if side in ("right", "middle") else "left",
        count={"double": 2, "triple": 3}.get(side, 1),
        modifiers=modifiers_of(given),
    )


def _move(_word: str, given: Given, frame: Frame, cursor: Cursor) -> Action:
    return aimed(ActionType.MOVE, given, frame, cursor)


def _half(word: str, given: Given, frame: Frame, cursor: Cursor) -> Action:
    kind = ActionType.MOUSE_DOWN if word.endswith("down") else ActionType.MOUSE_UP
    return replace(aimed(kind, given, frame, cursor), button="left")


def _drag(_word: str, given: Given, frame: Frame, cursor: Cursor) -> Action:
    move_to(given, cursor, "start_coordinate")  # the first version drags from where the cursor is
    start = here(cursor, frame)
    move_to(given, cursor)
    end = here(cursor, frame)
    path = (start, end) if start is not None and end is not None else ()
    return Action(
        type=ActionType.DRAG,
        path=path,
        point=None if path else end,
        button="left",
        modifiers=modifiers_of(given),
        space=declared(frame) if end is not None else None,
    )


def _scroll(_word: str, given: Given, frame: Frame, cursor: Cursor) -> Action:
    direction = way(given.get("scroll_direction"))
    amount = number(given.get("scroll_amount"))
    delta = None
    if direction is not None and amount is not None:
        across, along = _SIGNS.get(direction, (1, 0))
        delta = Delta(dx=across * amount, dy=along * amount, unit=Unit.NOTCH)
    return replace(
        aimed(ActionType.SCROLL, given, frame, cursor),
        direction=direction,
        delta=delta,
        modifiers=modifiers_of(given),
    )


def _presses(given: Given) -> list[Action]:
    """One action a chord: xdotool takes several, a gap between them."""
    count = whole(given.get("repeat"), default=1, most=MAX_ACTIONS)
    written = text(given.get("text")).split()[:MAX_ACTIONS] or [""]
    return [
        Action(type=ActionType.KEY, mode="press", name=_KEY, keys=chord(keys), count=count)
        for keys in written
    ]


def _hold(_word: str, given: Given, _frame: Frame, _cursor: Cursor) -> Action:
    keys = chord(text(given.get("text")))
    return Action(
        type=ActionType.KEY, mode="hold", keys=keys, seconds=duration(given.get("duration"))
    )


def _type(word: str, given: Given, _frame: Frame, _cursor: Cursor) -> Action:
    return typing(word, text(given.get("text")))


def _wait(_word: str, given: Given, _frame: Frame, _cursor: Cursor) -> Action:
    return Action(type=ActionType.WAIT, seconds=duration(given.get("duration")))


def _look(word: str, given: Given, frame: Frame, _cursor: Cursor) -> Action:
    mode = {"cursor_position": "cursor", "zoom": "zoom"}.get(word, "screenshot")
    box = box_of(given.get("region"), frame) if word == "zoom" else None
    space = declared(frame) if box is not None else None
    return Action(type=ActionType.OBSERVE, mode=mode, box=box, space=space)


_CLICKS = ("left_click", "right_click", "middle_click", "double_click", "triple_click")
_KINDS: dict[str, Fill] = {
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
COMPUTER_WORDS = frozenset((*_KINDS, _KEY))
WORDS = COMPUTER_WORDS | frozenset(BROWSER)


def _read(payload: Json, frame: Frame) -> tuple[Action, ...]:
    return read_call(record(payload), frame, Cursor())


VOCABULARY = Vocabulary(
    name="claude",
    title="Claude computer use",
    words=frozenset((*WORDS, BASH, *EDITORS)),
    read=_read,
)
