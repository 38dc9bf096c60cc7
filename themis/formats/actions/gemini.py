"""The predefined functions of Gemini's computer-use tool, old and new, as canonical actions.

Places and scroll distances are thousandths of the screen's width and height.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from themis.domain.action import Action, ActionType, Delta, Direction, Point, Unit
from themis.domain.jsontypes import Json
from themis.formats.actions.arguments import duration, typing, way
from themis.formats.actions.keys import chord, spelt
from themis.formats.actions.vocabulary import Vocabulary
from themis.formats.fields import items, number, record, text
from themis.formats.frame import NORM1000, Frame

_WAIT = 5.0  # what wait_5_seconds says
_Given = dict[str, Json]


def read_call(call: dict[str, Json], frame: Frame) -> Action:
    """One function call, `{"name": "click_at", "args": {"x": 500, "y": 500}}`."""
    word = text(call.get("name"))
    known = _KINDS.get(word)
    if known is None:
        return Action(type=ActionType.TOOL_CALL, name=word)
    return replace(known(word, record(call.get("args")), frame), name=word)


def _point(given: _Given, frame: Frame, x: str = "x", y: str = "y") -> Point | None:
    return frame.place(number(given.get(x)), number(given.get(y)), NORM1000)


def _aimed(kind: ActionType, given: _Given, frame: Frame) -> Action:
    point = _point(given, frame)
    return Action(type=kind, point=point, space=NORM1000 if point is not None else None)


def _click(word: str, given: _Given, frame: Frame) -> Action:
    side, _, _ = word.partition("_")
    return replace(
        _aimed(ActionType.CLICK, given, frame),
        button=side if side in ("right", "middle") else "left",
        count={"double": 2, "triple": 3}.get(side, 1),
    )


def _hold_down(_word: str, given: _Given, frame: Frame) -> Action:
    return replace(
        _aimed(ActionType.LONG_PRESS, given, frame), seconds=duration(given.get("seconds"))
    )


def _half(word: str, given: _Given, frame: Frame) -> Action:
    kind = ActionType.MOUSE_DOWN if word.endswith("down") else ActionType.MOUSE_UP
    return replace(_aimed(kind, given, frame), button="left")


def _move(_word: str, given: _Given, frame: Frame) -> Action:
    return _aimed(ActionType.MOVE, given, frame)


def _drag(_word: str, given: _Given, frame: Frame) -> Action:
    start, end = _point(given, frame), _point(given, frame, "destination_x", "destination_y")
    if start is None or end is None:
        return Action(type=ActionType.DRAG, button="left")
    return Action(type=ActionType.DRAG, path=(start, end), button="left", space=NORM1000)


def _type(word: str, given: _Given, frame: Frame) -> Action:
    action = replace(typing(word, text(given.get("text"))), mode=None)
    submit = action.submit or given.get("press_enter") is True
    if word == "type":
        return replace(action, submit=submit)
    aimed = _aimed(ActionType.TYPE, given, frame)
    clears = given.get("clear_before_typing") is not False  # it does unless told not to
    return replace(action, point=aimed.point, space=aimed.space, submit=submit, clear_first=clears)


def _scroll(_word: str, given: _Given, frame: Frame) -> Action:
    direction = way(given.get("direction"))
    delta = _delta(direction, number(given.get("magnitude")), frame)
    return replace(_aimed(ActionType.SCROLL, given, frame), direction=direction, delta=delta)


def _delta(direction: Direction | None, magnitude: float | None, frame: Frame) -> Delta | None:
    size = frame.picture or frame.device
    if direction is None or magnitude is None or size is None:
        return None
    if direction in (Direction.UP, Direction.DOWN):
        far = round(magnitude / 1000 * size.height, 2)
        return Delta(dy=far if direction is Direction.DOWN else -far, unit=Unit.PX)
    far = round(magnitude / 1000 * size.width, 2)
    return Delta(dx=far if direction is Direction.RIGHT else -far, unit=Unit.PX)


def _chord(_word: str, given: _Given, _frame: Frame) -> Action:
    keys = given.get("keys")
    pressed = tuple(spelt(text(key)) for key in items(keys) if text(key)) or chord(text(keys))
    return Action(type=ActionType.KEY, mode="press", keys=pressed)


def _key(word: str, given: _Given, _frame: Frame) -> Action:
    mode = {"key_down": "down", "key_up": "up"}.get(word, "press")
    return Action(type=ActionType.KEY, mode=mode, keys=chord(text(given.get("key"))))


def _wait(word: str, given: _Given, _frame: Frame) -> Action:
    seconds = _WAIT if word == "wait_5_seconds" else duration(given.get("seconds"))
    return Action(type=ActionType.WAIT, seconds=seconds)


def _look(_word: str, _given: _Given, _frame: Frame) -> Action:
    return Action(type=ActionType.OBSERVE, mode="screenshot")


def _navigate(word: str, given: _Given, _frame: Frame) -> Action:
    mode = {"go_back": "back", "go_forward": "forward", "search": "search"}.get(word, "goto")
    return Action(type=ActionType.NAVIGATE, mode=mode, text=text(given.get("url")) or None)


def _open(word: str, given: _Given, _frame: Frame) -> Action:
    named = (text(given.get(key)) for key in ("app_name", "package_name", "app", "name"))
    app = "web browser" if word == "open_web_browser" else next(filter(None, named), None)
    return Action(type=ActionType.OPEN_APP, text=app)


_CLICKS = ("click", "double_click", "triple_click", "middle_click", "right_click", "click_at")
_KINDS: dict[str, Callable[[str, _Given, Frame], Action]] = {
    **dict.fromkeys(_CLICKS, _click),
    "long_press": _hold_down,
    **dict.fromkeys(("mouse_down", "mouse_up"), _half),
    **dict.fromkeys(("hover_at", "move"), _move),
    "drag_and_drop": _drag,
    **dict.fromkeys(("type_text_at", "type"), _type),
    **dict.fromkeys(("scroll_document", "scroll_at", "scroll"), _scroll),
    **dict.fromkeys(("key_combination", "hotkey"), _chord),
    **dict.fromkeys(("press_key", "key_down", "key_up"), _key),
    **dict.fromkeys(("wait_5_seconds", "wait"), _wait),
    "take_screenshot": _look,
    **dict.fromkeys(("navigate", "search", "go_back", "go_forward"), _navigate),
    **dict.fromkeys(("open_web_browser", "open_app"), _open),
}
WORDS = frozenset(_KINDS)


def _read(payload: Json, frame: Frame) -> tuple[Action, ...]:
    return (read_call(record(payload), frame),)


VOCABULARY = Vocabulary(name="gemini", title="Gemini computer use", words=WORDS, read=_read)
