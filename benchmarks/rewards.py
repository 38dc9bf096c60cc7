"""Pulls of a decided reward beside a bare ASGI view with the same JSON, and waiting clients.

Run `python benchmarks/rewards.py`; it needs wrk. With DATABASE_URL and REDIS_URL, as
`scripts/services.py` sets them, the grown shape is measured, with as many bare processes as Themis
has. Turn by turn, ROUNDS times, the best of each: requests a second, and their ratio.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import httpx

from tests.e2e.shell import Installation

CONNECTIONS = (1, 16, 64)
SECONDS = 4
ROUNDS = 3
WAITING = 200
PREPARE = """
import json
import django
django.setup()
from django.utils import timezone
from themis.accounts import services as accounts
from themis.accounts.models import KeyScope
from themis.accounts.services import KeyTerms
from themis.rewards import jobs, requests
from themis.rewards.models import RewardRequest
from themis.rewards.policy import Policy
from themis.rewards.requests import Settlement, Wish
from themis.trajectories.models import Trajectory

at, team = timezone.now(), accounts.found_team(slug="home", name="Home")
terms = KeyTerms(scope=KeyScope.SUBMIT, rate=2_000_000_000)
_, key = accounts.issue_key(team=team, name="bench", by=None, at=at, terms=terms)
job = jobs.make(team=team, name="bench", policy=Policy(), budget=jobs.Budget(), by=None, at=at)
rows = []
for number in range(2):
    run = Trajectory.objects.create(
        team=team, digest=str(number), source="bench", format="themis", platform="web",
        instruction="Save", n_steps=1, n_actions=1, n_screens=0, payload={}, created_at=at,
    )
    wish = Wish(team=team, job=job, policy=Policy(), trajectory=run, meta={"rollout": number})
    rows.append(requests.open_request(wish=wish, at=at)[0])
requests.put_before_people(row=rows[1])
verdict = {
    "critic": "themis", "critic_version": "3", "model": "m", "outcome": "passed",
    "confidence": 0.9, "verdict": 1, "evidence": "http://127.0.0.1/trajectories/x/?verdict=1",
}
told = {"confidence": 0.9, "verdicts": [verdict], "injections": []}
settlement = Settlement(outcome="passed", reward=1.0, source="verdict", told=told)
requests.settle(row=rows[0], to=settlement, at=at)
answer = RewardRequest.objects.get(pk=rows[0].pk).answer
print(json.dumps({"key": key, "done": rows[0].pk, "open": rows[1].pk, "answer": answer}))
"""


def main() -> None:
    """Measure, and print one line each."""
    with tempfile.TemporaryDirectory() as home:
        themis = _installation(Path(home))
        made = json.loads(python(themis, PREPARE))
        processes = int(themis.variables.get("THEMIS_WEB", "1"))
        with themis.served() as site, bare(made["answer"], processes) as floor:
            pull = f"{site}/api/v1/rewards/{made['done']}"
            for connections in CONNECTIONS:
                _compare(pull, floor, made["key"], connections)
            _wait(site, made, themis)


def _installation(home: Path) -> Installation:
    database, broker = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    if not database or not broker:
        return Installation.ready(home / "home")
    grown = Installation.grown(home / "home", database, broker)
    grown.variables["THEMIS_WEB"] = os.environ.get("THEMIS_WEB", "1")
    return grown


def python(themis: Installation, program: str) -> str:
    """What a program prints that runs within an installation."""
    settings = {"DJANGO_SETTINGS_MODULE": "themis.settings"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=themis.environment | settings,
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


@contextmanager
def bare(answer: str, processes: int) -> Iterator[str]:
    """The address of the bare view, served as Themis is."""
    port = "18471"
    serving = [
        *(sys.executable, "-m", "uvicorn", "benchmarks.bare_view:application"),
        *("--port", port, "--lifespan", "off", "--log-level", "error", "--no-access-log"),
        *("--no-server-header", "--workers", str(processes)),
    ]
    process = subprocess.Popen(serving, cwd=ROOT, env={**os.environ, "ANSWER": answer})
    site = f"http://127.0.0.1:{port}/"
    try:
        _until_answered(site)
        yield site
    finally:
        process.terminate()
        process.wait()


def _until_answered(site: str) -> None:
    for _ in range(200):
        try:
            httpx.get(site)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"{site} does not answer")


def _compare(pull: str, floor: str, key: str, connections: int) -> None:
    header = f"Authorization: Bearer {key}"
    best = {"pull": 0.0, "bare": 0.0}
    for _ in range(ROUNDS):
        best["pull"] = max(best["pull"], _rate(pull, header, connections))
        best["bare"] = max(best["bare"], _rate(floor, header, connections))
    ratio = best["pull"] / best["bare"]
    print(
        f"{connections:3} connections: {best['pull']:7,.0f} pulls/s, bare view "
        f"{best['bare']:7,.0f}/s, ratio {ratio:.2f}",
        flush=True,
    )


def _rate(address: str, header: str, connections: int) -> float:
    """Requests a second, none of which may fail."""
    told = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "-H", header, address],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", told)
    if found is None or "Non-2xx" in told:
        raise SystemExit(told)
    return float(found[1])


def _wait(site: str, made: dict[str, str], themis: Installation) -> None:
    """Clients that wait for one reward, and what that costs the server."""
    site = f"{site}/api/v1/rewards"
    headers = {"Authorization": f"Bearer {made['key']}"}
    before = threads_of(site)
    with ThreadPoolExecutor(WAITING) as clients:
        waiting = [
            clients.submit(_answered_at, f"{site}/{made['open']}?wait=60", headers)
            for _ in range(WAITING)
        ]
        time.sleep(10)
        during = threads_of(site)
        started = time.monotonic()
        httpx.get(f"{site}/{made['done']}", headers=headers).raise_for_status()
        took = time.monotonic() - started
        settled = time.monotonic()
        python(themis, SETTLE.replace("NAME", made["open"]))
        answered = [each.result() - settled for each in waiting]
    print(
        f"{WAITING} waiting clients: {during - before} threads more ({before} to {during}); "
        f"a pull beside them {took * 1000:.1f} ms; all answered {max(answered):.2f} s after a "
        "settlement began, which starts a process"
    )


SETTLE = """
import django
django.setup()
from django.utils import timezone
from themis.pipeline import paying
from themis.rewards import requests
from themis.rewards.models import RewardRequest
from themis.rewards.requests import Settlement

row = RewardRequest.objects.get(pk="NAME")
told = {"confidence": 0.9, "verdicts": [], "injections": []}
settlement = Settlement(outcome="passed", reward=1.0, source="verdict", told=told)
requests.settle(row=row, to=settlement, at=timezone.now())
paying.tell([row])
"""


def _answered_at(address: str, headers: dict[str, str]) -> float:
    told = httpx.get(address, headers=headers, timeout=90).raise_for_status().json()
    if told["reward"] != 1.0:
        raise SystemExit(str(told))
    return time.monotonic()


def threads_of(site: str) -> int:
    """The threads of the processes that listen at an address, as the kernel counts them."""
    port = f":{httpx.URL(site).port:04X}"
    sockets = {
        line.split()[9]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[1].endswith(port) and line.split()[3] == "0A"
    }
    n_threads = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            held = {str(each.readlink()) for each in (process / "fd").iterdir()}
        except OSError:
            continue
        if any(f"socket:[{socket}]" in held for socket in sockets):
            n_threads += len(list((process / "task").iterdir()))
    return n_threads


if __name__ == "__main__":
    main()
