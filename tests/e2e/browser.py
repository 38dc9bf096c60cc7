"""A real Chromium for tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from demo.recorder.web import FLAGS, chromium


@contextmanager
def chrome() -> Iterator[Browser]:
    """A browser in which several people can be."""
    program = chromium()
    if program is None:
        pytest.skip("no Chromium here; install the package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def page(*, ignoring: str = "") -> Iterator[Page]:
    """A page in a browser of its own; see `page_in`."""
    with chrome() as browser, page_in(browser, ignoring=ignoring) as opened:
        yield opened


@contextmanager
def page_in(browser: Browser, *, ignoring: str = "", scripts: bool = True) -> Iterator[Page]:
    """A page of somebody of its own; what its console complains of fails the test.

    `ignoring` is a pattern of complaints that belong to the test.
    """
    complaints: list[str] = []
    opened = browser.new_page(viewport={"width": 1280, "height": 860}, java_script_enabled=scripts)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    try:
        yield opened
    finally:
        opened.context.close()
    if ignoring:
        complaints = [each for each in complaints if not re.search(ignoring, each)]
    assert complaints == [], complaints
