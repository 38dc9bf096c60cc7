"""A real Chromium for tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

PLACES = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def page() -> Iterator[Page]:
    """A page in a browser of its own; what its console complains of fails the test."""
    program = os.environ.get("CHROMIUM") or next((p for p in PLACES if Path(p).exists()), None)
    if program is None:
        pytest.skip("no Chromium here; install the package chromium")
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        opened = browser.new_page(viewport={"width": 1280, "height": 860})
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.on(
            "console",
            lambda message: complaints.append(message.text) if message.type == "error" else None,
        )
        yield opened
        browser.close()
    assert complaints == [], complaints
