"""A queue from filter to first run, in a real browser: a manager makes it, an annotator begins."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import browser
from tests.e2e.shell import ROOT, Installation
from themis.domain.jsontypes import Json

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PATIENCE = 60_000  # milliseconds
ABORTED = "htmx:(sendAbort|afterRequest)"  # a count that a newer one overtook
RUNS = ("note-saved", "note-unsaved", "order-three")


@pytest.fixture
def house(tmp_path: Path) -> Installation:
    """An installation with three judged runs."""
    themis = Installation.peopled(tmp_path / "var")
    for name in RUNS:
        shutil.copytree(ROOT / "demo" / "trajectories" / name, tmp_path / "runs" / name)
    assert themis.run("ingest", str(tmp_path / "runs"), "--json").status == 0
    assert themis.run("judge", "--all", "--critic", "evidence-only", "--json").status == 0
    return themis


def sign_in(page: Page, address: str, person: dict[str, Json]) -> None:
    """Through the only page that strangers see."""
    page.goto(f"{address}/login/")
    page.get_by_label("Name").fill(str(person["name"]))
    page.get_by_label("Password").fill(str(person["password"]))
    page.keyboard.press("Enter")


@contextmanager
def another(page: Page) -> Iterator[Page]:
    """A page of somebody else's, in the same browser."""
    program = page.context.browser
    assert program is not None
    context = program.new_context(viewport={"width": 1280, "height": 860})
    yield context.new_page()
    context.close()


def fits(page: Page) -> None:
    """Nothing sticks out of the window at either width."""
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 860})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def make(page: Page, address: str) -> None:
    """A queue of what a list shows, with the estimate followed as it is typed."""
    page.goto(f"{address}/trajectories/?platform=web")
    page.get_by_role("link", name="Make a queue of these").click()
    expect(page.get_by_label("Platform")).to_have_value("web")
    said = page.locator("#estimate")
    expect(said).to_contain_text("3 runs")
    expect(said).to_contain_text("One person decides each: 3 decisions.")
    page.get_by_label("Reviewers of a run").fill("2")
    expect(said).to_contain_text("2 people decide each: 6 decisions.")
    page.get_by_label("Overlap").fill("34")
    expect(said).to_contain_text("2 people decide 1 of them")
    page.get_by_label("One upload").check()
    expect(page.get_by_label("Upload", exact=True)).to_be_visible()
    expect(said).to_contain_text("Choose an upload")
    page.get_by_label("Any filter").check()
    expect(page.get_by_label("Upload", exact=True)).to_be_hidden()
    fits(page)
    page.get_by_label("Name").fill("Did it do it?")
    page.get_by_label("Guidance").fill("Look at the last screen.")
    page.get_by_role("button", name="Make the queue").click()
    expect(page.get_by_role("heading", name="Did it do it?")).to_be_visible()


def test_a_queue_is_made_and_its_first_run_reached_without_reading(house: Installation) -> None:
    manager, annotator = house.person("manager"), house.person("annotator")
    with house.served() as address, browser.page(ignoring=ABORTED) as page:
        sign_in(page, address, manager)
        expect(page.get_by_role("link", name="Home")).to_be_visible()
        make(page, address)
        expect(page.locator("#progress")).to_contain_text("0 of 3 runs done", timeout=PATIENCE)
        expect(page.locator("#reviewers")).to_contain_text("Nobody has taken a run yet")
        fits(page)
        with another(page) as hers:
            sign_in(hers, address, annotator)
            expect(hers).to_have_url(f"{address}/review/")
            expect(hers.locator(".next")).to_contain_text("3 runs left for you")
            fits(hers)
            hers.get_by_role("link", name="Start reviewing").click()
            expect(hers).to_have_url(re.compile(r"/review/queues/\d+/work/"))
            # The manager's page hears of it by itself.
            expect(page.locator("#reviewers")).to_contain_text("annotator", timeout=PATIENCE)
        page.reload()
        page.get_by_role("link", name="To be decided").click()
        expect(page).to_have_url(re.compile("state=open"))
        expect(page.locator(".item-rows > li")).to_have_count(3)
        page.get_by_role("link", name="Gold").click()
        expect(page.locator("#items")).to_contain_text("No run with a known answer")
