"""BrowserGym's calls on no element: mouse, keyboard, scrolling, addresses, tabs, words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from themis.domain.action import Action, ActionType, Delta, Direction, Unit
from themis.formats.actions.browsergym_page import Page, at_place
from themis.formats.actions.keys import chord
from themis.formats.actions.pycalls import Call

_IDLE = 1000.0  # milliseconds that noop() waits


def _mouse_click(call: Call, page: Page) -> Action | None:
    action = at_place(ActionType.CLICK, call, page)
    count = 2 if call.name == "mouse_dblclick" else 1
    return action and replace(action, button=call.text(2, "button") or "left", count=count)


def _mouse_half(call: Call, page: Page) -> Action | None:
    kind = ActionType.MOUSE_DOWN if call.name == "mouse_down" else ActionType.MOUSE_UP
    action = at_place(kind, call, page)
    return action and replace(action, button=call.text(2, "button") or "left")


def _mouse_move(call: Call, page: Page) -> Action | None:
    return at_place(ActionType.MOVE, call, page)


def _keyboard(call: Call, _page: Page) -> Action | None:
    keys = call.text(0, "key")
    mode = call.name.removeprefix("keyboard_")
    return Action(type=ActionType.KEY, mode=mode, keys=chord(keys)) if keys else None


def _keyboard_text(call: Call, _page: Page) -> Action | None:
    typed = call.text(0, "text")
    if typed is None:
        return None
    if call.name == "keyboard_insert_text":
        return Action(type=ActionType.TYPE, mode="insert", text=typed)
    submit = typed.endswith("\n")
    return Action(type=ActionType.TYPE, mode="keys", text=typed.removesuffix("\n"), submit=submit)


def _mouse_drag(call: Call, page: Page) -> Action | None:
    x, y = call.number(0, "from_x"), call.number(1, "from_y")
    to_x, to_y = call.number(2, "to_x"), call.number(3, "to_y")
    if x is None or y is None or to_x is None or to_y is None:
        return None
    path = tuple(place for place in (page.frame.at(x, y), page.frame.at(to_x, to_y)) if place)
    return Action(type=ActionType.DRAG, path=path if len(path) == 2 else (), button="left")


def _scroll(call: Call, _page: Page) -> Action | None:
    return scrolled(call.number(0, "delta_x"), call.number(1, "delta_y"))


def _scroll_at(call: Call, page: Page) -> Action | None:
    action = scrolled(call.number(2, "dx"), call.number(3, "dy"))
    x, y = call.number(0, "x"), call.number(1, "y")
    if action is None or x is None or y is None:
        return None
    return replace(action, point=page.frame.at(x, y))


def scrolled(dx: float | None, dy: float | None) -> Action | None:
    """A scroll by pixels, right and down positive; its direction is that of the longer way."""
    if dx is None or dy is None:
        return None
    if abs(dx) > abs(dy):
        direction: Direction | None = Direction.RIGHT if dx > 0 else Direction.LEFT
    elif dy:
        direction = Direction.DOWN if dy > 0 else Direction.UP
    else:
        direction = None
    return Action(
        type=ActionType.SCROLL, direction=direction, delta=Delta(dx=dx, dy=dy, unit=Unit.PX)
    )


def _navigate(call: Call, _page: Page) -> Action | None:
    if call.name != "goto":
        return Action(type=ActionType.NAVIGATE, mode=call.name.removeprefix("go_"))
    url = call.text(0, "url")
    return None if url is None else Action(type=ActionType.NAVIGATE, mode="goto", text=url)


def _tab(call: Call, _page: Page) -> Action | None:
    if call.name == "tab_focus":
        index = call.number(0, "index")
        focused = None if index is None else f"{index:g}"
        return Action(type=ActionType.TAB, mode="focus", text=focused)
    return Action(type=ActionType.TAB, mode="new" if call.name == "new_tab" else "close")


def _noop(call: Call, _page: Page) -> Action | None:
    given = call.number(0, "wait_ms")
    return Action(type=ActionType.WAIT, seconds=(_IDLE if given is None else given) / 1000)


def _say(call: Call, _page: Page) -> Action | None:
    said = call.text(0, "text")
    return None if said is None else Action(type=ActionType.MESSAGE, mode="inform", text=said)


def _give_up(call: Call, _page: Page) -> Action | None:
    return Action(type=ActionType.TERMINATE, status="infeasible", text=call.text(0, "reason"))


CALLS: dict[str, Callable[[Call, Page], Action | None]] = {
    "mouse_move": _mouse_move,
    **dict.fromkeys(("mouse_up", "mouse_down"), _mouse_half),
    **dict.fromkeys(("mouse_click", "mouse_dblclick"), _mouse_click),
    "mouse_drag_and_drop": _mouse_drag,
    "scroll": _scroll,
    "scroll_at": _scroll_at,
    **dict.fromkeys(("keyboard_down", "keyboard_up", "keyboard_press"), _keyboard),
    **dict.fromkeys(("keyboard_type", "keyboard_insert_text"), _keyboard_text),
    **dict.fromkeys(("goto", "go_back", "go_forward"), _navigate),
    **dict.fromkeys(("new_tab", "tab_close", "tab_focus"), _tab),
    "noop": _noop,
    "send_msg_to_user": _say,
    "report_infeasible": _give_up,
}
