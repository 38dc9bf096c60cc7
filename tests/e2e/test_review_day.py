"""The whole day in a real browser: a manager, two blind annotators, an adjudicator, the figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import days
from tests.e2e.browser import chrome

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

PATIENCE = 60_000  # milliseconds that filling and counting may take on a busy machine
REASON = "The note was never saved."  # the machine's, in stories


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chrome() as started:
        yield started


def make_queue(page: Page) -> str:
    """The address of a blind queue for two reviewers of all that was judged."""
    page.goto("/review/queues/new/")
    page.get_by_label("Name", exact=True).fill("Day")
    page.locator("[name=reviewers]").fill("2")
    page.locator("input[name=source][value=filter]").check()
    page.get_by_role("button", name="Make the queue").click()
    expect(page).to_have_url(re.compile(r"/review/queues/\d+/$"))
    expect(page.locator("#progress")).to_be_visible()
    expect(page.get_by_text("being filled")).to_have_count(0, timeout=PATIENCE)
    page.reload()
    expect(page.get_by_role("link", name="Review in it")).to_be_visible()
    return page.url


def decide(page: Page, queue: str, keys: str) -> None:
    """Decide each run of a queue with a key, seeing nothing of the machine's verdict before."""
    page.goto(f"{queue}work/")
    for key in keys:
        expect(page.locator("#item")).to_be_visible(timeout=20_000)
        before = page.locator("#item").get_attribute("data-item")
        assert REASON not in page.content()
        page.keyboard.press(key)
        page.keyboard.press("Control+Enter")
        expect(page.locator(f"#item[data-item='{before}']")).to_have_count(0, timeout=20_000)
    expect(page.locator("[data-end=empty]")).to_be_visible(timeout=20_000)
    expect(page.locator("#saved")).to_have_attribute("data-state", "sent", timeout=20_000)


def test_a_day_of_reviewing(tmp_path: Path, browser: Browser) -> None:
    with days.office(tmp_path, 3) as address:
        with days.somebody(browser, address, "mia") as mia:
            queue = make_queue(mia)
        for name, keys in (("ann", "111"), ("bea", "121")):
            with days.somebody(browser, address, name) as page:
                expect(page).to_have_url(re.compile("/review/"))
                decide(page, queue, keys)
        with days.somebody(browser, address, "ada") as ada:
            ada.goto("/review/disputes/")
            expect(ada.locator(".dispute")).to_have_count(1)
            ada.locator(".row-link").click()
            expect(ada.locator(".compare-head")).to_have_count(3)
            expect(ada.locator("#compare")).to_contain_text(REASON)
            ada.wait_for_load_state("load")  # from then on the page hears keys
            ada.keyboard.press("1")
            expect(ada.get_by_role("radio", name="Passed")).to_be_checked()
            ada.get_by_label("Why").fill("The title stands in the list.")
            ada.keyboard.press("Control+Enter")
            expect(ada.locator(".toast")).to_contain_text("Nothing more waits to be settled.")
        with days.somebody(browser, address, "bea") as bea:
            bea.goto("/notices/")
            expect(bea.locator("#main")).to_contain_text("was settled as Passed; you had said")
        with days.somebody(browser, address, "mia") as mia:
            mia.goto(queue)
            expect(mia.locator("#progress")).to_contain_text("3")
            mia.goto("/review/agreement/")
            count = mia.get_by_role("button", name=re.compile("Count"))
            if count.count():
                count.first.click()
            expect(mia.locator("#board")).to_contain_text("66.7", timeout=PATIENCE)
