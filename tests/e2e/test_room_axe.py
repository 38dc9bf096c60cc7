"""The room as axe sees it, and at sizes that people have: light and dark, tablet, phone, 200 %."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e import rooms
from tests.e2e.axe import violations
from tests.e2e.browser import chrome
from tests.e2e.rooms import Room, entered, item_of, next_came

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

Scheme = Literal["light", "dark"]
SIZES = {
    "desk": (1280, 860),
    "tablet": (1024, 768),
    "upright": (768, 1024),
    "phone": (390, 844),
    "zoomed": (640, 430),  # 1280 by 860 at 200 %
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chrome() as started:
        yield started


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Room]]:
    asked: dict[str, dict[str, object]] = {"open": {"is_blind": False}, "last": {"runs": 1}}
    with rooms.house(tmp_path_factory.mktemp("house"), **asked) as made:
        yield made


@pytest.fixture(scope="module")
def context(browser: Browser, house: dict[str, Room]) -> Iterator[BrowserContext]:
    with rooms.someone(browser, house["open"]) as opened:
        yield opened


@pytest.fixture
def page(context: BrowserContext, house: dict[str, Room]) -> Iterator[Page]:
    opened = entered(context, house["open"])
    yield opened
    opened.close(run_before_unload=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("way", ["film", "compare", "chain"])
def test_axe_finds_nothing(page: Page, scheme: Scheme, way: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.locator(f"[data-set-way={way}]").click()
    page.locator(".ruling[data-ruling=failed]").click()
    page.keyboard.press("j")
    page.keyboard.press("y")
    page.keyboard.press("q")
    page.keyboard.press("a")
    page.keyboard.type("Mine")
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_what_is_opened(page: Page, scheme: Scheme) -> None:
    page.emulate_media(color_scheme=scheme)
    page.get_by_text("Not now…").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Control+.")
    expect(page.locator("#ask")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("size", list(SIZES))
def test_every_size_shows_screen_and_ruling_without_a_sideways_scroll(
    page: Page, size: str
) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    expect(page.locator("#shots img").first).to_be_visible()
    expect(page.get_by_role("button", name="Submit, next")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    before = page.locator("#step-number").inner_text()
    page.get_by_role("link", name="Next step").click()
    expect(page.locator("#step-number")).not_to_have_text(before)


def test_targets_are_large_enough_to_be_hit(page: Page) -> None:
    small = page.evaluate(
        """() => ["button", "summary", ".segmented a", ".answers label", ".sure label", ".ruling"]
        .flatMap(kind => [...document.querySelectorAll(`#main ${kind}`)])
        .filter(each => each.checkVisibility())
        .map(each => [each.outerHTML.slice(0, 120), each.getBoundingClientRect()])
        .filter(([, box]) => box.width && (box.width < 24 || box.height < 24))
        .map(([html, box]) => `${Math.round(box.width)} by ${Math.round(box.height)}: ${html}`)"""
    )
    assert small == []


def test_the_settings_of_keys(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/settings/keymap/")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
    page.close()


def test_the_end_of_a_queue(browser: Browser, house: dict[str, Room]) -> None:
    with rooms.someone(browser, house["last"]) as context:
        page = entered(context, house["last"])
        page.keyboard.press("1")
        page.keyboard.press("Control+Enter")
        expect(page.locator("[data-end=empty] h2")).to_be_focused()
        assert violations(page) == []


def test_a_region_is_marked_with_the_pointer(page: Page) -> None:
    before = item_of(page)
    page.locator("#marking").click()
    box = page.locator(".region-mark").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 40, steps=4)
    page.mouse.up()
    expect(page.locator(".why-part .chip")).to_contain_text("region, step 1")
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
    next_came(page, before)
