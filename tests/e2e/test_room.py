"""The review room in a real browser: decided by keys alone, offline, in two tabs, over a kill."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e import rooms
from tests.e2e.rooms import entered, item_of, next_came, saved

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with rooms.chrome() as started:
        yield started


def test_a_first_decision_from_the_login_page(tmp_path: Path, browser: Browser) -> None:
    room = rooms.room(tmp_path, runs=2)
    with room.served() as address:
        context = rooms.someone(browser, address, room.people["ann"])
        page = entered(context, room)
        page.evaluate("window.sameDocument = true")
        first = item_of(page)
        page.get_by_role("button", name="Submit, next").click()
        expect(page.locator("#unfit")).to_have_text("Choose how the run went first.")
        page.locator(".ruling[data-ruling=failed]").click()
        page.get_by_role("button", name="Submit, next").click()
        next_came(page, first)
        saved(page, "sent")
        assert page.evaluate("window.sameDocument") is True
        context.close()
        decisions, _ = room.told()
    assert [(each["item"], each["ruling"]) for each in decisions] == [(int(first), "failed")]


def test_a_whole_run_is_judged_by_keys_alone(tmp_path: Path, browser: Browser) -> None:
    room = rooms.room(tmp_path, runs=2)
    with room.served() as address:
        context = rooms.someone(browser, address, room.people["ann"])
        page = entered(context, room)
        press = page.keyboard.press
        first = item_of(page)
        press("ArrowRight")
        expect(page.locator("#step-number")).to_have_text("2")
        press("j")
        expect(page.locator(".question[data-here] .goal")).to_be_focused()
        press("n")
        press("q")
        press("r")
        expect(page.locator(".region-mark")).to_be_focused()
        press("ArrowRight")
        press("Shift+ArrowDown")
        press("Enter")
        expect(page.locator(".question .chip")).to_have_count(2)
        press("2")
        press("f")
        press("t")
        page.keyboard.type("Nothing was saved. 1 2 j")
        press("Escape")
        press("a")
        page.keyboard.type("The title is right")
        press("Control+Enter")
        next_came(page, first)
        saved(page, "sent")
        press("u")
        expect(page.locator("#item")).to_have_attribute("data-item", first)
        expect(page.locator("[name=text]")).to_have_value("Nothing was saved. 1 2 j")
        press("3")
        press("Control+Enter")
        next_came(page, first)
        saved(page, "sent")
        press("p")
        expect(page.locator("#peek-body")).to_contain_text("The note was never saved.")
        press("Escape")
        press("5")
        press("Control+Enter")
        expect(page.locator("[data-end=empty]")).to_be_visible()
        saved(page, "sent")
        context.close()
        decisions, _ = room.told()
    rulings = [(each["ruling"], each["is_current"]) for each in decisions]
    assert rulings == [("failed", False), ("undecided", True), ("unusable", True)]


def test_what_is_decided_offline_is_sent_once_when_the_connection_is_back(
    tmp_path: Path, browser: Browser
) -> None:
    room = rooms.room(tmp_path, runs=3)
    with room.served() as address:
        context = rooms.someone(browser, address, room.people["ann"])
        page = entered(context, room)
        first = item_of(page)
        page.wait_for_function("document.querySelector('#item') && performance.now() > 1500")
        context.set_offline(True)
        page.keyboard.press("2")
        page.keyboard.press("t")
        page.keyboard.type("Said offline")
        saved(page, "device")
        page.keyboard.press("Control+Enter")
        next_came(page, first)
        saved(page, "away")
        page.keyboard.press("1")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".end h2")).to_have_text("No connection")
        context.set_offline(False)
        expect(page.locator("#item")).to_be_visible(timeout=20_000)
        expect(page.locator("#progress")).to_contain_text("2 by you", timeout=20_000)
        context.close()
        decisions, _ = room.told()
    assert [(each["ruling"], each["text"]) for each in decisions] == [
        ("failed", "Said offline"),
        ("passed", ""),
    ]


def test_a_closed_tab_keeps_what_was_typed_and_gives_the_run_back(
    tmp_path: Path, browser: Browser
) -> None:
    room = rooms.room(tmp_path, runs=2)
    with room.served() as address:
        context = rooms.someone(browser, address, room.people["ann"])
        page = entered(context, room)
        page.keyboard.press("t")
        page.keyboard.type("Half a thought")
        page.close(run_before_unload=True)
        page = entered(context, room)
        expect(page.locator("[name=text]")).to_have_value("Half a thought")
        saved(page, "saved")
        context.close()
        _, holds = room.told()
    assert "Half a thought" in str(holds)


def test_two_tabs_of_one_person_lose_nothing(tmp_path: Path, browser: Browser) -> None:
    room = rooms.room(tmp_path, runs=4)
    with room.served() as address:
        context = rooms.someone(browser, address, room.people["ann"])
        one = entered(context, room)
        first = item_of(one)
        one.keyboard.press("t")
        one.keyboard.type("From the first tab")
        saved(one, "saved")
        other = context.new_page()
        other.goto(f"{room.path}?item={first}")
        expect(other.locator(".end h2")).to_have_text("Open in another tab")
        other.get_by_role("button", name="Work on it here").click()
        expect(other.locator("[name=text]")).to_have_value("From the first tab")
        expect(one.locator("#item-notices")).to_contain_text("in another tab")
        expect(one.locator(".judge")).to_have_attribute("inert", "")
        other.keyboard.press("1")
        other.keyboard.press("Control+Enter")
        next_came(other, first)
        saved(other, "sent")
        one.get_by_role("button", name="Next run").click()
        next_came(one, first)
        assert item_of(one) != item_of(other)
        context.close()
        decisions, _ = room.told()
    assert [each["text"] for each in decisions] == ["From the first tab"]


def test_a_killed_server_loses_nothing(tmp_path: Path, browser: Browser) -> None:
    room = rooms.room(tmp_path, runs=3)
    server = rooms.Killable(room.themis)
    server.start()
    try:
        context = rooms.someone(browser, server.address, room.people["ann"])
        page = entered(context, room)
        first = item_of(page)
        page.wait_for_function("performance.now() > 1500")
        page.keyboard.press("2")
        server.kill()
        page.keyboard.press("t")
        page.keyboard.type("While it was dead")
        saved(page, "device")
        page.keyboard.press("Control+Enter")
        next_came(page, first)
        saved(page, "away")
        page.close(run_before_unload=True)
        server.start()
        page = entered(context, room)
        expect(page.locator("#progress")).to_contain_text("1 by you", timeout=20_000)
        context.close()
    finally:
        server.stop()
    decisions, _ = room.told()
    assert [(each["ruling"], each["text"]) for each in decisions] == [
        ("failed", "While it was dead")
    ]


def test_a_stale_decision_comes_back_and_is_never_put_on_another_run(
    tmp_path: Path, browser: Browser
) -> None:
    room = rooms.room(tmp_path, runs=2)
    with room.served() as address:
        context = rooms.someone(browser, address, room.people["ann"])
        page = entered(context, room)
        first = item_of(page)
        page.keyboard.press("2")
        page.keyboard.press("t")
        page.keyboard.type("Words to keep")
        saved(page, "saved")
        room.change_guidance("Look twice")
        page.keyboard.press("Control+Enter")
        came_back = page.locator(".came-back")
        expect(came_back).to_contain_text("The guidance of this queue has changed.")
        expect(came_back).to_contain_text("Words to keep")
        assert room.told()[0] == []
        came_back.get_by_role("button", name="Look at it again").click()
        expect(page.locator("#item")).to_have_attribute("data-item", first)
        expect(page.locator("[name=text]")).to_have_value("Words to keep")
        page.keyboard.press("Control+Enter")
        next_came(page, first)
        saved(page, "sent")
        context.close()
        decisions, _ = room.told()
    assert [(each["item"], each["text"]) for each in decisions] == [(int(first), "Words to keep")]


def test_skipped_put_off_and_flagged_runs(tmp_path: Path, browser: Browser) -> None:
    room = rooms.room(tmp_path, runs=3)
    with room.served() as address:
        context = rooms.someone(browser, address, room.people["ann"])
        page = entered(context, room)
        first = item_of(page)
        page.keyboard.press("Control+,")
        next_came(page, first)
        second = item_of(page)
        page.keyboard.press("Control+;")
        page.get_by_label("In a few words").fill("Not sure")
        page.keyboard.press("Enter")
        expect(page.locator("#item-notices")).to_contain_text("A second opinion is asked for")
        page.keyboard.press("Control+.")
        page.keyboard.press("Enter")
        next_came(page, second)
        page.keyboard.press("u")
        expect(page.locator("#item")).to_have_attribute("data-item", second)
        for _ in range(2):
            before = item_of(page)
            page.keyboard.press("1")
            page.keyboard.press("Control+Enter")
            next_came(page, before)
        expect(page.locator("#item")).to_have_attribute("data-item", first)
        context.close()


def test_keys_are_ones_own_and_rest_while_somebody_types(tmp_path: Path, browser: Browser) -> None:
    room = rooms.room(tmp_path, runs=1)
    with room.served() as address:
        context = rooms.someone(browser, address, room.people["ann"])
        page = context.new_page()
        page.goto("/settings/keymap/")
        page.get_by_label("Next step", exact=True).press("l")
        expect(page.locator(".key-fault")).to_contain_text("Already on")
        page.get_by_label("Next step", exact=True).press("e")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#messages")).to_contain_text("Your keys are saved.")
        page.goto(room.path)
        expect(page.locator("#item")).to_be_visible()
        page.keyboard.press("ArrowRight")
        expect(page.locator("#step-number")).to_have_text("1")
        page.keyboard.press("e")
        expect(page.locator("#step-number")).to_have_text("2")
        page.keyboard.press("t")
        page.keyboard.type("e1")
        expect(page.locator("#step-number")).to_have_text("2")
        expect(page.locator("[name=ruling]:checked")).to_have_count(0)
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        page.keyboard.press("1")
        expect(page.locator("[name=ruling]:checked")).to_have_count(0)
        context.close()


@pytest.mark.parametrize("way", ["film", "compare", "chain"])
def test_each_way_to_see_a_run_has_an_address(tmp_path: Path, browser: Browser, way: str) -> None:
    room = rooms.room(tmp_path, runs=1, is_blind=False)
    with room.served() as address:
        context = rooms.someone(browser, address, room.people["ann"])
        page = entered(context, room, f"?as={way}")
        expect(page.locator("#item")).to_have_attribute("data-way-now", way)
        expect(page.locator(f"[data-set-way={way}]")).to_have_attribute("aria-current", "true")
        shown = {
            "film": page.locator("#shots img"),
            "compare": page.locator(".shot[data-side=after] img"),
            "chain": page.get_by_role("heading", name="The note is in the list"),
        }
        expect(shown[way].first).to_be_visible()
        expect(page).to_have_url(re.compile("item="))
        context.close()


def test_the_trajectory_page_still_steps(tmp_path: Path, browser: Browser) -> None:
    room = rooms.room(tmp_path, runs=1)
    (owner,) = room.themis.run("enrol", "owner", "--role", "admin", "--json").lines
    with room.served() as address:
        context = rooms.someone(browser, address, owner)
        page = context.new_page()
        page.goto("/trajectories/")
        page.locator(".row-link").first.click()
        expect(page.locator("#step-number")).to_have_text("1")
        page.keyboard.press("ArrowRight")
        expect(page.locator("#step-number")).to_have_text("2")
        page.keyboard.press("s")
        expect(page.locator("#shots .shot")).to_have_count(2)
        page.keyboard.press("o")
        expect(page.locator("#stage[data-bare]")).to_be_visible()
        context.close()
