"""Settling in a real browser: by keys alone, two at once, and on a narrow screen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e import days
from tests.e2e.browser import chrome

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chrome() as started:
        yield started


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with days.office(tmp_path_factory.mktemp("office"), 5, disputed=True) as found:
        yield found


def test_disputes_are_settled_by_keys_alone(address: str, browser: Browser) -> None:
    with days.somebody(browser, address, "ada") as page:
        page.goto("/review/disputes/")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Settle it")).to_be_visible()
        first = page.url
        page.wait_for_load_state("load")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        expect(page.locator("[data-row][aria-current]")).to_have_attribute("data-row", "2")
        expect(page).to_have_url(re.compile("step=2"))
        page.keyboard.press("Enter")
        expect(page.locator("#compare-big")).to_be_visible()
        expect(page.locator("#compare-big .area").first).to_be_attached()
        page.keyboard.press("Escape")
        page.keyboard.press("2")
        expect(page.get_by_role("radio", name="Failed")).to_be_checked()
        page.get_by_label("Why").fill("It is not on the last screen.")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".toast")).to_contain_text("Settled as Failed. Here is the next.")
        assert page.url.split("?")[0] != first.split("?")[0]
        page.goto(first)
        expect(page.locator(".settled")).to_contain_text("Failed")
        expect(page.locator(".history")).to_contain_text("It is not on the last screen.")


def test_the_second_of_two_is_told_what_the_first_did(address: str, browser: Browser) -> None:
    with (
        days.somebody(browser, address, "ada") as ada,
        days.somebody(browser, address, "abe") as abe,
    ):
        ada.goto("/review/disputes/")
        dispute = ada.locator(".row-link").last.get_attribute("href") or ""
        for page in (ada, abe):
            page.goto(dispute)
        ada.get_by_role("radio", name="Passed").check()
        ada.get_by_label("Why").fill("I see it in the list.")
        ada.get_by_role("button", name="Settle").click()
        expect(ada.locator(".toast")).to_contain_text("Settled as Passed")
        abe.get_by_role("radio", name="Failed").check()
        abe.get_by_label("Why").fill("I do not.")
        abe.get_by_role("button", name="Settle").click()
        expect(abe.get_by_role("alert")).to_contain_text("ada settled it as Passed")
        expect(abe.get_by_label("Why", exact=True).first).to_have_value("I do not.")
        expect(abe.locator(".settled")).to_contain_text("Passed")


def test_the_list_follows_what_others_settle(address: str, browser: Browser) -> None:
    with (
        days.somebody(browser, address, "abe") as abe,
        days.somebody(browser, address, "ada") as ada,
    ):
        abe.goto("/review/disputes/")
        rows = abe.locator(".dispute")
        before = rows.count()
        ada.goto(abe.locator(".row-link").first.get_attribute("href") or "")
        ada.keyboard.press("3")
        ada.get_by_label("Why").fill("It cannot be told.")
        ada.keyboard.press("Control+Enter")
        expect(rows).to_have_count(before - 1)


def test_a_narrow_screen_swipes_between_reviewers(address: str, browser: Browser) -> None:
    with days.somebody(browser, address, "mia") as page:
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto("/review/disputes/")
        page.goto(page.locator(".row-link").first.get_attribute("href") or "")
        table = page.locator("#compare")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        second = page.locator(".compare-head").nth(1)
        second.scroll_into_view_if_needed()
        assert table.evaluate("each => each.scrollLeft") > 0
        step = page.locator("tbody .compare-step").first
        box = step.bounding_box()
        assert box is not None
        assert box["x"] < 40  # the step stays in sight
