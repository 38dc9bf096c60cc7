"""Drives one page in Chromium and reads its accessibility tree."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Required, TypedDict, cast

from PIL import Image
from playwright.sync_api import CDPSession, Page, Request, sync_playwright

from demo.recorder.errors import RecordingFailed
from demo.recorder.surface import Look, settled
from demo.recorder.tree import Node, Target
from themis.domain.action import Box, Direction, Point

WIDTH, HEIGHT = 1280, 800
WHEEL = 460  # pixels of one scroll
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-smooth-scrolling",
)
SILENT_ROLES = frozenset(
    {
        "DescriptionList", "InlineTextBox", "LabelText", "Legend", "LineBreak", "ListMarker",
        "MenuListPopup", "generic", "none", "paragraph", "sectionfooter", "sectionheader", "strong",
    }
)  # fmt: skip
PLAIN_ROLES = {"RootWebArea": "document", "StaticText": "text"}
KEYS = {"ctrl": "Control", "shift": "Shift", "alt": "Alt", "enter": "Enter", "esc": "Escape"}


class AxValue(TypedDict, total=False):
    value: str | bool | float


class AxProperty(TypedDict):
    name: str
    value: AxValue


class AxNode(TypedDict, total=False):
    nodeId: Required[str]
    childIds: list[str]
    ignored: bool
    role: AxValue
    name: AxValue
    value: AxValue
    properties: list[AxProperty]
    backendDOMNodeId: int


class Layout(TypedDict):
    nodeIndex: list[int]
    bounds: list[list[float]]


class DomNodes(TypedDict):
    backendNodeId: list[int]


class DomDocument(TypedDict):
    nodes: DomNodes
    layout: Layout
    scrollOffsetX: float
    scrollOffsetY: float


def chromium() -> str | None:
    """The browser to drive, or None where there is none."""
    named = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    return shutil.which(named)


@contextmanager
def browser_page(address: str) -> Iterator[WebSurface]:
    """A fresh browser on one address, closed at the end."""
    program = chromium()
    if program is None:
        raise RecordingFailed("no Chromium: install it, or name it in CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        try:
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            surface = WebSurface(page, f"Chromium {browser.version}")
            page.goto(address)
            yield surface
        finally:
            browser.close()


class WebSurface:
    """One page as a surface."""

    def __init__(self, page: Page, program: str) -> None:
        self.program = program
        self._page = page
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._under_way: set[Request] = set()
        page.on("request", self._started)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._ended)

    def look(self, shows: Target | None = None) -> Look:
        return settled(self._glance, shows)

    def click(self, at: Point, *, count: int, button: str) -> None:
        right = button == "right"
        self._page.mouse.click(at.x, at.y, click_count=count, button="right" if right else "left")

    def type(self, text: str) -> None:
        self._page.keyboard.type(text)

    def press(self, keys: tuple[str, ...]) -> None:
        self._page.keyboard.press("+".join(KEYS.get(key, key) for key in keys))

    def drag(self, path: tuple[Point, ...]) -> None:
        mouse = self._page.mouse
        mouse.move(path[0].x, path[0].y)
        mouse.down()
        for point in path[1:]:
            mouse.move(point.x, point.y, steps=12)
        mouse.up()

    def scroll(self, at: Point, direction: Direction) -> None:
        self._page.mouse.move(at.x, at.y)
        way = -1 if direction in (Direction.UP, Direction.LEFT) else 1
        sideways = direction in (Direction.LEFT, Direction.RIGHT)
        self._page.mouse.wheel(way * WHEEL * sideways, way * WHEEL * (not sideways))

    def choose(self, target: Target, option: str) -> None:
        lists = self._page.get_by_role("combobox", name=target.name, exact=True)
        lists.nth(target.nth).select_option(label=option)

    def _started(self, request: Request) -> None:
        self._under_way.add(request)

    def _ended(self, request: Request) -> None:
        self._under_way.discard(request)

    def _glance(self) -> Look | None:
        picture = Image.open(io.BytesIO(self._page.screenshot())).convert("RGB")
        nodes = self._nodes()
        return None if self._under_way else Look(image=picture, nodes=nodes)

    def _nodes(self) -> tuple[Node, ...]:
        reply = self._session.send("Accessibility.getFullAXTree")
        raw = cast("list[AxNode]", reply["nodes"])
        by_id = {node["nodeId"]: node for node in raw}
        return tuple(_reading_order(raw[0], by_id, self._places(), above=""))

    def _places(self) -> dict[int, Box]:
        """Where each laid-out DOM node is in the viewport, by its backend id."""
        reply = self._session.send("DOMSnapshot.captureSnapshot", {"computedStyles": []})
        document = cast("list[DomDocument]", reply["documents"])[0]
        ids = document["nodes"]["backendNodeId"]
        left, top = document["scrollOffsetX"], document["scrollOffsetY"]
        layout = document["layout"]
        return {
            ids[index]: Box(x=x - left, y=y - top, width=width, height=height)
            for index, (x, y, width, height) in zip(
                layout["nodeIndex"], layout["bounds"], strict=True
            )
        }


def _reading_order(
    raw: AxNode, by_id: dict[str, AxNode], places: dict[int, Box], *, above: str
) -> Iterator[Node]:
    """The elements under a node that have a place; no text that the element around it says."""
    node = None if raw.get("ignored") else _node(raw, places)
    if node and not (node.role == "text" and node.name in above):
        yield node
        above = node.name
    for child in raw.get("childIds", ()):
        if child in by_id:
            yield from _reading_order(by_id[child], by_id, places, above=above)


def _node(raw: AxNode, places: dict[int, Box]) -> Node | None:
    role, box = _text(raw.get("role")), places.get(raw.get("backendDOMNodeId", -1))
    if role in SILENT_ROLES or not box or not (box.width and box.height):
        return None
    states = {each["name"]: each["value"].get("value") for each in raw.get("properties", ())}
    value = raw.get("value")
    return Node(
        role=PLAIN_ROLES.get(role, role),
        name=_text(raw.get("name")),
        value=_text(value) if value or role == "textbox" else None,
        checked=_switch(states, "checked"),
        selected=_switch(states, "selected"),
        focused=states.get("focused") is True and role != "RootWebArea",
        disabled=states.get("disabled") is True,
        box=box,
    )


def _text(value: AxValue | None) -> str:
    return str(value.get("value", "")).strip() if value else ""


def _switch(states: dict[str, str | bool | float | None], name: str) -> bool | None:
    return states[name] in (True, "true") if name in states else None
