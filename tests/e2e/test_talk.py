"""Two people talk about a run in two real browsers: named, heard at once, seen, and gone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from demo.recorder.web import FLAGS, chromium
from tests.e2e import browser
from tests.e2e.shell import ROOT, Installation
from tests.e2e.test_shapes import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

RUNS = ("note-saved", "note-unsaved")
PATIENCE = 20_000  # milliseconds; a page that falls silent is gone after 15 s


@dataclass
class Table:
    """Runs, and two people before one of them; each has a server where there are two."""

    runs: list[str]
    addresses: list[str]  # ann's and bob's
    ann: Page
    bob: Page
    their_browser: Browser  # bob's

    def look_at(self, number: int) -> None:
        """Let both open the comments on a run."""
        for page, address in zip((self.ann, self.bob), self.addresses, strict=True):
            page.goto(f"{address}/trajectories/{self.runs[number]}/?tab=comments")
            expect(page.locator("#comment-text")).to_be_visible()


@pytest.fixture
def table(themis: Installation) -> Iterator[Table]:
    """Two people; in the grown shape each with a server process of their own."""
    with laid(themis) as made:
        made.look_at(0)
        yield made


@pytest.fixture(scope="module")
def small_table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    """For what does not depend on the shape; each test has a run of its own."""
    with laid(Installation.peopled(tmp_path_factory.mktemp("talk") / "var")) as made:
        yield made


@contextmanager
def laid(themis: Installation) -> Iterator[Table]:
    themis.patience = 240.0
    people = [themis.person(name) for name in ("ann.lee", "bob")]
    for name in RUNS:
        shutil.copytree(ROOT / "demo" / "trajectories" / name, themis.home.parent / "runs" / name)
    stored = themis.run("ingest", str(themis.home.parent / "runs"), "--json", "--no-judge").lines
    themis.variables["THEMIS_WORKERS"] = "0"
    with servers(themis) as addresses, browser.page(ignoring="ERR_|WebSocket") as ann:
        kind = ann.context.browser.browser_type if ann.context.browser else None
        assert kind is not None
        second = kind.launch(executable_path=chromium(), args=list(FLAGS))
        bob = second.new_page(viewport={"width": 1280, "height": 860})
        for page, address, person in zip((ann, bob), addresses, people, strict=True):
            sign_in(page, address, person)
        runs = [str(each["id"]) for each in stored]
        yield Table(runs=runs, addresses=addresses, ann=ann, bob=bob, their_browser=second)
        if second.is_connected():
            second.close()


@contextmanager
def servers(themis: Installation) -> Iterator[list[str]]:
    """Two server processes where there can be two, else one twice."""
    with ExitStack() as stack:
        first = stack.enter_context(themis.served())
        is_grown = "REDIS_URL" in themis.variables
        yield [first, stack.enter_context(themis.served()) if is_grown else first]


@pytest.mark.parametrize("themis", ["grown"], indirect=True)
def test_two_people_talk_and_one_is_killed(table: Table) -> None:
    somebody_is_named_by_keyboard_and_hears_of_it_at_once(table)
    both_see_each_other_until_a_browser_is_killed(table)


def somebody_is_named_by_keyboard_and_hears_of_it_at_once(table: Table) -> None:
    ann, bob = table.ann, table.bob
    expect(bob.locator("#bell")).to_have_accessible_name("Notices")
    bob.evaluate("window.sameDocument = true")
    ann.locator("h1.instruction").click()
    ann.keyboard.press("c")
    expect(ann.locator("#comment-text")).to_be_focused()
    ann.keyboard.type("Ask @")
    expect(ann.get_by_role("option", name="bob")).to_have_attribute("aria-selected", "true")
    ann.keyboard.type("b")
    field = ann.locator("#comment-text")
    expect(field).to_have_attribute("aria-activedescendant", "mention-names-0")
    ann.keyboard.press("Enter")
    expect(field).to_have_value("Ask @bob ")
    expect(ann.get_by_role("listbox")).to_be_hidden()
    ann.keyboard.type("about step 2")
    ann.keyboard.press("Control+Enter")
    expect(ann.locator(".comment")).to_contain_text("Ask @bob about step 2")
    expect(field).to_have_value("")

    expect(bob.locator(".comment .person")).to_have_text("@bob")
    expect(bob.locator("#bell")).to_have_accessible_name("Notices, 1 unread")
    bob.locator(".comment-text a").click()
    expect(bob.locator("#step-number")).to_have_text("2")
    assert bob.evaluate("window.sameDocument") is True
    bob.locator("#bell").click()
    bob.get_by_role("link", name="ann.lee mentioned you").click()
    expect(bob.locator(".comment")).to_be_in_viewport()
    expect(bob.locator("#bell")).to_have_accessible_name("Notices")


def both_see_each_other_until_a_browser_is_killed(table: Table) -> None:
    expect(table.ann.locator(".presence")).to_contain_text("BO")
    expect(table.bob.get_by_role("list", name="Also looking")).to_contain_text("ann.lee")
    dies = table.their_browser.new_browser_cdp_session()
    table.their_browser.once("disconnected", lambda _: None)
    try:
        dies.send("Browser.crash")
    except Exception as error:  # noqa: BLE001  it dies before it can answer
        assert "closed" in str(error).lower()
    expect(table.ann.locator(".presence")).to_be_hidden(timeout=PATIENCE)


def test_words_are_kept_sent_once_changed_and_taken_back(small_table: Table) -> None:
    small_table.look_at(0)
    a_draft_outlives_its_tab(small_table)
    what_was_typed_without_a_connection_is_sent_once(small_table)
    authors_edit_and_delete_their_words(small_table)


def what_was_typed_without_a_connection_is_sent_once(table: Table) -> None:
    ann, bob = table.ann, table.bob
    ann.context.set_offline(True)
    ann.locator("#comment-text").fill("Typed in a tunnel")
    ann.get_by_role("button", name="Comment", exact=True).click()
    expect(ann.locator("#composer-state")).to_contain_text("No connection")
    ann.context.set_offline(False)
    expect(ann.locator(".comment")).to_contain_text("Typed in a tunnel", timeout=PATIENCE)
    ann.reload()
    expect(ann.locator(".comment")).to_have_count(1)
    expect(bob.locator(".comment")).to_have_count(1)
    expect(ann.locator("#comment-text")).to_have_value("")


def a_draft_outlives_its_tab(table: Table) -> None:
    ann = table.ann
    ann.locator("#comment-text").fill("Half a thou")
    ann.reload()
    expect(ann.locator("#comment-text")).to_have_value("Half a thou")
    expect(ann.locator("#composer-state")).to_contain_text("Kept from before")


def test_a_region_is_marked_by_keyboard_and_by_mouse(small_table: Table) -> None:
    small_table.look_at(1)
    ann, bob = small_table.ann, small_table.bob
    ann.get_by_role("button", name="Mark a region").click()
    expect(ann.get_by_role("application")).to_be_focused()
    ann.keyboard.press("ArrowRight")
    ann.keyboard.press("Shift+ArrowDown")
    ann.keyboard.press("Enter")
    expect(ann.locator("#step-number")).to_have_text("1")  # the keys of the stage rested
    ann.locator("#comment-text").fill("This part")
    ann.keyboard.press("Control+Enter")
    expect(ann.locator(".comment")).to_contain_text("on a region on step 1")
    expect(ann.locator('.shot .region[data-stance="comment"]')).to_have_count(1)
    expect(bob.locator('.shot .region[data-stance="comment"]')).to_have_count(1)

    ann.get_by_role("button", name="Mark a region").click()
    shot = ann.locator(".shot img").bounding_box()
    assert shot is not None
    x, y = shot["x"] + shot["width"] / 2, shot["y"] + shot["height"] / 2
    ann.mouse.click(x - 40, y - 40)  # one corner, then the other: no dragging is needed
    ann.mouse.click(x + 40, y + 40)
    expect(ann.locator("[data-about]")).to_have_value("region")
    ann.keyboard.type("And this")
    ann.keyboard.press("Control+Enter")
    expect(ann.locator('.shot .region[data-stance="comment"]')).to_have_count(2)


def authors_edit_and_delete_their_words(table: Table) -> None:
    ann = table.ann
    ann.get_by_role("button", name="Edit your comment").click()
    ann.locator("#comment-text").fill("Wrong")
    ann.get_by_role("button", name="Save").click()
    expect(table.bob.locator(".comment")).to_contain_text("edited")
    expect(table.bob.get_by_role("button", name="Edit your comment")).to_have_count(0)
    ann.get_by_role("button", name="Delete your comment").click()
    ann.get_by_role("button", name="Really delete").click()
    expect(table.bob.locator(".comment")).to_have_count(0)
