"""Fifty annotators at once on one queue: how long a page takes, and whether a run is given twice.

Run `python scripts/services.py --grown -- python benchmarks/annotators.py [SECONDS]`: the grown
shape (PostgreSQL, Redis, `manage.py serve`) on this machine, a queue of ITEMS runs with pictures,
and locust with PEOPLE signed-in browsers on loopback, in a process beside it. Each browser does
what the page of the room does: it opens the room, which comes with a run, loads its first pictures
and what is said of its later steps, keeps a draft, renews, decides, takes the next run, and asks
how far the queue is as often as hints make it. Some leave and come back. A run is looked at for
THINK seconds: whoever decides 500 a day takes twice as long. They come in over 25 seconds, and are
timed once all are there.

Times are from the request to the whole answer. Afterwards the database is asked for runs that more
people have decided or hold than were wanted, and the browsers' own notes are looked through for a
run that was before two people at a time. It ends with status 1 where there is one.
"""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
home = tempfile.TemporaryDirectory(prefix="annotators-")
os.environ["THEMIS_HOME"] = home.name
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "themis.settings")

import django

django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db.models import Count, F, Q
from django.utils import timezone

from tests import stories
from tests.e2e.shell import Installation, address_of
from themis.accounts.models import Membership, Role, Team, User
from themis.formats.contract import Picture
from themis.pipeline import plans, queues, standings
from themis.reviews.models import Queue, QueueItem
from themis.trajectories import services as trajectories
from themis.trajectories.models import Screen, Trajectory, new_id

PEOPLE = 50
ITEMS = 1_000
RECORDED = 20  # runs with pictures of their own; the others show the same ones
N_STEPS = 12
SIZE = (1280, 720)
SECONDS = 120
TARGET = 300  # milliseconds, p95 of a page


def main() -> int:
    """Fill, let them in, and tell."""
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    call_command("migrate", verbosity=0, interactive=False)
    team = Team.objects.create(slug="court", name="Court")
    runs_of(team)
    queue = queues.make_queue(team=team, by=None, plan=plans.Plan(name="Notes"), at=timezone.now())
    queues.fill(queue, timezone.now())
    folder = Path(home.name)
    (folder / "sessions.json").write_text(json.dumps([signed_in(team, n) for n in range(PEOPLE)]))
    with served() as (address, pid):
        before = processor_time(pid)
        status = besiege(address, queue, seconds, folder)
        worked = processor_time(pid) - before
    if status not in {0, 1}:  # 1: some requests failed, which the table shows
        return status
    is_slow = told(folder)
    print(f"the server worked for {worked:.1f} s on a machine of load {os.getloadavg()[0]:.0f}")
    is_wrong = given_twice(queue) + seen_at_once(folder)
    print(f"runs given to more people than wanted, or before two at a time: {is_wrong}")
    return 1 if is_wrong or is_slow else 0


def runs_of(team: Team) -> None:
    """Runs with pictures; most repeat those of another, as rows of their own."""
    now = timezone.now()
    for number in range(RECORDED):
        recording = stories.recording(f"Create note {number} and save it", N_STEPS)
        pictures = tuple(
            Picture(name=f"{shade}.png", content=stories.png(number * 20 + shade, SIZE))
            for shade in range(N_STEPS + 1)
        )
        trajectories.ingest(
            recording=replace(recording, pictures=pictures),
            source=f"bench/{number}",
            team=team,
            by=None,
            at=now,
        )
    recorded = [(row, list(row.screens.all())) for row in Trajectory.objects.filter(team=team)]
    for copy in range(1, ITEMS // RECORDED):
        rows, screens = [], []
        for row, shown in recorded:
            twin = Trajectory.objects.get(pk=row.pk)
            twin.pk, twin.digest = new_id(), f"{copy:032d}{row.digest[:32]}"
            rows.append(twin)
            screens += [
                Screen(
                    trajectory=twin,
                    position=each.position,
                    digest=each.digest,
                    media_type=each.media_type,
                    width=each.width,
                    height=each.height,
                )
                for each in shown
            ]
        Trajectory.objects.bulk_create(rows)
        Screen.objects.bulk_create(screens)
    standings.rebuild()


def signed_in(team: Team, number: int) -> str:
    """The session of an annotator: fifty passwords would be checked for a minute."""
    user = User.objects.create(username=f"annotator-{number}")
    Membership.objects.create(user=user, team=team, role=Role.ANNOTATOR)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    """The address of `manage.py serve`, as it is installed, and the process that answers."""
    variables = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}
    process = Installation(Path(home.name), variables).start("serve", "--port", "0")
    try:
        yield address_of(process), process.pid
    finally:
        process.terminate()
        _, complaints = process.communicate(timeout=20)
        sys.stderr.write(complaints[-2000:])


