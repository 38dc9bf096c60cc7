"""Maestro flows (YAML) as canonical actions.

Loaded with every scalar as text and without aliases, so that a flow can neither build objects
nor grow when it is unfolded. `repeat` is not unrolled: what it holds carries the count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import yaml

from themis.domain.action import Action, ActionType, Direction
from themis.domain.jsontypes import Json
from themis.formats.actions.keys import spelt
from themis.formats.actions.vocabulary import Vocabulary
from themis.formats.bounds import MAX_ACTIONS, MAX_CODE
from themis.formats.fields import items, number, record, text, whole
from themis.formats.frame import Frame

_MAX_TIMES = 1_000_000
_MAX_INSIDE = 8  # repeat and runFlow within one another
_SYSTEM_KEYS = ("home", "back", "recents", "power", "lock", "volume up", "volume down", "menu")
_Argument = dict[str, Json]


class _Plain(yaml.BaseLoader):
    """Text, lists and mappings; nothing else."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """One node; an alias would let a small text stand for a huge one."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        node: yaml.Node | None = super().compose_node(parent, index)
        return node


def load_documents(source: str) -> list[Json] | None:
    """The documents of a YAML text; None where it cannot be read."""
    if len(source) > MAX_CODE:
        return None
    loader = None
    documents: list[Json] = []
    try:
        loader = _Plain(source)
        while loader.check_data():  # type: ignore[no-untyped-call]
            documents.append(loader.get_data())
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    finally:
        if loader is not None:
            loader.dispose()
    return documents


def read_flow(source: str, frame: Frame) -> tuple[Action, ...] | None:
    """The actions of one flow, in order; None where it is no flow."""
    documents = load_documents(source)
    if not documents or not isinstance(documents[-1], list):
        return None
    app = text(record(documents[0]).get("appId"))
    actions: list[Action] = []
    for action in _commands(documents[-1], app, frame, 0):
        actions.append(action)
        if len(actions) >= MAX_ACTIONS:
            break
    return tuple(actions) or None


def _commands(commands: list[Json], app: str, frame: Frame, inside: int) -> Iterator[Action]:
    for command in commands:
        if isinstance(command, str):
            yield replace(_command(command, {}, app, frame), raw=command)
        for name, argument in record(command).items():
            inner = items(record(argument).get("commands"))
            if name in ("repeat", "runFlow", "retry") and inner and inside < _MAX_INSIDE:
                times = whole(record(argument).get("times"), default=1, most=_MAX_TIMES)
                for action in _commands(inner, app, frame, inside + 1):
                    yield replace(action, count=min(action.count * times, _MAX_TIMES))
            else:
                given: _Argument = {"": argument} if isinstance(argument, str) else record(argument)
                yield replace(_command(name, given, app, frame), raw=command)


def _command(name: str, given: _Argument, app: str, frame: Frame) -> Action:
    known = _COMMANDS.get(name)
    if known is None:
        return Action(type=ActionType.TOOL_CALL, name=name, text=text(given.get("")) or None)
    kind, fill = known
    action = fill(kind, given, app, frame)
    return replace(action, name=name, mode=_MODES.get(name) if action.mode is None else action.mode)


def _aim(kind: ActionType, given: _Argument, _app: str, frame: Frame) -> Action:
    return Action(
        type=kind,
        element=_element(given),
        point=frame.read(text(given.get("point"))),
        count=whole(given.get("repeat"), default=1, most=_MAX_TIMES),
    )


def _element(given: _Argument) -> str | None:
    if label := text(given.get("")):
        return f"text={label}"
    named = [
        f"{key}={text(given[key])}" for key in ("text", "id", "below", "index") if key in given
    ]
    return " ".join(named) or None


def _double(kind: ActionType, given: _Argument, app: str, frame: Frame) -> Action:
    return replace(_aim(kind, given, app, frame), count=2)


def _app(kind: ActionType, given: _Argument, app: str, _frame: Frame) -> Action:
    return Action(type=kind, text=text(given.get("")) or text(given.get("appId")) or app or None)


def _word(kind: ActionType, given: _Argument, _app: str, _frame: Frame) -> Action:
    said = text(given.get("")) or text(given.get("text")) or text(given.get("link"))
    return Action(type=kind, text=said or None)


def _erase(kind: ActionType, given: _Argument, _app: str, _frame: Frame) -> Action:
    times = whole(given.get(""), default=1, most=_MAX_TIMES)
    return Action(type=kind, mode="press", keys=("backspace",), count=times)


