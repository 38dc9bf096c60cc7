"""A review room in a real installation: runs, people, a queue, and a page of it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from demo.recorder.web import FLAGS, chromium
from tests import stories
from tests.e2e.shell import Installation, address_of
from themis.domain.jsontypes import Json
from themis.formats import native

FILL = """
import json, sys
from django.utils import timezone
from tests import stories
from themis.accounts.models import Team
from themis.reviews import services
from themis.reviews.services import Entry, Terms
from themis.trajectories.models import Trajectory
terms = json.loads('''%s''')
judged = terms.pop("judged")
team = Team.objects.get()
queue = services.create(
    team=team, by=None, terms=Terms(name="Notes", **terms), made_from={}, at=timezone.now()
)
runs = Trajectory.objects.filter(team=team).order_by("source")
verdicts = {run.pk: stories.given(run).pk if judged else None for run in runs}
entries = [
    Entry(trajectory_id=pk, verdict_id=verdict, wanted=queue.reviewers)
    for pk, verdict in verdicts.items()
]
services.add(queue=queue, entries=entries, made_from={})
services.finish_filling(queue=queue)
print("queue", queue.pk)
"""
TELL = """
import json
from themis.reviews.models import Decision, Hold
rows = Decision.objects.order_by("pk").values("user__username", "item", "ruling", "is_current")
said = [row.opinion.text for row in Decision.objects.order_by("pk")]
holds = Hold.objects.order_by("pk").values("user__username", "item", "state", "draft")
print("told " + json.dumps([[{**row, "text": text} for row, text in zip(rows, said)], list(holds)]))
"""
GUIDE = """
from themis.reviews import services
from themis.reviews.models import Queue
queue = Queue.objects.get()
services.edit(queue=queue, name=queue.name, guidance="%s", priority=0, due_at=None)
"""


@dataclass
class Room:
    """An installation with a queue, and whoever reviews in it."""

    themis: Installation
    people: dict[str, dict[str, Json]] = field(default_factory=dict)
    queue: int = 0

    @property
    def path(self) -> str:
        """Where the room is."""
        return f"/review/queues/{self.queue}/work/"

    def told(self) -> tuple[list[dict[str, Json]], list[dict[str, Json]]]:
        """Decisions and holds as the tables have them."""
        decisions, holds = json.loads(self._shell(TELL, "told"))
        return decisions, holds

    def change_guidance(self, words: str) -> None:
        """What reviewers are shown becomes another version."""
        done = self.themis.run("shell", "-v", "0", "-c", GUIDE % words)
        assert done.status == 0, done.err

    def _shell(self, script: str, word: str) -> str:
        done = self.themis.run("shell", "-v", "0", "-c", script)
        lines = [line for line in done.out.splitlines() if line.startswith(f"{word} ")]
        assert lines, done.err
        return lines[0].removeprefix(f"{word} ")

    @contextlib.contextmanager
    def served(self) -> Iterator[str]:
        """The address of a server that runs within the block."""
        with self.themis.served() as address:
            yield address


def room(
    folder: Path, *, runs: int = 3, names: tuple[str, ...] = ("ann",), **terms: object
) -> Room:
    """A blind queue of small runs, with annotators of those names."""
    made = Room(Installation(folder / "var"))
    for number in range(runs):
        recording = stories.recording(instruction=f"Save note {number}")
        native.write(recording, folder / "runs" / f"run-{number}")
    for name in names:
        (made.people[name],) = made.themis.run("enrol", name, "--role", "annotator", "--json").lines
    done = made.themis.run("ingest", str(folder / "runs"), "--json", "--no-judge")
    assert done.status == 0, done.err
    asked = {"judged": True, "reviewers": 1, "is_blind": True} | terms
    made.queue = int(made._shell(FILL % json.dumps(asked), "queue"))
    return made


class Killable:
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

    def stop(self) -> None:
        """End it as a person would."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.communicate(timeout=20)


@contextlib.contextmanager
def chrome() -> Iterator[Browser]:
    """A browser in which several people can be."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def someone(browser: Browser, address: str, person: dict[str, Json]) -> BrowserContext:
    """A person who has signed in, with a browser of their own."""
    context = browser.new_context(viewport={"width": 1280, "height": 860}, base_url=address)
    page = context.new_page()
    sign_in(page, person)
    page.close()
    return context


def sign_in(page: Page, person: dict[str, Json]) -> None:
    """Through the door."""
    page.goto("/login/")
    page.get_by_label("Name").fill(str(person["name"]))
    page.get_by_label("Password").fill(str(person["password"]))
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#main")).to_be_visible()


def entered(context: BrowserContext, where: Room, query: str = "") -> Page:
    """A tab with a run on the table."""
    page = context.new_page()
    page.goto(where.path + query)
    expect(page.locator("#item")).to_be_visible()
    return page


def item_of(page: Page) -> str:
    """The run on the table."""
    return str(page.locator("#item").get_attribute("data-item"))


def next_came(page: Page, before: str) -> None:
    """Another run lies on the table."""
    expect(page.locator("#item")).not_to_have_attribute("data-item", before)
    expect(page).to_have_url(re.compile(f"item={item_of(page)}"))


def saved(page: Page, state: str) -> None:
    """The line that says where what was typed is kept."""
    expect(page.locator("#saved")).to_have_attribute("data-state", state, timeout=15_000)
