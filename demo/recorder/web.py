"""Drives one page in Chromium and reads its accessibility tree."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from PIL import Image
from playwright.sync_api import CDPSession, Page, Request, sync_playwright

from demo.recorder.ax_tree import AxNode, DomDocument, elements
from demo.recorder.errors import RecordingFailed
from demo.recorder.surface import Look, settled
from demo.recorder.tree import Node, Target
from themis.domain.action import Direction, Point

WIDTH, HEIGHT = 1280, 800
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
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
KEYS = {"ctrl": "Control", "shift": "Shift", "alt": "Alt", "enter": "Enter", "esc": "Escape"}


def chromium() -> str | None:
    """The browser to drive, or None where there is none."""
    named = os.environ.get("CHROMIUM")
    return next(filter(None, map(shutil.which, [named] if named else PROGRAMS)), None)


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
        tree = self._session.send("Accessibility.getFullAXTree")
        layout = self._session.send("DOMSnapshot.captureSnapshot", {"computedStyles": []})
        return elements(
            cast("list[AxNode]", tree["nodes"]), cast("list[DomDocument]", layout["documents"])
        )