def besiege(address: str, queue: Queue, seconds: int, folder: Path) -> int:
    """Locust, to its end."""
    command = [sys.executable, "-m", "locust", "-f", str(ROOT / "benchmarks/annotator.py")]
    command += ["--headless", "--only-summary", "--reset-stats", "--host", address]
    command += ["-u", str(PEOPLE), "-r", "2", "-t", f"{seconds}s", "--csv", str(folder / "all")]
    mine = {"ANNOTATORS_FOLDER": str(folder), "ANNOTATORS_QUEUE": str(queue.pk)}
    done = subprocess.run(
        command,
        env=os.environ | mine,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        timeout=seconds + 120,
        check=False,
    )
    if done.returncode not in {0, 1}:
        sys.stderr.write(done.stderr[-3000:])
    return done.returncode


def processor_time(pid: int) -> float:
    """Seconds that a process and those it started have worked, whatever else the machine does."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            fields = stat.read_text().rpartition(")")[2].split()
            if str(pid) in (stat.parent.name, fields[1]):
                ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def told(folder: Path) -> bool:
    """Print what each page took; whether the slowest kind of page is over the target."""
    with (folder / "all_stats.csv").open() as file:
        rows = list(csv.DictReader(file))
    print(f"\n{PEOPLE} annotators; ms     requests  failed     p50     p95     p99   a second")
    for row in rows:
        name = row["Name"] if row["Name"] != "Aggregated" else "all together"
        print(
            f"{name:22}{row['Request Count']:>12}{row['Failure Count']:>8}{row['50%']:>8}"
            f"{row['95%']:>8}{row['99%']:>8}{float(row['Requests/s']):>11.1f}"
        )
    pages = [row for row in rows if row["Name"].startswith("page:")]
    worst = max(float(row["95%"]) for row in pages)
    failed = sum(int(row["Failure Count"]) for row in rows)
    print(f"slowest page p95 {worst:.0f} ms (target {TARGET}); failed requests {failed}")
    return worst > TARGET or failed > 0


def given_twice(queue: Queue) -> int:
    """Runs that more people hold or have decided than were wanted, by the rows themselves."""
    places = Count("holds", filter=Q(holds__state__in=["held", "aside", "submitted"]))
    rows = QueueItem.objects.filter(queue=queue).annotate(places=places)
    decided = rows.aggregate(n=Count("pk", filter=Q(n_decided__gt=0)))["n"]
    print(f"{decided} runs decided")
    return rows.filter(places__gt=F("wanted")).count()


def seen_at_once(folder: Path) -> int:
    """Runs that were before two people at a time, by what the browsers noted."""
    looked: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for line in (folder / "looked.jsonl").read_text().splitlines():
        item, start, end = json.loads(line)
        looked[item].append((start, end))
    doubled = 0
    for spans in looked.values():
        spans.sort()
        doubled += any(after[0] < before[1] for before, after in pairwise(spans))
    return doubled


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the server must not outlive it
    try:
        sys.exit(main())
    finally:
        home.cleanup()
