"""Review rooms in a real installation: runs, people, queues, and pages of them."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from demo.recorder.web import chromium
from tests import stories
from tests.e2e.shell import Installation, address_of
from themis.formats import native

LONG = 12  # steps
PASSWORD = "a-room-of-ones-own"

FILL = """
import json
from django.utils import timezone
from tests import stories
from django.contrib.auth.hashers import make_password
from themis.accounts import services as accounts
from themis.accounts.models import Membership, User
from themis.reviews import services
from themis.reviews.services import Entry, Terms
from themis.trajectories.models import Trajectory
asked = json.loads('''%s''')
team = accounts.found_team(slug="default", name="Default")
Trajectory.objects.update(team=team)
runs = list(Trajectory.objects.order_by("source"))
verdicts = {run.pk: stories.given(run).pk for run in runs}
made, secret = {}, make_password("%s")  # hashed once: that takes its time
for name, terms in asked.items():
    n_runs, is_long = terms.pop("runs", 3), terms.pop("long", False)
    user = User.objects.create(username=name, password=secret)
    Membership.objects.create(user=user, team=team, role=terms.pop("role", "annotator"))
    queue = services.create(
        team=team, by=None, terms=Terms(name=name, **terms), made_from={}, at=timezone.now()
    )
    entries = [
        Entry(trajectory_id=run.pk, verdict_id=verdicts[run.pk], wanted=queue.reviewers)
        for run in (runs[-1:] if is_long else runs[:n_runs])
    ]
    services.add(queue=queue, entries=entries, made_from={})
    services.finish_filling(queue=queue)
    made[name] = queue.pk
print("made " + json.dumps(made))
"""
GUIDE = """
from themis.reviews import services
from themis.reviews.models import Queue
queue = Queue.objects.get(pk=%d)
services.edit(queue=queue, name=queue.name, guidance="%s", priority=0, due_at=None)
"""


class Server:
    """A server that can be killed and started again at the same address."""

    def __init__(self, themis: Installation) -> None:
        self.themis = themis
        self.address = ""
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it, at the port it had."""
        port = self.address.rsplit(":", 1)[1] if self.address else "0"
        self._process = self.themis.start("serve", "--port", port)
        self.address = address_of(self._process)

    def kill(self) -> None:
        """End it without a word."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()
        self._process = None

    def stop(self) -> None:
        """End it as a person would."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.communicate(timeout=20)


@dataclass
class Room:
    """A queue with a person of its own, who has the queue's name."""

    name: str
    queue: int
    server: Server

    @property
    def path(self) -> str:
        """Where the room is."""
        return f"/review/queues/{self.queue}/work/"

    def decisions(self) -> list[dict[str, object]]:
        """What was decided, as the tables have it, the earliest first."""
        rows = self._asked(
            "SELECT d.item_id, d.ruling, d.is_current, d.payload FROM reviews_decision d"
            " WHERE d.queue_id = ? ORDER BY d.id"
        )
        return [
            {
                "item": item,
                "ruling": ruling,
                "is_current": bool(is_current),
                "text": json.loads(str(payload)).get("text", ""),
            }
            for item, ruling, is_current, payload in rows
        ]

    def drafts(self) -> str:
        """All drafts, as the tables have them."""
        return str(
            self._asked(
                "SELECT h.draft FROM reviews_hold h JOIN reviews_queueitem i ON i.id = h.item_id"
                " WHERE i.queue_id = ?"
            )
        )

    def change_guidance(self, words: str) -> None:
        """What reviewers are shown becomes another version."""
        done = self.server.themis.run("shell", "-v", "0", "-c", GUIDE % (self.queue, words))
        assert done.status == 0, done.err

    def _asked(self, question: str) -> list[tuple[object, ...]]:
        file = self.server.themis.home / "themis.sqlite3"
        with contextlib.closing(sqlite3.connect(file, timeout=30)) as tables:
            return tables.execute(question, [self.queue]).fetchall()


@contextlib.contextmanager
def house(folder: Path, **asked: dict[str, object]) -> Iterator[dict[str, Room]]:
    """Rooms by name, with what is asked of each queue; served in the block.

    `runs` is how many, `long` asks for the one of LONG steps instead; the others are terms.
    """
    if chromium() is None:
        pytest.skip("no Chromium here; install the package chromium")
    themis = Installation.ready(folder / "var")
    most = max(int(str(terms.get("runs", 3))) for terms in asked.values())
    for number in range(most):
        recording = stories.recording(instruction=f"Save note {number}")
        native.write(recording, folder / "runs" / f"run-{number}")
    native.write(stories.recording("Save a long note", LONG), folder / "runs" / "run-of-many-steps")
    done = themis.run("ingest", str(folder / "runs"), "--json", "--no-judge")
    assert done.status == 0, done.err
    filled = themis.run("shell", "-v", "0", "-c", FILL % (json.dumps(asked), PASSWORD))
    lines = [line for line in filled.out.splitlines() if line.startswith("made ")]
    assert lines, filled.err
    server = Server(themis)
    server.start()
    try:
        made = json.loads(lines[0].removeprefix("made "))
        yield {name: Room(name, queue, server) for name, queue in made.items()}
    finally:
        server.stop()


@contextlib.contextmanager
def someone(browser: Browser, room: Room) -> Iterator[BrowserContext]:
    """The room's person, signed in with a browser of their own."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 860}, base_url=room.server.address
    )
    page = context.new_page()
    sign_in(page, room.name)
    page.close()
    try:
        yield context
    finally:
        context.close()


def sign_in(page: Page, name: str) -> None:
    """Through the door."""
    page.goto("/login/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#main")).to_be_visible()


def entered(context: BrowserContext, where: Room, query: str = "") -> Page:
    """A tab with a run on the table."""
    page = context.new_page()
    page.goto(where.path + query)
    expect(page.locator("#item")).to_be_visible(timeout=20_000)
    return page


def item_of(page: Page) -> str:
    """The run on the table."""
    return str(page.locator("#item").get_attribute("data-item"))


def next_came(page: Page, before: str) -> None:
    """Another run lies on the table."""
    expect(page.locator("#item")).not_to_have_attribute("data-item", before, timeout=15_000)
    expect(page).to_have_url(re.compile(f"item={item_of(page)}"))


def saved(page: Page, state: str) -> None:
    """The line that says where what was typed is kept."""
    expect(page.locator("#saved")).to_have_attribute("data-state", state, timeout=20_000)


def prepared(page: Page) -> None:
    """The next run is beside the one on the table."""
    expect(page.locator("#seat")).to_have_attribute("data-ahead", "1", timeout=20_000)
