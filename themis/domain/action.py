"""The canonical action: what an agent did, whatever framework recorded it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from themis.domain.jsontypes import Json


class ActionType(StrEnum):
    """The 26 kinds. What fits none of them is a TOOL_CALL that keeps its own name."""

    CLICK = "click"
    LONG_PRESS = "long_press"
    MOUSE_DOWN = "mouse_down"
    MOUSE_UP = "mouse_up"
    MOVE = "move"
    DRAG = "drag"
    SWIPE = "swipe"
    SCROLL = "scroll"
    PINCH = "pinch"
    TYPE = "type"
    KEY = "key"
    SYSTEM_BUTTON = "system_button"
    OPEN_APP = "open_app"
    CLOSE_APP = "close_app"
    NAVIGATE = "navigate"
    TAB = "tab"
    SELECT_OPTION = "select_option"
    SET_CHECKED = "set_checked"
    UPLOAD_FILE = "upload_file"
    CLIPBOARD = "clipboard"
    WAIT = "wait"
    OBSERVE = "observe"
    CODE = "code"
    TOOL_CALL = "tool_call"
    MESSAGE = "message"
    TERMINATE = "terminate"


class Direction(StrEnum):
    """Scroll: where the content's view moves (down shows what is below). Swipe: the finger."""

    UP = "up"
    DOWN = "down"
    LEFT = "left"
    RIGHT = "right"


def _as_floats(record: object, *names: str) -> None:
    """Numbers of a record as floats: 3 and 3.0 are one place and must be written as one."""
    for name in names:
        if type(getattr(record, name)) is int:
            object.__setattr__(record, name, float(getattr(record, name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A place in pixels of the screen the action was decided on, from its top left."""

    x: float
    y: float

    def __post_init__(self) -> None:
        """One place, one value."""
        _as_floats(self, "x", "y")


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle in pixels of a screen."""

    x: float
    y: float
    width: float
    height: float

    def __post_init__(self) -> None:
        """One rectangle, one value."""
        _as_floats(self, "x", "y", "width", "height")


class SpaceKind(StrEnum):
    """What the source counts coordinates in."""

    PX = "px"  # pixels of the device or page
    NORM1 = "norm1"  # 0 to 1 of the screen's width and height
    NORM1000 = "norm1000"  # 0 to 1000 of them
    RESIZED = "resized"  # pixels of a copy that was scaled for the model


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """The coordinates the source wrote. `point`, `path` and `box` are resolved from them."""

    kind: SpaceKind
    width: float | None = None  # px and resized: of the space, where known
    height: float | None = None

    def __post_init__(self) -> None:
        """One space, one value."""
        _as_floats(self, "width", "height")


class Unit(StrEnum):
    """What a scroll is measured in."""

    PX = "px"
    NOTCH = "notch"  # of a mouse wheel
    PAGE = "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """How far a scroll moved the view: right and down are positive."""

    dx: float = 0.0
    dy: float = 0.0
    unit: Unit

    def __post_init__(self) -> None:
        """One distance, one value."""
        _as_floats(self, "dx", "dy")


MODES: dict[ActionType, tuple[str, ...]] = {
    ActionType.TYPE: ("keys", "insert"),
    ActionType.KEY: ("press", "down", "up", "hold"),
    ActionType.NAVIGATE: ("goto", "back", "forward", "reload", "search", "home"),
    ActionType.TAB: ("new", "close", "focus"),
    ActionType.SET_CHECKED: ("on", "off"),
    ActionType.CLIPBOARD: ("copy", "paste", "read", "write"),
    ActionType.OBSERVE: ("screenshot", "zoom", "cursor", "tree", "text"),
    ActionType.CODE: ("python", "shell", "javascript"),
    ActionType.MESSAGE: ("inform", "ask"),
}
"""The ways in which an action of a type can be done. None: the type has one, or nobody said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing an agent did. `raw` keeps the source's own payload without loss."""

    type: ActionType
    mode: str | None = None  # one of MODES[type]
    name: str = ""  # the source's own word for it
    point: Point | None = None
    box: Box | None = None
    path: tuple[Point, ...] = ()  # drag, swipe: two points or more, first to last
    element: str | None = None  # as the source names it: "bid=12", "text=OK"
    text: str | None = None  # typed text, app, address, code, message or answer
    keys: tuple[str, ...] = ()  # one chord, as pressed: ("ctrl", "s")
    direction: Direction | None = None
    delta: Delta | None = None  # scroll: how far, where the source says
    scale: float | None = None  # pinch: over 1 spreads the fingers
    button: str | None = None  # mouse button, or the system button's name
    count: int = 1  # clicks: 2 is a double click
    modifiers: tuple[str, ...] = ()
    submit: bool = False  # type: Enter was pressed at the end
    clear_first: bool = False  # type: what the field held was replaced
    status: str | None = None  # terminate: success, failure or infeasible
    seconds: float | None = None  # wait, long press, drag, held key
    space: Space | None = None  # None: pixels of the screen, as resolved
    raw: Json = None

    def __post_init__(self) -> None:
        """One action, one value."""
        _as_floats(self, "scale", "seconds")
