"""Drives programs on a virtual Linux desktop and reads their AT-SPI trees."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TypedDict

from PIL import ImageGrab

from demo.recorder.desktop_session import WALLPAPER, as_user, furnish, service, session_environment
from demo.recorder.errors import RecordingFailed
from demo.recorder.story import DesktopStory
from demo.recorder.surface import PATIENCE, Look, settled
from demo.recorder.tree import Node, Target
from themis.domain.action import Box, Direction, Point

SIZE = "1024x768"
NEEDED = ("Xvfb", "dbus-daemon", "openbox", "xdotool", "wmctrl", "xsetroot")
TREE_READER = Path(__file__).resolve().parent / "atspi_tree.py"
WHEEL = {Direction.UP: "4", Direction.DOWN: "5", Direction.LEFT: "6", Direction.RIGHT: "7"}
KEYS = {"enter": "Return", "esc": "Escape", "delete": "Delete", "tab": "Tab"}
BUTTONS = {"left": "1", "right": "3"}
DRAG_STEPS = 12


class RawNode(TypedDict):
    role: str
    name: str
    value: str | None
    checked: bool | None
    selected: bool | None
    focused: bool
    disabled: bool
    bounds: list[float] | None


@contextmanager
def desktop(story: DesktopStory, home: Path) -> Iterator[DesktopSurface]:
    """A fresh desktop with the story's programs, all of it stopped at the end."""
    missing = [
        name for name in (*NEEDED, *(c[0] for c in story.programs)) if not shutil.which(name)
    ]
    if missing:
        raise RecordingFailed(f"not installed: {', '.join(missing)}; see demo/README.md")
    furnish(home, story.files)
    with ExitStack() as running:
        environment = session_environment(home, running, size=SIZE)
        surface = DesktopSurface(environment)
        surface.run("xsetroot", "-solid", WALLPAPER)
        for command in story.programs:
            words = tuple(word.replace("~", str(home)) for word in command)
            running.enter_context(service(words, environment))
        for title, place in story.windows.items():
            surface.put_window(title, place)
        yield surface


class DesktopSurface:
    """One X display as a surface."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment

    def look(self, shows: Target | None = None) -> Look:
        return settled(self._glance, shows)

    def click(self, at: Point, *, count: int, button: str) -> None:
        self._point_at(at)
        self._xdo("click", "--repeat", str(count), "--delay", "60", BUTTONS[button])

    def type(self, text: str) -> None:
        self._xdo("type", "--delay", "15", "--", text)

    def press(self, keys: tuple[str, ...]) -> None:
        self._xdo("key", "+".join(KEYS.get(key, key) for key in keys))

    def drag(self, path: tuple[Point, ...]) -> None:
        self._point_at(path[0])
        self._xdo("mousedown", "1")
        for start, end in pairwise(path):
            for step in range(1, DRAG_STEPS + 1):
                part = step / DRAG_STEPS
                x, y = start.x + (end.x - start.x) * part, start.y + (end.y - start.y) * part
                self._point_at(Point(x=round(x), y=round(y)))
        self.look()  # the program has to see the pointer over its target before the drop
        self._xdo("mouseup", "1")

    def scroll(self, at: Point, direction: Direction) -> None:
        self._point_at(at)
        self._xdo("click", "--repeat", "5", WHEEL[direction])

    def choose(self, target: Target, option: str) -> None:
        raise RecordingFailed(f"{target}: a desktop list is opened and clicked, not set ({option})")

    def put_window(self, title: str, place: tuple[int, int, int, int]) -> None:
        """Wait for a window and put it at x, y with a width and a height."""
        where = ",".join(str(side) for side in (0, *place))
        deadline = time.monotonic() + PATIENCE
        while title not in self.run("wmctrl", "-l"):
            if time.monotonic() > deadline:
                raise RecordingFailed(f"no window titled {title!r} came up")
            time.sleep(0.1)
        self.run("wmctrl", "-r", title, "-e", where)

    def run(self, *command: str, script: str = "") -> str:
        """Run a small program on this desktop; RecordingFailed where it fails."""
        done = subprocess.run(
            as_user(command),
            env=self._environment,
            input=script,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode and command[0] != "wmctrl":  # wmctrl fails while nobody has windows
            raise RecordingFailed(f"{command[0]}: {done.stderr.strip()}")
        return done.stdout

    def _point_at(self, at: Point) -> None:
        self._xdo("mousemove", "--sync", str(round(at.x)), str(round(at.y)))

    def _xdo(self, *words: str) -> None:
        self.run("xdotool", *words)

    def _glance(self) -> Look:
        image = ImageGrab.grab(xdisplay=self._environment["DISPLAY"]).convert("RGB")
        return Look(image=image, nodes=self._nodes())

    def _nodes(self) -> tuple[Node, ...]:
        # as text, because the user that the desktop runs as may not be able to read the file
        reader = TREE_READER.read_text(encoding="utf-8")
        raw: list[RawNode] = json.loads(self.run("/usr/bin/python3", "-", script=reader))
        return tuple(_node(each) for each in raw)


def _node(raw: RawNode) -> Node:
    bounds = raw["bounds"]
    return Node(
        role=raw["role"],
        name=raw["name"],
        value=raw["value"],
        checked=raw["checked"],
        selected=raw["selected"],
        focused=raw["focused"],
        disabled=raw["disabled"],
        box=Box(x=bounds[0], y=bounds[1], width=bounds[2], height=bounds[3]) if bounds else None,
    )
