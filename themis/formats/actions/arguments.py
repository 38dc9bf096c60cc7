"""What the vocabularies of computer-use models share in reading an action's arguments."""

from __future__ import annotations

from themis.domain.action import Action, ActionType, Direction, Point, Space, SpaceKind
from themis.domain.jsontypes import Json
from themis.formats.fields import number, text
from themis.formats.frame import Frame


def way(value: Json) -> Direction | None:
    """A direction by its name, in any case."""
    word = text(value).lower()
    return Direction(word) if word in list(Direction) else None


def duration(value: Json) -> float | None:
    """Seconds that can be waited."""
    found = number(value)
    return found if found is not None and found >= 0 else None


def declared(frame: Frame) -> Space | None:
    """The space of a display whose size was declared; None where the picture has that size."""
    display, picture = frame.device, frame.picture
    if display is None or picture is None or display == picture:
        return None
    kind = SpaceKind.RESIZED if display.width < picture.width else SpaceKind.PX
    return Space(kind=kind, width=float(display.width), height=float(display.height))


def pixel(x: Json, y: Json, frame: Frame) -> Point | None:
    """A place in pixels of the declared display, on the picture."""
    across, along = number(x), number(y)
    return frame.at(across, along) if across is not None and along is not None else None


def typing(name: str, written: str) -> Action:
    """Text that goes in key by key; a line break at its end presses Enter."""
    submit = written.endswith("\n")
    return Action(
        type=ActionType.TYPE,
        mode="keys",
        name=name,
        text=written[:-1] if submit else written,
        submit=submit,
    )