def _scroll(kind: ActionType, given: _Argument, _app: str, _frame: Frame) -> Action:
    sought = given.get("element")
    element = _element({"": sought} if isinstance(sought, str) else record(sought))
    return Action(
        type=kind, direction=_way(given.get("direction")) or Direction.DOWN, element=element
    )


def _way(value: Json) -> Direction | None:
    word = text(value).lower()
    return Direction(word) if word in list(Direction) else None


def _swipe(kind: ActionType, given: _Argument, _app: str, frame: Frame) -> Action:
    ends = [frame.read(text(given.get(key))) for key in ("start", "end")]
    path = tuple(end for end in ends if end is not None)
    return Action(
        type=kind,
        path=path if len(path) == len(ends) else (),
        direction=_way(given.get("direction")),
        element=_element(record(given.get("from"))),
        seconds=_seconds(given.get("duration")),
    )


def _seconds(milliseconds: Json) -> float | None:
    found = number(milliseconds)
    return found / 1000 if found is not None and found >= 0 else None


def _key(_kind: ActionType, given: _Argument, _app: str, _frame: Frame) -> Action:
    key = text(given.get("")).lower()
    if key in _SYSTEM_KEYS:
        return Action(type=ActionType.SYSTEM_BUTTON, button=key)
    return Action(type=ActionType.KEY, mode="press", keys=(spelt(key),) if key else ())


def _back(kind: ActionType, _given: _Argument, _app: str, _frame: Frame) -> Action:
    return Action(type=kind, button="back")


def _look(kind: ActionType, given: _Argument, _app: str, _frame: Frame) -> Action:
    return Action(type=kind, text=_element(given))


def _wait(kind: ActionType, given: _Argument, _app: str, _frame: Frame) -> Action:
    sought = given.get("visible", given.get("notVisible"))
    until = _element({"": sought} if isinstance(sought, str) else record(sought))
    return Action(type=kind, text=until, seconds=_seconds(given.get("timeout", given.get(""))))


_Fill = Callable[[ActionType, _Argument, str, Frame], Action]
_COMMANDS: dict[str, tuple[ActionType, _Fill]] = {
    "tapOn": (ActionType.CLICK, _aim),
    "doubleTapOn": (ActionType.CLICK, _double),
    "longPressOn": (ActionType.LONG_PRESS, _aim),
    "launchApp": (ActionType.OPEN_APP, _app),
    "stopApp": (ActionType.CLOSE_APP, _app),
    "killApp": (ActionType.CLOSE_APP, _app),
    "inputText": (ActionType.TYPE, _word),
    "eraseText": (ActionType.KEY, _erase),
    "openLink": (ActionType.NAVIGATE, _word),
    "setClipboard": (ActionType.CLIPBOARD, _word),
    "evalScript": (ActionType.CODE, _word),
    "scroll": (ActionType.SCROLL, _scroll),
    "scrollUntilVisible": (ActionType.SCROLL, _scroll),
    "swipe": (ActionType.SWIPE, _swipe),
    "pressKey": (ActionType.KEY, _key),
    "back": (ActionType.SYSTEM_BUTTON, _back),
    "wait": (ActionType.WAIT, _wait),
    "waitForAnimationToEnd": (ActionType.WAIT, _wait),
    "extendedWaitUntil": (ActionType.WAIT, _wait),
    **dict.fromkeys(
        ("assertVisible", "assertNotVisible", "assertTrue", "takeScreenshot", "copyTextFrom"),
        (ActionType.OBSERVE, _look),
    ),
    **dict.fromkeys(("assertNoDefectsWithAI", "assertWithAI"), (ActionType.OBSERVE, _look)),
}
_MODES = {
    "openLink": "goto",
    "setClipboard": "write",
    "evalScript": "javascript",
    "takeScreenshot": "screenshot",
    "copyTextFrom": "text",
    **dict.fromkeys(("assertVisible", "assertNotVisible"), "tree"),
    **dict.fromkeys(("assertNoDefectsWithAI", "assertWithAI"), "screenshot"),
}


def _read(payload: Json, frame: Frame) -> tuple[Action, ...]:
    """A flow as text, or one command of it as an object."""
    if isinstance(payload, str) and (found := read_flow(payload, frame)) is not None:
        return found
    if isinstance(payload, dict) and payload:
        return tuple(_commands([payload], "", frame, 0))
    return (Action(type=ActionType.TOOL_CALL, raw=payload),)


VOCABULARY = Vocabulary(
    name="maestro", title="Maestro flows", words=frozenset(_COMMANDS), read=_read
)
