"""One annotator, as locust plays fifty of them; started by benchmarks/annotators.py."""

from __future__ import annotations

import itertools
import json
import os
import random
import re
import secrets
import time
from pathlib import Path

import gevent  # type: ignore[import-untyped]
from locust import FastHttpUser, events, task

FOLDER = Path(os.environ["ANNOTATORS_FOLDER"])
QUEUE = os.environ["ANNOTATORS_QUEUE"]
WORK = f"/review/queues/{QUEUE}/work"
THINK = (20.0, 40.0)  # seconds a run is looked at
HINTS = (1.0, 8.0)  # seconds between two hints that a page of a busy queue gets
HELD = re.compile(r'data-(item|hold|token|version)="([^"]*)"')
PICTURE = re.compile(r"/trajectories/[0-9a-z]+/screens/[0-9]+/[^\"'\s&?]+/")
AGAIN = 0.2  # of those who have decided leave the room and come back
FIRST = 3  # pictures that are loaded before the run can be read

_sessions = itertools.cycle(json.loads((FOLDER / "sessions.json").read_text()))
_looked: list[tuple[int, float, float]] = []


class Annotator(FastHttpUser):
    """A signed-in browser in the room."""

    def on_start(self) -> None:
        """Open the room, and listen for hints."""
        csrf = secrets.token_hex(16)
        self.headers = {
            "Cookie": f"sessionid={next(_sessions)}; csrftoken={csrf}",
            "X-CSRFToken": csrf,
            "Referer": f"{self.host}/",
        }
        self.page = ""
        self.enter()
        gevent.spawn(self.hear)

    def enter(self) -> None:
        """The room, with its first run."""
        with self.client.get(f"{WORK}/", headers=self.headers, name="page: the room") as answer:
            self.page = answer.text or ""

    def next(self) -> str:
        """The run in the page, or the next one."""
        page, self.page = self.page, ""
        if page:
            return page[page.find("<article") :]
        with self.client.post(
            f"{WORK}/take/", json={}, headers=self.headers, name="page: next run"
        ) as answer:
            return answer.text or ""

    def hear(self) -> None:
        """Look how far the queue is, as each hint makes the page do."""
        while True:
            gevent.sleep(random.uniform(*HINTS))  # noqa: S311  no secret
            self.client.get(f"{WORK}/progress/", headers=self.headers, name="page: progress")

    @task
    def decide(self) -> None:
        """One run, from the take to the decision."""
        page = self.next()
        held = dict(HELD.findall(page[:4000]))
        if "hold" not in held:
            gevent.sleep(1)
            return
        start = time.monotonic()
        for path in list(dict.fromkeys(PICTURE.findall(page)))[:FIRST]:
            self.client.get(path, headers=self.headers, name="picture")
        later = f"{WORK}/{held['item']}/steps/"
        self.client.get(later, headers=self.headers, name="page: later steps")
        gevent.sleep(random.uniform(*THINK))  # noqa: S311  no secret
        lease = {"hold": int(held["hold"]), "token": held["token"]}
        self.send("draft", {**lease, "number": 1, "opinion": {"v": 2, "text": "It is saved"}})
        self.send("renew", {"holds": [[lease["hold"], lease["token"]]]})
        end = time.monotonic()
        ruling = random.choice(["passed", "failed"])  # noqa: S311  no secret
        decision = {"v": 2, "ruling": ruling, "text": "It is saved"}
        asked = {**lease, "version": int(held["version"]), "seconds": 9, "opinion": decision}
        self.send("submit", asked)
        _looked.append((int(held["item"]), start, end))
        self.client.get(
            f"{WORK}/peek/{held['item']}/", headers=self.headers, name="page: what others said"
        )
        if random.random() < AGAIN:  # noqa: S311  no secret
            self.enter()

    def send(self, deed: str, body: dict[str, object]) -> None:
        """What the page posts."""
        self.client.post(f"{WORK}/{deed}/", json=body, headers=self.headers, name=f"deed: {deed}")


@events.quitting.add_listener  # type: ignore[untyped-decorator]
def keep(**_: object) -> None:
    """What was before whom, and when."""
    lines = "".join(json.dumps(each) + "\n" for each in _looked)
    (FOLDER / "looked.jsonl").write_text(lines)
