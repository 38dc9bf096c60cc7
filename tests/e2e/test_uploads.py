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
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests import stories
from tests.e2e.browser import chrome, page_in
from tests.e2e.shell import Installation, address_of
from tests.e2e.test_shapes import drop, sign_in
from themis.domain.jsontypes import Json
from themis.formats import native

pytestmark = pytest.mark.browser

RUNS = 4
NAMES = [f"sender-{number}" for number in range(20)]
TEAMS = f"""
from themis.accounts import services
from themis.accounts.models import Membership, User
secret = User.objects.get(username="manager").password
for name in {NAMES}:
    user = User.objects.create(username=name, password=secret)
    team = services.found_team(slug=name, name=name)
    Membership.objects.create(user=user, team=team, role="manager")
"""
SENDING = re.compile(r"/(batches|files)/")  # requests that carry bytes


@pytest.fixture
def themis(tmp_path: Path) -> Installation:
    """For tests that kill its server."""
    return Installation.peopled(tmp_path / "var")


@dataclass(frozen=True)
class Office:
    """A served installation for all tests here, each of which has a team of its own."""

    themis: Installation
    address: str
    people: Iterator[dict[str, Json]]


@dataclass(frozen=True)
class Desk:
    """Somebody alone in a team, before a server."""

    themis: Installation
    address: str
    person: dict[str, Json]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chrome() as started:
        yield started


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    themis = Installation.peopled(tmp_path_factory.mktemp("office") / "var")
    made = themis.run("shell", "-v", "0", "-c", TEAMS)
    assert made.status == 0, made.err
    people = ({**themis.person("manager"), "name": name} for name in NAMES)
    with themis.served() as address:
        yield Office(themis, address, people)


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office.themis, office.address, next(office.people))


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


OF_PERSON = "JOIN accounts_membership m USING (team_id) JOIN accounts_user u ON u.id = m.user_id"


def stored(themis: Installation, person: dict[str, Json]) -> list[str]:
    """Sources of the trajectories of a person's team in the database."""
    rows = _rows(themis, person, "t.source", "trajectories_trajectory")
    return [source for (source,) in rows]


def uploads(themis: Installation, person: dict[str, Json]) -> list[tuple[str, ...]]:
    """Name and status of every upload of a person's team in the database."""
    return _rows(themis, person, "t.id, t.status", "uploads_upload")


def _rows(
    themis: Installation, person: dict[str, Json], columns: str, table: str
) -> list[tuple[str, ...]]:
    asked = f"SELECT {columns} FROM {table} t {OF_PERSON} WHERE u.username = ?"  # noqa: S608
    with closing(sqlite3.connect(themis.home / "themis.sqlite3", timeout=30)) as database:
        return sorted(database.execute(asked, [person["name"]]).fetchall())


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_lost_connection_is_waited_for(
    desk: Desk, browser: Browser, runs: Path, after: int
) -> None:
    with page_in(browser, ignoring="ERR_CONNECTION_RESET|htmx:") as page:
        sign_in(page, desk.address, desk.person)
        page.goto(f"{desk.address}/trajectories/")
        cut = Cut(page, after=after)
        drop(page, runs)
        expect(page.locator(".upload-head")).to_contain_text("Connection lost, trying again")
        cut.mend()
        expect(page.locator(".upload-batch [data-kind]")).to_have_count(RUNS, timeout=40_000)
        page.locator(".upload-link").click()
        expect(page.locator("[data-status=done]").first).to_be_visible()
        assert items_of(page) == ALL
        assert cut.lost


def test_after_a_reload_only_what_is_missing_is_sent(
    desk: Desk, browser: Browser, runs: Path
) -> None:
    with page_in(browser, ignoring="ERR_CONNECTION_RESET|htmx:") as page:
        sign_in(page, desk.address, desk.person)
        page.goto(f"{desk.address}/trajectories/")
        cut = Cut(page, after=2)
        drop(page, runs)
        expect(page.locator(".upload-head")).to_contain_text("Connection lost")
        page.once("dialog", lambda dialog: dialog.accept())
        page.reload()
        cut.mend()
        page.get_by_role("link", name="Go on with it").click()
        expect(page).to_have_url(re.compile(r"/uploads/\w{12}/"))
        page.wait_for_load_state("load")
        sent: list[int] = []
        page.on("request", lambda request: sent.append(len(request.post_data_buffer or b"")))
        page.locator("#go-on input[webkitdirectory]").set_input_files(str(runs))
        expect(page.locator("[data-status=done]").first).to_be_visible(timeout=40_000)
        assert items_of(page) == ALL
        assert sum(sent) < 9 * 2**20


