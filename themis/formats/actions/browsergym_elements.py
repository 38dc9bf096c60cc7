"""BrowserGym's calls on an element: `click('12')`, `fill('3', "x")`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from themis.domain.action import Action, ActionType, Box, Point
from themis.formats.actions.browsergym_page import Page, at_place, bid_of, on_element
from themis.formats.actions.keys import chord, spelt
from themis.formats.actions.pycalls import Call


def _click(call: Call, page: Page) -> Action | None:
    action = on_element(ActionType.CLICK, call, page)
    if action is None:
        return None
    return replace(
        action,
        button=call.text(1, "button") or "left",
        count=2 if call.name == "dblclick" else 1,
        modifiers=tuple(spelt(key) for key in call.texts(2, "modifiers")),
    )


def _fill(call: Call, page: Page) -> Action | None:
    action = on_element(ActionType.TYPE, call, page)
    value = "" if call.name == "clear" else call.text(1, "value")
    if action is None or value is None:
        return None
    mode = None if call.name == "clear" else "insert"
    return replace(action, mode=mode, text=value, clear_first=True)


def _select(call: Call, page: Page) -> Action | None:
    action = on_element(ActionType.SELECT_OPTION, call, page)
    return action and replace(action, text=", ".join(call.texts(1, "options")))


def _upload(call: Call, page: Page) -> Action | None:
    kind = ActionType.UPLOAD_FILE
    if call.name == "upload_file":
        action, files = on_element(kind, call, page), call.texts(1, "file")
    else:
        action, files = at_place(kind, call, page), call.texts(2, "file")
    return action and replace(action, text=", ".join(files))


def _hover(call: Call, page: Page) -> Action | None:
    return on_element(ActionType.MOVE, call, page)


def _focus(call: Call, page: Page) -> Action | None:
    return on_element(ActionType.TOOL_CALL, call, page)


def _check(call: Call, page: Page) -> Action | None:
    action = on_element(ActionType.SET_CHECKED, call, page)
    return action and replace(action, mode="on" if call.name == "check" else "off")


def _press(call: Call, page: Page) -> Action | None:
    action = on_element(ActionType.KEY, call, page)
    keys = call.text(1, "key_comb")
    return action and replace(action, mode="press", keys=chord(keys)) if keys else None


def _drag(call: Call, page: Page) -> Action | None:
    first, last = bid_of(call, 0, "from_bid"), bid_of(call, 1, "to_bid")
    if first is None or last is None:
        return None
    boxes = (page.boxes.get(first), page.boxes.get(last))
    path = tuple(_middle(box) for box in boxes if box is not None)
    return Action(
        type=ActionType.DRAG,
        element=f"bid={first} -> bid={last}",
        path=path if len(path) == len(boxes) else (),
        button="left",
    )


def _middle(box: Box) -> Point:
    return Point(x=round(box.x + box.width / 2, 2), y=round(box.y + box.height / 2, 2))


CALLS: dict[str, Callable[[Call, Page], Action | None]] = {
    **dict.fromkeys(("click", "dblclick"), _click),
    **dict.fromkeys(("fill", "clear"), _fill),
    "select_option": _select,
    "hover": _hover,
    "press": _press,
    "focus": _focus,
    **dict.fromkeys(("check", "uncheck"), _check),
    "drag_and_drop": _drag,
    **dict.fromkeys(("upload_file", "mouse_upload_file"), _upload),
}
