"""Charts in a real browser: drawn, clicked, saved, re-drawn in the dark, read by keyboard."""

from __future__ import annotations

import io
import re
import shutil

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.e2e import browser
from tests.e2e.shell import ROOT, Installation
from tests.e2e.test_shapes import sign_in
from tests.e2e.test_trust_page import fits
from themis.domain.jsontypes import Json

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

RUNS = ("note-saved", "note-unsaved", "order-short", "agenda-replaced")
REFUSALS = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => {
    window.refused.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
});
"""
DRAWN = """(canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Set();
    for (let at = 0; at < data.length; at += 4) {
        if (data[at + 3]) seen.add(data.slice(at, at + 3).join());
    }
    return seen.size;
}"""
MIDDLE = """(canvas, [series, index]) => {
    const { data } = window.Chart.getChart(canvas).getDatasetMeta(series);
    const { x, y } = data[index].getCenterPoint();
    return { x, y };
}"""
HREF = """(canvas, [series, index]) => {
    const set = window.Chart.getChart(canvas).data.datasets[series];
    return set.hrefs?.[index] ?? set.data[index].href;
}"""


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Installation, dict[str, Json]]:
    """Four labelled runs with verdicts, and who may look."""
    tmp_path = tmp_path_factory.mktemp("judged")
    themis = Installation.peopled(tmp_path / "var")
    person = themis.person("manager")
    for name in RUNS:
        shutil.copytree(ROOT / "demo" / "trajectories" / name, tmp_path / "runs" / name)
    assert themis.run("ingest", str(tmp_path / "runs"), "--json").status == 0
    assert themis.run("judge", "--all", "--critic", "evidence-only", "--json").status == 0
    return themis, person


def canvas(page: Page, name: str) -> Locator:
    """A chart, once it is drawn."""
    found = page.locator(f'canvas[data-chart="{name}"]')
    expect(found).to_have_attribute("width", re.compile(r"[1-9]\d\d"))
    return found


def test_charts_are_drawn_clicked_saved_and_read(
    judged: tuple[Installation, dict[str, Json]],
) -> None:
    themis, person = judged
    with themis.served() as address, browser.page() as page:
        page.add_init_script(REFUSALS)
        sign_in(page, address, person)
        page.wait_for_load_state("load")
        page.keyboard.press("g")
        page.keyboard.press("c")
        expect(page).to_have_url(f"{address}/charts/")
        for drawn in page.locator("canvas[data-chart]").all():
            name = drawn.get_attribute("data-chart") or ""
            assert canvas(page, name).evaluate(DRAWN) > 3, name
        fits(page)
        saved(page)
        darkened(page)
        walked(page)
        narrowed(page, address)
        clicked(page)
        assert page.evaluate("window.refused") == []


def saved(page: Page) -> None:
    """A chart as a picture with its title, on paper."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Outcomes by platform as PNG").click()
    assert download.value.suggested_filename == "outcomes-platform.png"
    picture = Image.open(io.BytesIO(download.value.path().read_bytes()))
    assert picture.format == "PNG"
    assert picture.width > 300
    assert picture.convert("RGBA").getpixel((1, 1)) == (255, 255, 255, 255)
    assert len(picture.convert("RGB").getcolors(1 << 20) or []) > 20
    with page.expect_download() as download:
        page.get_by_role("link", name="Outcomes by platform as CSV").click()
    assert download.value.path().read_text().startswith("Platform,passed,failed,undecided,")


def darkened(page: Page) -> None:
    """Drawn anew as the theme changes."""
    before = canvas(page, "confusion").evaluate("(each) => each.toDataURL()")
    page.get_by_role("button", name="Light or dark").click()
    after = canvas(page, "confusion").evaluate("(each) => each.toDataURL()")
    assert before != after
    assert page.evaluate("window.refused") == []


def walked(page: Page) -> None:
    """The table behind a chart, without a mouse."""
    summary = page.locator("#outcomes-platform summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#outcomes-platform table")).to_be_visible()
    page.keyboard.press("Tab")  # the part that scrolls
    page.keyboard.press("Tab")
    count = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/charts/runs/\?platform=\w+&said=passed$"))
    assert page.locator(".runs-behind tbody tr").count() == int(count)
    fits(page)
    page.go_back()


def narrowed(page: Page, address: str) -> None:
    """A filter changes the address and what is drawn, not the page."""
    canvas(page, "confusion")
    page.evaluate("window.sameDocument = true")
    page.get_by_label("Rulings of people").check()
    expect(page).to_have_url(f"{address}/charts/?against=people")
    expect(page.locator("#confusion")).to_contain_text("Decide some in a review queue")
    assert canvas(page, "outcomes-platform").evaluate(DRAWN) > 3
    page.get_by_label("Labels that came along").check()
    expect(page).to_have_url(f"{address}/charts/?against=labels")
    assert canvas(page, "confusion").evaluate(DRAWN) > 3
    assert page.evaluate("window.sameDocument")


def clicked(page: Page) -> None:
    """A point, a bar and a cell open what they count."""
    for name, place in (("confusion", [1, 1]), ("outcomes-length", [0, 0]), ("strictness", [0, 0])):
        found = canvas(page, name)
        found.scroll_into_view_if_needed()
        href = found.evaluate(HREF, place)
        found.click(position=found.evaluate(MIDDLE, place))
        expect(page).to_have_url(re.compile(re.escape(href)))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.go_back()


def test_a_finger_sees_the_figures_before_it_opens_the_runs(
    judged: tuple[Installation, dict[str, Json]],
) -> None:
    themis, person = judged
    with themis.served() as address, browser.page() as page:
        sign_in(page, address, person)
        page.goto(f"{address}/charts/")
        found = canvas(page, "confusion")
        tap = """(canvas, at) => {
            const box = canvas.getBoundingClientRect();
            const place = { clientX: box.x + at.x, clientY: box.y + at.y };
            const how = { bubbles: true, pointerType: "touch", ...place };
            canvas.dispatchEvent(new PointerEvent("click", how));
        }"""
        middle = found.evaluate(MIDDLE, [1, 1])
        found.evaluate(tap, middle)
        assert page.url == f"{address}/charts/"
        found.evaluate(tap, middle)
        expect(page).to_have_url(re.compile("/charts/runs/"))
