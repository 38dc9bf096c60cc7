"""Every page of a team at work as axe sees it, light and dark; nothing sticks out on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e import days
from tests.e2e.axe import violations
from tests.e2e.browser import chrome

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

PAGES = {
    "mia": (
        "/", "/trajectories/", "/trust/", "/uploads/", "/review/", "/review/queues/",
        "/review/queues/new/", "/review/queues/1/", "/review/agreement/", "/review/disputes/",
        "/review/items/1/settling/", "/charts/", "/notices/", "/api/", "/settings/model/", "/jobs/",
        "/jobs/grpo/",
    ),
    "root": ("/settings/people/", "/settings/webhooks/", "/settings/keys/", "/settings/critics/",
             "/settings/webhooks/1/", "/settings/webhooks/messages/1/", "/jobs/new/"),
    "ann": ("/review/", "/settings/keymap/"),
}  # fmt: skip
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chrome() as started:
        yield started


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with days.office(tmp_path_factory.mktemp("office"), 3, disputed=True) as served:
        yield served


def run_of(page: Page) -> str:
    """The address of a run."""
    page.goto("/trajectories/")
    link = page.locator("a[href^='/trajectories/']").filter(has_text=re.compile("Save note")).first
    return str(link.get_attribute("href")).partition("?")[0]


def seen(page: Page, paths: list[str]) -> list[str]:
    """What is wrong with pages: axe in light and dark, and what sticks out at 390."""
    wrong = []
    for path in paths:
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        answer = page.goto(path)
        assert answer is not None
        assert answer.ok, path
        wrong += [f"{path}: {each}" for each in violations(page)]
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        wrong += [f"{path} dark: {each}" for each in violations(page, colours_alone=True)]
        page.set_viewport_size({"width": 390, "height": 844})
        if page.evaluate(SIDEWAYS) > 0:
            wrong.append(f"{path} is {page.evaluate(SIDEWAYS)} pixels too wide for a phone")
        page.set_viewport_size({"width": 1280, "height": 860})
    return wrong


@pytest.mark.parametrize("name", list(PAGES))
def test_axe_finds_nothing_on_any_page(browser: Browser, address: str, name: str) -> None:
    with days.somebody(browser, address, name) as page:
        assert "\n".join(seen(page, [*PAGES[name]])) == ""


def test_axe_finds_nothing_on_pages_of_a_run(browser: Browser, address: str) -> None:
    with days.somebody(browser, address, "mia") as page:
        run = run_of(page)
        tabs = ("evidence", "steps", "inspect", "turns", "find", "comments")
        paths = [f"{run}compare/", *(f"{run}?tab={tab}" for tab in tabs)]
        assert "\n".join(seen(page, paths)) == ""
