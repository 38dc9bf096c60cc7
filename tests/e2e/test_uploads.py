"""Uploads that break on the way, in a real browser against a real server: every item once."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests import stories
from tests.e2e import browser
from tests.e2e.shell import Installation, address_of
from tests.e2e.test_shapes import drop, sign_in
from themis.formats import native

pytestmark = pytest.mark.browser

RUNS = 4
SENDING = re.compile(r"/(batches|files)/")  # requests that carry bytes


@pytest.fixture
def themis(tmp_path: Path) -> Installation:
    return Installation.ready(tmp_path / "var")


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """A folder of runs, one of them broken, and a file that goes in several pieces."""
    folder = tmp_path / "my-runs"
    for number in range(RUNS):
        native.write(stories.recording(instruction=f"Do task {number}"), folder / f"run-{number}")
    next((folder / "run-1").glob("*.json")).write_text('{"themis": "trajectory/2", ')
    (folder / "video.bin").write_bytes(os.urandom(9 * 2**20))
    return folder


@pytest.fixture
def port() -> int:
    """A port that was free a moment ago, for servers that come back at their address."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Cut:
    """A connection that lets so many requests through, then none until it is mended."""

    def __init__(self, page: Page, *, after: int) -> None:
        self.left: int | None = after
        self.lost = 0
        page.route(SENDING, self._handle)

    def mend(self) -> None:
        self.left = None

    def _handle(self, route: Route) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                self.lost += 1
                route.abort("connectionreset")
                return
        route.continue_()


def start(themis: Installation, port: int) -> tuple[subprocess.Popen[str], str]:
    process = themis.start("serve", "--port", str(port))
    return process, address_of(process)


def kill(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def items_of(page: Page) -> list[tuple[str, str]]:
    """Kind and source of every result on the page of an upload."""
    found = []
    for item in page.locator(".upload-result").all():
        kind = item.get_attribute("data-kind") or ""
        line = item.locator(".faint, strong").first.inner_text()
        found.append((kind, line.split(" · ")[0]))
    return sorted(found)


ALL = sorted(
    ("refused" if number == 1 else "stored", f"my-runs/run-{number}") for number in range(RUNS)
)


def stored(themis: Installation) -> list[str]:
    """Sources of the trajectories in the database."""
    with sqlite3.connect(themis.home / "themis.sqlite3") as database:
        rows = database.execute("SELECT source FROM trajectories_trajectory ORDER BY source")
        return [source for (source,) in rows]


def statuses(themis: Installation) -> list[str]:
    """Of every upload in the database."""
    with sqlite3.connect(themis.home / "themis.sqlite3") as database:
        return [status for (status,) in database.execute("SELECT status FROM uploads_upload")]


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_lost_connection_is_waited_for(themis: Installation, runs: Path, after: int) -> None:
    (person,) = themis.run("enrol", "tester", "--role", "manager", "--json").lines
    with themis.served() as address, browser.page(ignoring="ERR_CONNECTION_RESET|htmx:") as page:
        sign_in(page, address, person)
        page.goto(f"{address}/trajectories/")
        cut = Cut(page, after=after)
        drop(page, runs)
        expect(page.locator(".upload-head")).to_contain_text("Connection lost, trying again")
        cut.mend()
        expect(page.locator(".upload-batch [data-kind]")).to_have_count(RUNS, timeout=40_000)
        page.locator(".upload-link").click()
        expect(page.locator("[data-status=done]").first).to_be_visible()
        assert items_of(page) == ALL
        assert cut.lost


def test_after_a_reload_only_what_is_missing_is_sent(themis: Installation, runs: Path) -> None:
    (person,) = themis.run("enrol", "tester", "--role", "manager", "--json").lines
    with themis.served() as address, browser.page(ignoring="ERR_CONNECTION_RESET|htmx:") as page:
        sign_in(page, address, person)
        page.goto(f"{address}/trajectories/")
        cut = Cut(page, after=2)
        drop(page, runs)
        expect(page.locator(".upload-head")).to_contain_text("Connection lost")
        page.once("dialog", lambda dialog: dialog.accept())
        page.reload()
        cut.mend()
        page.get_by_role("link", name="Go on with it").click()
        page.wait_for_load_state("load")
        sent: list[int] = []
        page.on("request", lambda request: sent.append(len(request.post_data_buffer or b"")))
        page.locator("#go-on input[webkitdirectory]").set_input_files(str(runs))
        expect(page.locator("[data-status=done]").first).to_be_visible(timeout=40_000)
        assert items_of(page) == ALL
        assert sum(sent) < 9 * 2**20


def test_pausing_and_cancelling_by_keyboard(themis: Installation, runs: Path) -> None:
    (person,) = themis.run("enrol", "tester", "--role", "manager", "--json").lines
    with themis.served() as address, browser.page(ignoring="ERR_CONNECTION_RESET|htmx:") as page:
        sign_in(page, address, person)
        page.goto(f"{address}/trajectories/")
        Cut(page, after=1)
        with page.expect_response(SENDING) as first:
            drop(page, runs)
        first.value.finished()
        page.get_by_role("button", name="Pause my-runs").press("Enter")
        expect(page.locator(".upload-head")).to_contain_text("Paused")
        page.get_by_role("button", name="Pause my-runs").press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".upload-head")).to_contain_text("Cancelled")
        expect(page.locator("#upload-news")).to_contain_text("my-runs: Cancelled")
    assert stored(themis) == []
    assert not list((themis.home / "incoming" / "uploads").iterdir())


