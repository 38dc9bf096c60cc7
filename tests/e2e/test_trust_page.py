"""Trust in a real browser: measured by a button, opened by a cell, a table dropped on the page."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import browser
from tests.e2e.shell import ROOT, Installation
from tests.e2e.test_shapes import drop, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PATIENCE = 120_000  # milliseconds that a measuring may take on a busy machine
CSV = "id,task,label,first,second\n" + "".join(
    f"{n},t{n},{n % 2},{n % 2},{int(n % 3 > 0)}\n" for n in range(24)
)


def fits(page: Page) -> None:
    """Nothing sticks out of the window at either width."""
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 860})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("themis", ["embedded"], indirect=True)
def test_judges_are_measured_and_their_runs_opened(themis: Installation, tmp_path: Path) -> None:
    person = themis.person("manager")
    for name in ("note-saved", "note-unsaved"):
        shutil.copytree(ROOT / "demo" / "trajectories" / name, tmp_path / "runs" / name)
    assert themis.run("ingest", str(tmp_path / "runs"), "--json").status == 0
    assert themis.run("judge", "--all", "--critic", "evidence-only", "--json").status == 0
    with themis.served() as address, browser.page() as page:
        sign_in(page, address, person)
        page.wait_for_load_state("load")  # the keys are a script of their own
        page.keyboard.press("g")
        page.keyboard.press("r")
        expect(page).to_have_url(f"{address}/trust/")
        expect(page.locator("#board")).to_contain_text("not measured yet")
        page.evaluate("window.sameDocument = true")
        page.get_by_role("button", name="Measure all").click()
        expect(page.locator("#board")).not_to_contain_text("not measured", timeout=PATIENCE)
        expect(page.locator(".work")).to_have_count(0, timeout=PATIENCE)
        fits(page)
        page.get_by_role("link", name="evidence-only").click()
        expect(page.get_by_role("heading", name="Right and wrong")).to_be_visible()
        page.locator("a.cell").filter(has_text=re.compile(r"^\s*[1-9]")).first.press("Enter")
        expect(page.locator("#runs li a").first).to_be_visible()
        fits(page)
        page.get_by_label("Floor").fill("0.66")
        page.get_by_role("button", name="Ask for it").press("Enter")
        expect(page.locator("tr.asked")).to_contain_text("0.660")
        expect(page).to_have_url(re.compile("floor=0.66&alpha=0.05"))


def test_a_dropped_table_is_measured_before_ones_eyes(tmp_path: Path) -> None:
    themis = Installation.peopled(tmp_path / "var")
    person = themis.person("manager")
    (tmp_path / "verdicts.csv").write_text(CSV)
    (tmp_path / "wrong.csv").write_text(CSV + "24,t24,perhaps,1,1\n")
    with themis.served() as address, browser.page(ignoring="422") as page:
        sign_in(page, address, person)
        page.goto(f"{address}/trust/tables/")
        fits(page)
        page.locator("input[name=files]").set_input_files(tmp_path / "wrong.csv")
        expect(page.get_by_role("alert")).to_contain_text("wrong.csv: line 26: label: 'perhaps'")
        drop(page, tmp_path / "verdicts.csv")
        expect(page).to_have_url(re.compile(r"/trust/tables/\d+/"))
        expect(page.locator(".judges tbody tr")).to_have_count(4, timeout=PATIENCE)
        expect(page.locator(".judges")).to_contain_text("both")
        fits(page)
        page.get_by_role("link", name="second").click()
        expect(page.locator("svg.reliability")).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("link", name="CSV", exact=True).click()
        assert download.value.path().read_text().startswith("id,task,label,platform,first,second")
