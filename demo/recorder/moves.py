"""The moves a script is made of: each acts on a surface and returns the action it was."""

from __future__ import annotations

from collections.abc import Callable

from demo.recorder.surface import Look, Surface
from demo.recorder.tree import Target, locate, spot
from themis.domain.action import Action, ActionType, Direction, Point

Move = Callable[[Surface, Look], Action]


def click(
    target: Target, *, count: int = 1, button: str = "left", at: tuple[float, float] = (0.5, 0.5)
) -> Move:
    """Click inside the target, `at` in fractions of its size."""

    def move(surface: Surface, look: Look) -> Action:
        point = spot(locate(look.nodes, target), *at)
        surface.click(point, count=count, button=button)
        pressed = None if button == "left" else button
        return Action(
            type=ActionType.CLICK, point=point, element=str(target), count=count, button=pressed
        )

    return move


def double_click(target: Target) -> Move:
    """Two quick clicks on the target."""
    return click(target, count=2)


def type_into(target: Target, text: str, *, clear_first: bool = False) -> Move:
    """Click a field and type; `clear_first` replaces what it held."""

    def move(surface: Surface, look: Look) -> Action:
        point = spot(locate(look.nodes, target))
        surface.click(point, count=1, button="left")
        if clear_first:
            surface.press(("ctrl", "a"))
        surface.type(text)
        return Action(
            type=ActionType.TYPE,
            point=point,
            element=str(target),
            text=text,
            clear_first=clear_first,
        )

    return move


def type_text(text: str) -> Move:
    """Type where the focus is."""

    def move(surface: Surface, look: Look) -> Action:  # noqa: ARG001
        surface.type(text)
        return Action(type=ActionType.TYPE, text=text)

    return move


def key(*keys: str) -> Move:
    """Press one chord."""

    def move(surface: Surface, look: Look) -> Action:  # noqa: ARG001
        surface.press(keys)
        return Action(type=ActionType.KEY, keys=keys)

    return move


def drag_onto(
    held: Target,
    goal: Target,
    *,
    start: tuple[float, float] = (0.5, 0.5),
    drop: tuple[float, float] = (0.5, 0.5),
) -> Move:
    """Drag one element onto another, `start` and `drop` in fractions of their sizes."""

    def move(surface: Surface, look: Look) -> Action:
        path = (
            spot(locate(look.nodes, held), *start),
            spot(locate(look.nodes, goal), *drop),
        )
        surface.drag(path)
        return Action(type=ActionType.DRAG, path=path, element=str(held))

    return move


def slide(target: Target, *, start: float, end: float) -> Move:
    """Drag a slider's thumb from one fraction of its length to another."""

    def move(surface: Surface, look: Look) -> Action:
        box = locate(look.nodes, target)
        path = (spot(box, start), spot(box, end))
        surface.drag(path)
        return Action(type=ActionType.DRAG, path=path, element=str(target))

    return move


def scroll(direction: Direction, *, over: Target) -> Move:
    """Turn the wheel while the pointer is over an element."""

    def move(surface: Surface, look: Look) -> Action:
        point = spot(locate(look.nodes, over))
        surface.scroll(point, direction)
        return Action(type=ActionType.SCROLL, direction=direction, point=point)

    return move


def select(target: Target, option: str) -> Move:
    """Pick an option of a list field."""

    def move(surface: Surface, look: Look) -> Action:
        point: Point = spot(locate(look.nodes, target))
        surface.choose(target, option)
        return Action(type=ActionType.SELECT_OPTION, point=point, element=str(target), text=option)

    return move