def test_what_was_cancelled_stays_so_said(themis: Installation, runs: Path) -> None:
    """Also where a broken request would have been tried again a moment later."""
    (person,) = themis.run("enrol", "tester", "--role", "manager", "--json").lines
    with themis.served() as address, browser.page(ignoring="ERR_CONNECTION_RESET|htmx:") as page:
        sign_in(page, address, person)
        page.goto(f"{address}/trajectories/")
        page.clock.install()
        Cut(page, after=0)
        drop(page, runs)
        expect(page.locator(".upload-head")).to_contain_text("Connection lost")
        page.get_by_role("button", name="Cancel my-runs").click()
        expect(page.locator(".upload-head")).to_contain_text("Cancelled")
        page.clock.run_for(60_000)
        expect(page.locator(".upload-head")).to_contain_text("Cancelled")
        expect(page.locator("#upload-news")).to_have_text("my-runs: Cancelled")
    assert statuses(themis) == ["cancelled"]


def test_an_upload_is_cancelled_though_the_server_has_not_answered_yet(
    themis: Installation, runs: Path
) -> None:
    (person,) = themis.run("enrol", "tester", "--role", "manager", "--json").lines
    with themis.served() as address, browser.page(ignoring="htmx:") as page:
        sign_in(page, address, person)
        page.goto(f"{address}/trajectories/")
        held: list[Route] = []
        page.route("**/announcements/", lambda route: held.append(route))
        with page.expect_request("**/announcements/"):
            drop(page, runs)
        page.get_by_role("button", name="Pause my-runs").click()
        page.get_by_role("button", name="Cancel my-runs").click()
        (announcement,) = held
        announcement.continue_()
        expect(page.locator(".upload-head")).to_contain_text("Cancelled")
    assert statuses(themis) == ["cancelled"]


def test_a_server_killed_while_it_receives_is_gone_on_with(
    themis: Installation, runs: Path, port: int
) -> None:
    (person,) = themis.run("enrol", "tester", "--role", "manager", "--json").lines
    process, address = start(themis, port)
    with browser.page(ignoring="ERR_|WebSocket|htmx:") as page:
        sign_in(page, address, person)
        page.goto(f"{address}/trajectories/")
        cut = Cut(page, after=2)
        drop(page, runs)
        expect(page.locator(".upload-head")).to_contain_text("Connection lost")
        kill(process)
        cut.mend()
        process, _ = start(themis, port)
        try:
            expect(page.locator(".upload-batch [data-kind]")).to_have_count(RUNS, timeout=60_000)
        finally:
            kill(process)
    assert stored(themis) == [f"my-runs/run-{number}" for number in range(RUNS) if number != 1]


