"""The tools of Claude's browser toolset that the computer's tools do not have."""

from __future__ import annotations

from collections.abc import Callable

from themis.domain.action import Action, ActionType
from themis.formats.actions.claude_pointing import Cursor, Given, aimed, element_of
from themis.formats.fields import items, text
from themis.formats.frame import Frame

_MOVES = ("back", "forward", "reload")
Fill = Callable[[str, Given, Frame, Cursor], Action]


def _hover(_word: str, given: Given, frame: Frame, cursor: Cursor) -> Action:
    return aimed(ActionType.MOVE, given, frame, cursor)


def _read(word: str, _given: Given, _frame: Frame, _cursor: Cursor) -> Action:
    return Action(type=ActionType.OBSERVE, mode="tree" if word == "read_page" else "text")


def _navigate(_word: str, given: Given, _frame: Frame, _cursor: Cursor) -> Action:
    address = text(given.get("url")) or text(given.get("text"))
    if address in _MOVES:
        return Action(type=ActionType.NAVIGATE, mode=address)
    return Action(type=ActionType.NAVIGATE, mode="goto", text=address or None)


def _tab(word: str, given: Given, _frame: Frame, _cursor: Cursor) -> Action:
    mode = {"new_tab": "new", "close_tab": "close"}.get(word, "focus")
    return Action(type=ActionType.TAB, mode=mode, text=text(given.get("tab_id")) or None)


def _form(_word: str, given: Given, _frame: Frame, _cursor: Cursor) -> Action:
    value = given.get("value")
    if isinstance(value, bool):
        mode = "on" if value else "off"
        return Action(type=ActionType.SET_CHECKED, mode=mode, element=element_of(given))
    return Action(  # the toolset does not say whether the element is a list or a field
        type=ActionType.TYPE,
        mode="insert",
        element=element_of(given),
        text=str(value) if isinstance(value, str | int | float) else None,
        clear_first=True,
    )


def _upload(_word: str, given: Given, _frame: Frame, _cursor: Cursor) -> Action:
    names = [*items(given.get("paths")), *items(given.get("document_ids"))]
    said = "\n".join(filter(None, map(text, names)))
    return Action(type=ActionType.UPLOAD_FILE, element=element_of(given), text=said or None)


def _script(_word: str, given: Given, _frame: Frame, _cursor: Cursor) -> Action:
    return Action(type=ActionType.CODE, mode="javascript", text=text(given.get("text")))


def _scroll_to(_word: str, given: Given, frame: Frame, cursor: Cursor) -> Action:
    return aimed(ActionType.SCROLL, given, frame, cursor)


KINDS: dict[str, Fill] = {
    "hover": _hover,
    "navigate": _navigate,
    **dict.fromkeys(("new_tab", "switch_tab", "close_tab"), _tab),
    **dict.fromkeys(("read_page", "get_page_text", "find", "list_tabs"), _read),
    **dict.fromkeys(("read_console", "read_network"), _read),
    "form_input": _form,
    "file_upload": _upload,
    "scroll_to": _scroll_to,
    "javascript_exec": _script,
}
