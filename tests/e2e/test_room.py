"""The review room in a real browser: decided by keys alone, offline, in two tabs, over a kill."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e import rooms
from tests.e2e.browser import chrome
from tests.e2e.rooms import Room, entered, item_of, next_came, prepared, saved

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


ASKED: dict[str, dict[str, object]] = {
    "first": {"runs": 2},
    "keys": {"runs": 2},
    "quick": {"runs": 3},
    "offline": {},
    "closed": {"runs": 2},
    "tabs": {"runs": 4},
    "killed": {},
    "stale": {"runs": 2},
    "later": {},
    "own": {"runs": 1},
    "ways": {"runs": 1, "is_blind": False},
    "owner": {"runs": 1, "is_blind": False, "role": "admin"},
    "long": {"long": True},
    "talk": {"runs": 1},
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chrome() as started:
        yield started


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Room]]:
    with rooms.house(tmp_path_factory.mktemp("house"), **ASKED) as rooms_:
        yield rooms_


def test_a_first_decision_from_the_login_page(house: dict[str, Room], browser: Browser) -> None:
    room = house["first"]
    with rooms.someone(browser, room) as context:
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
    assert [(each["item"], each["ruling"]) for each in room.decisions()] == [(int(first), "failed")]


HELD_BACK = """
let asked = 0;
window.held = [];
const really = window.fetch;
window.fetch = async (url, how) => {
  const answer = await really(url, how);
  if (!String(url).endsWith("/take/")) return answer;
  document.documentElement.dataset.asked = asked += 1;
  if (asked > 1) await new Promise((go) => window.held.push(go));
  return answer;
};
"""


def test_runs_are_asked_for_one_at_a_time(house: dict[str, Room], browser: Browser) -> None:
    """Else whoever decides at once is given a run twice, and the first lease is worth nothing."""
    room = house["quick"]
    with rooms.someone(browser, room) as context:
        context.add_init_script(HELD_BACK)
        context.clock.install()
        page = entered(context, room)
        first = item_of(page)
        page.keyboard.press("1")
        page.keyboard.press("Control+Enter")
        expect(page.locator("html")).to_have_attribute("data-asked", "2")
        context.clock.run_for(5000)  # the time for fetching a run ahead comes in between
        saved(page, "sent")
        expect(page.locator("html")).to_have_attribute("data-asked", "2")
        page.evaluate("window.held.splice(0).forEach((go) => go())")
        next_came(page, first)
        page.keyboard.press("2")
        page.keyboard.press("Control+Enter")
        saved(page, "sent")
        expect(page.locator("#returned")).to_be_hidden()
    assert [each["ruling"] for each in room.decisions()] == ["passed", "failed"]


def test_a_whole_run_is_judged_by_keys_alone(house: dict[str, Room], browser: Browser) -> None:
    room = house["keys"]
    with rooms.someone(browser, room) as context:
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
        expect(page.locator(".why-part [name=text]")).to_have_value("Nothing was saved. 1 2 j")
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
    rulings = [(each["ruling"], each["is_current"]) for each in room.decisions()]
    assert rulings == [("failed", False), ("undecided", True), ("unusable", True)]


def test_what_is_decided_offline_is_sent_once_when_the_connection_is_back(
    house: dict[str, Room], browser: Browser
) -> None:
    room = house["offline"]
    with rooms.someone(browser, room) as context:
        page = entered(context, room)
        first = item_of(page)
        prepared(page)
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
    assert [(each["ruling"], each["text"]) for each in room.decisions()] == [
        ("failed", "Said offline"),
        ("passed", ""),
    ]


def test_a_closed_tab_keeps_what_was_typed_and_gives_the_run_back(
    house: dict[str, Room], browser: Browser
) -> None:
    room = house["closed"]
    with rooms.someone(browser, room) as context:
        page = entered(context, room)
        page.keyboard.press("t")
        page.keyboard.type("Half a thought")
        with page.expect_event("close"):
            page.close(run_before_unload=True)
        page = entered(context, room)
        expect(page.locator(".why-part [name=text]")).to_have_value("Half a thought")
        saved(page, "saved")
    assert "Half a thought" in room.drafts()


def test_two_tabs_of_one_person_lose_nothing(house: dict[str, Room], browser: Browser) -> None:
    room = house["tabs"]
    with rooms.someone(browser, room) as context:
        one = entered(context, room)
        first = item_of(one)
        one.keyboard.press("t")
        one.keyboard.type("From the first tab")
        saved(one, "saved")
        other = context.new_page()
        other.goto(f"{room.path}?item={first}")
        expect(other.locator(".end h2")).to_have_text("Open in another tab")
        other.get_by_role("button", name="Work on it here").click()
        expect(other.locator(".why-part [name=text]")).to_have_value("From the first tab")
        expect(one.locator("#item-notices")).to_contain_text("in another tab")
        expect(one.locator(".judge")).to_have_attribute("inert", "")
        other.keyboard.press("1")
        other.keyboard.press("Control+Enter")
        next_came(other, first)
        saved(other, "sent")
        one.get_by_role("button", name="Next run").click()
        next_came(one, first)
        assert item_of(one) != item_of(other)
    assert [each["text"] for each in room.decisions()] == ["From the first tab"]


def test_a_killed_server_loses_nothing(house: dict[str, Room], browser: Browser) -> None:
    room = house["killed"]
    with rooms.someone(browser, room) as context:
        page = entered(context, room)
        first = item_of(page)
        prepared(page)
        page.keyboard.press("2")
        room.server.kill()
        page.keyboard.press("t")
        page.keyboard.type("While it was dead")
        saved(page, "device")
        page.keyboard.press("Control+Enter")
        next_came(page, first)
        saved(page, "away")
        page.close(run_before_unload=True)
        room.server.start()
        page = entered(context, room)
        expect(page.locator("#progress")).to_contain_text("1 by you", timeout=20_000)
    assert [(each["ruling"], each["text"]) for each in room.decisions()] == [
        ("failed", "While it was dead")
    ]


def test_a_stale_decision_comes_back_and_is_never_put_on_another_run(
    house: dict[str, Room], browser: Browser
) -> None:
    room = house["stale"]
    with rooms.someone(browser, room) as context:
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
        assert room.decisions() == []
        came_back.get_by_role("button", name="Look at it again").click()
        expect(page.locator("#item")).to_have_attribute("data-item", first)
        expect(page.locator(".why-part [name=text]")).to_have_value("Words to keep")
        page.keyboard.press("Control+Enter")
        next_came(page, first)
        saved(page, "sent")
    assert [(each["item"], each["text"]) for each in room.decisions()] == [
        (int(first), "Words to keep")
    ]


def test_skipped_put_off_and_flagged_runs(house: dict[str, Room], browser: Browser) -> None:
    room = house["later"]
    with rooms.someone(browser, room) as context:
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


def test_keys_are_ones_own_and_rest_while_somebody_types(
    house: dict[str, Room], browser: Browser
) -> None:
    room = house["own"]
    with rooms.someone(browser, room) as context:
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


@pytest.mark.parametrize("way", ["film", "compare", "chain"])
def test_each_way_to_see_a_run_has_an_address(
    house: dict[str, Room], browser: Browser, way: str
) -> None:
    room = house["ways"]
    with rooms.someone(browser, room) as context:
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


def test_the_trajectory_page_still_steps(house: dict[str, Room], browser: Browser) -> None:
    room = house["owner"]
    with rooms.someone(browser, room) as context:
        page = context.new_page()
        page.goto("/trajectories/")
        page.locator(".row-link").first.click()
        expect(page.locator("#step-number")).to_have_text("1")
        page.wait_for_load_state("load")  # keys mean nothing before the page's modules have run
        page.keyboard.press("ArrowRight")
        expect(page.locator("#step-number")).to_have_text("2")
        page.keyboard.press("s")
        expect(page.locator("#shots .shot")).to_have_count(2)
        page.keyboard.press("o")
        expect(page.locator("#stage[data-bare]")).to_be_visible()


def test_ctrl_enter_in_a_comment_sends_the_comment_and_no_decision(
    house: dict[str, Room], browser: Browser
) -> None:
    room = house["talk"]
    with rooms.someone(browser, room) as context:
        page = entered(context, room)
        # The room's script names the run whose people it watches: from then on keys are heard.
        watched = re.compile("/live/presence/trajectories/")
        expect(page.locator("[data-presence]")).to_have_attribute("data-presence", watched)
        item = page.url
        page.keyboard.press("c")
        expect(page.locator("#comment-text")).to_be_focused()
        page.keyboard.type("Odd")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".comment")).to_contain_text("Odd")
        expect(page.get_by_text("Choose how the run went first")).to_be_hidden()
        assert page.url == item
    assert room.decisions() == []


def test_later_steps_of_a_long_run_are_told_when_they_are_looked_at(
    house: dict[str, Room], browser: Browser
) -> None:
    room = house["long"]
    with rooms.someone(browser, room) as context:
        context.route("**/steps/", lambda route: route.abort())
        page = entered(context, room)
        page.wait_for_load_state("load")
        page.keyboard.press("End")
        expect(page.locator("#step-number")).to_have_text(str(rooms.LONG))
        expect(page.locator("#words")).to_contain_text("could not be fetched")
        context.unroute("**/steps/")
        page.keyboard.press("ArrowLeft")
        expect(page.locator("#words")).to_contain_text(f"Thought {rooms.LONG - 2}")
        expect(page.locator("#shots .marks")).to_have_count(1)