def test_pausing_and_cancelling_by_keyboard(desk: Desk, browser: Browser, runs: Path) -> None:
    with page_in(browser, ignoring="ERR_CONNECTION_RESET|htmx:") as page:
        sign_in(page, desk.address, desk.person)
        page.goto(f"{desk.address}/trajectories/")
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
    assert stored(desk.themis, desk.person) == []
    ((upload, _),) = uploads(desk.themis, desk.person)
    assert not (desk.themis.home / "incoming" / "uploads" / upload).exists()


def test_what_was_cancelled_stays_so_said(desk: Desk, browser: Browser, runs: Path) -> None:
    """Also where a broken request would have been tried again a moment later."""
    with page_in(browser, ignoring="ERR_CONNECTION_RESET|htmx:") as page:
        sign_in(page, desk.address, desk.person)
        page.goto(f"{desk.address}/trajectories/")
        page.clock.install()
        Cut(page, after=0)
        drop(page, runs)
        expect(page.locator(".upload-head")).to_contain_text("Connection lost")
        page.get_by_role("button", name="Cancel my-runs").click()
        expect(page.locator(".upload-head")).to_contain_text("Cancelled")
        page.clock.run_for(60_000)
        expect(page.locator(".upload-head")).to_contain_text("Cancelled")
        expect(page.locator("#upload-news")).to_have_text("my-runs: Cancelled")
    assert [status for _, status in uploads(desk.themis, desk.person)] == ["cancelled"]


def test_an_upload_is_cancelled_though_the_server_has_not_answered_yet(
    desk: Desk, browser: Browser, runs: Path
) -> None:
    with page_in(browser, ignoring="htmx:") as page:
        sign_in(page, desk.address, desk.person)
        page.goto(f"{desk.address}/trajectories/")
        held: list[Route] = []
        page.route("**/announcements/", lambda route: held.append(route))
        with page.expect_request("**/announcements/"):
            drop(page, runs)
        page.get_by_role("button", name="Pause my-runs").click()
        page.get_by_role("button", name="Cancel my-runs").click()
        (announcement,) = held
        announcement.continue_()
        expect(page.locator(".upload-head")).to_contain_text("Cancelled")
    assert [status for _, status in uploads(desk.themis, desk.person)] == ["cancelled"]


def test_a_server_killed_while_it_receives_is_gone_on_with(
    themis: Installation, browser: Browser, runs: Path, port: int
) -> None:
    person = themis.person("manager")
    process, address = start(themis, port)
    with page_in(browser, ignoring="ERR_|WebSocket|htmx:") as page:
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
    assert stored(themis, person) == [
        f"my-runs/run-{number}" for number in range(RUNS) if number != 1
    ]


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
    themis: Installation, browser: Browser, runs: Path, port: int
) -> None:
    person = themis.person("manager")
    slow = themis.start("serve", "--port", str(port), altered=SLOW)
    with page_in(browser, ignoring="ERR_|WebSocket|htmx:") as page:
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
    assert stored(themis, person) == [
        f"my-runs/run-{number}" for number in range(RUNS) if number != 1
    ]
    with closing(sqlite3.connect(themis.home / "themis.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM pipeline_run").fetchone() == (RUNS - 1,)


def test_a_plain_form_without_scripts(desk: Desk, browser: Browser, runs: Path) -> None:
    (runs / "video.bin").unlink()
    archive = shutil.make_archive(str(runs), "gztar", runs.parent, runs.name)
    with page_in(browser, scripts=False) as page:
        sign_in(page, desk.address, desk.person)
        page.goto(f"{desk.address}/uploads/")
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


def test_nothing_large_is_taken_of_who_is_signed_out(desk: Desk, browser: Browser) -> None:
    with page_in(browser) as page:
        for way in ("batches/", "files/0/"):
            answer = page.request.post(
                f"{desk.address}/uploads/aaaaaaaaaaaa/{way}", data=b"x" * 8 * 2**20
            )
            assert answer.status == 401
            assert answer.json()["error"].startswith("nobody is signed in")


def test_json_of_what_is_missing_is_for_scripts(desk: Desk, browser: Browser) -> None:
    """A list of what is missing, as an upload's script asks for it."""
    with page_in(browser) as page:
        sign_in(page, desk.address, desk.person)
        page.goto(f"{desk.address}/uploads/")
        token = page.locator("#uploads").get_attribute("data-token") or ""
        answer = page.request.post(
            f"{desk.address}/uploads/announcements/",
            data=json.dumps({"files": [{"name": "a.zip", "size": 5}]}),
            headers={"Content-Type": "application/json", "X-CSRFToken": token},
        )
        assert answer.status == 201
        assert answer.json()["missing"] == [[0, "a.zip", 5, 0, 0]]
