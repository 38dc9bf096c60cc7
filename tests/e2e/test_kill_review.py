"""Killed in the review room: a queue is filled on, what was typed and decided is there."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.e2e.recorder import post
from tests.e2e.reviewer import Reviewer
from tests.e2e.shell import ROOT, Installation, address_of
from themis.domain.jsontypes import Json

N_RUNS = 400
FILL = """
from django.utils import timezone
from tests.reviews import rooms
from themis.accounts.models import Team
from themis.pipeline import plans, queues, standings
from themis.reviews.models import Queue

queues.PORTION = 10
team, _ = Team.objects.get_or_create(slug="court", name="Court")
runs = rooms.runs(team, {n})
standings.rebuild()
plan = plans.Plan(name="Q", seed=5, reviewers=2, overlap=50)
queue = queues.make_queue(team=team, by=None, plan=plan, at=timezone.now())
portion = queues.services.add

def told(**how):
    done = portion(**how)
    print("portion", flush=True)
    return done

queues.services.add = told
queues.fill(queue, timezone.now())
"""
GO_ON = """
import json
from django.utils import timezone
from themis.pipeline import plans, queues
from themis.reviews.models import Queue

queue = Queue.objects.get()
before = [queue.state, queue.n_items]
queues.fill_waiting(timezone.now())
queue.refresh_from_db()
ids = list(queue.items.order_by("position").values_list("trajectory_id", flat=True))
print(json.dumps({{
    "before": before,
    "state": queue.state,
    "counted": [queue.n_items, queue.n_wanted, queue.items.filter(wanted=2).count()],
    "in_order": ids == plans.shuffled(sorted(ids), 5),
    "positions": list(queue.items.values_list("position", flat=True)) == list(range({n})),
}}))
"""


def shell(themis: Installation, code: str) -> subprocess.Popen[str]:
    """Python in a process of its own, with the tables of the installation."""
    return subprocess.Popen(
        themis.command("shell", "-v", "0", "-c", code.format(n=N_RUNS)),
        env={**themis.environment, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_kill_9_while_a_queue_is_filled_loses_and_doubles_nothing(tmp_path: Path) -> None:
    themis = Installation.ready(tmp_path / "var")
    filling = shell(themis, FILL)
    assert filling.stdout is not None
    for _ in range(7):
        assert filling.stdout.readline().strip() == "portion"
    filling.send_signal(signal.SIGKILL)
    filling.communicate()
    out, _ = shell(themis, GO_ON).communicate(timeout=60)
    told = json.loads(out)
    state, n_before = told.pop("before")
    assert state == "filling"
    assert 60 <= n_before < N_RUNS
    assert told == {
        "state": "open",
        "counted": [N_RUNS, N_RUNS * 3 // 2, N_RUNS // 2],
        "in_order": True,
        "positions": True,
    }


def opened(address: str, key: str) -> int:
    """A queue of the demo's runs, once it is open."""
    status, answer = post(address, "/queues", key, {"name": "Demo"})
    assert status == 202, answer
    queue = int(str(answer["queue"]))
    reviewer_sees = time.monotonic() + 30
    while time.monotonic() < reviewer_sees:
        state = _state(address, key, queue)
        if state == "open":
            return queue
        time.sleep(0.1)
    raise AssertionError(f"the queue is {state}")


def _state(address: str, key: str, queue: int) -> str:
    command = ["curl", "-sS", "-H", f"Authorization: Bearer {key}"]
    done = subprocess.run(
        [*command, f"{address}/api/v1/queues/{queue}"], capture_output=True, text=True, check=True
    )
    return str(json.loads(done.stdout)["state"])


@pytest.mark.timeout(300)
def test_kill_9_of_the_server_loses_no_draft_and_counts_no_decision_twice(tmp_path: Path) -> None:
    themis = Installation.ready(tmp_path / "var")
    server = themis.start("serve", "--port", "0", "--demo")
    try:
        address = address_of(server)
        logins = json.loads((themis.home / "demo-logins.json").read_text())
        queue = opened(address, logins["api_key"])
        work = f"/review/queues/{queue}/work"
        ann = Reviewer(address)
        ann.sign_in("annotator", logins["annotator"])
        held = ann.take(queue)
        typed: dict[str, Json] = {"v": 2, "text": "The note is there, I think"}
        status, _ = ann.post(
            f"{work}/draft/",
            {"hold": held.hold, "token": held.token, "number": 1, "opinion": typed},
        )
        assert status == 200

        server.send_signal(signal.SIGKILL)
        server.communicate()
        server = themis.start("serve", "--port", address.rsplit(":", 1)[1])
        assert address_of(server) == address

        again = ann.take(queue)
        assert (again.item, again.number) == (held.item, 1)
        assert "The note is there, I think" in again.said
        decision: dict[str, Json] = {
            "hold": again.hold,
            "token": again.token,
            "version": again.version,
            "seconds": 3,
            "opinion": {"v": 2, "ruling": "passed"},
        }
        first = ann.post(f"{work}/submit/", decision)
        assert first[0] == 200

        server.send_signal(signal.SIGKILL)
        server.communicate()
        server = themis.start("serve", "--port", address.rsplit(":", 1)[1])
        address_of(server)
        assert ann.post(f"{work}/submit/", decision) == first
        assert ann.take(queue).item != held.item
    finally:
        server.kill()
        server.communicate()