SLOW = """
from themis.uploads import desk
real, left = desk.record, [2]
def record(**how):
    real(**how)
    left[0] -= 1
    if not left[0]:
        print("reading", flush=True)
        while True:
            import time; time.sleep(1)
desk.record = record
"""


def test_a_server_killed_while_it_reads_ends_with_every_item_once(
    themis: Installation, runs: Path, port: int
) -> None:
    (person,) = themis.run("enrol", "tester", "--role", "manager", "--json").lines
    slow = themis.start("serve", "--port", str(port), altered=SLOW)
    with browser.page(ignoring="ERR_|WebSocket|htmx:") as page:
        address = address_of(slow)
        sign_in(page, address, person)
        page.goto(f"{address}/uploads/")
        drop(page, runs)
        assert any("reading" in line for line in _lines(slow))
        expect(page.locator(".upload-batch")).to_contain_text(re.compile("Item 3 of 4|Item 2 of 4"))
        link = page.locator(".upload-link").get_attribute("href")
        kill(slow)
        process, _ = start(themis, port)
        try:
            page.goto(f"{address}{link}")
            expect(page.locator("[data-status=done]").first).to_be_visible(timeout=40_000)
            assert items_of(page) == ALL
        finally:
            kill(process)
    assert stored(themis) == [f"my-runs/run-{number}" for number in range(RUNS) if number != 1]
    with sqlite3.connect(themis.home / "themis.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM pipeline_run").fetchone() == (RUNS - 1,)


def test_a_plain_form_without_scripts(themis: Installation, runs: Path) -> None:
    (person,) = themis.run("enrol", "tester", "--role", "manager", "--json").lines
    (runs / "video.bin").unlink()
    archive = shutil.make_archive(str(runs), "gztar", runs.parent, runs.name)
    with themis.served() as address, browser.page(scripts=False) as page:
        sign_in(page, address, person)
        page.goto(f"{address}/uploads/")
        page.locator("input[type=file]").first.set_input_files(archive)
        page.get_by_role("button", name="Send them").click()
        expect(page).to_have_url(re.compile(r"/uploads/\w{12}/"))
        for _ in range(20):
            if page.locator("[data-status=done]").count():
                break
            page.reload()
        assert len(items_of(page)) == RUNS


def _lines(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stdout is not None
    yield from process.stdout


def test_nothing_large_is_taken_of_who_is_signed_out(themis: Installation) -> None:
    with themis.served() as address, browser.page() as page:
        for way in ("batches/", "files/0/"):
            answer = page.request.post(
                f"{address}/uploads/aaaaaaaaaaaa/{way}", data=b"x" * 8 * 2**20
            )
            assert answer.status == 401
            assert answer.json()["error"].startswith("nobody is signed in")


def test_json_of_what_is_missing_is_for_scripts(themis: Installation) -> None:
    """A list of what is missing, as an upload's script asks for it."""
    (person,) = themis.run("enrol", "tester", "--role", "manager", "--json").lines
    with themis.served() as address, browser.page() as page:
        sign_in(page, address, person)
        page.goto(f"{address}/uploads/")
        token = page.locator("#uploads").get_attribute("data-token") or ""
        answer = page.request.post(
            f"{address}/uploads/announcements/",
            data=json.dumps({"files": [{"name": "a.zip", "size": 5}]}),
            headers={"Content-Type": "application/json", "X-CSRFToken": token},
        )
        assert answer.status == 201
        assert answer.json()["missing"] == [[0, "a.zip", 5, 0, 0]]
