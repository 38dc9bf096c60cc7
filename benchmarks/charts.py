"""How fast the charts are with a hundred thousand verdicts, at the server.

Run `python benchmarks/charts.py [VERDICTS]` for SQLite in an empty folder, or
`python scripts/services.py -- python benchmarks/charts.py` for an empty PostgreSQL. Half as many
runs as verdicts, two judges, three in five labelled, one in five ruled on by people. Then, each
TIMES times: everything counted anew, the page with what is kept, and the runs behind a point.
"""

from __future__ import annotations

import os
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
if "STACK_DATABASE_URL" in os.environ:
    os.environ["DATABASE_URL"] = os.environ["STACK_DATABASE_URL"]
os.environ["THEMIS_HOME"] = tempfile.mkdtemp()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "themis.settings")

import django

django.setup()

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client

from themis.accounts import services as accounts
from themis.accounts.models import Role, Team
from themis.pipeline.figures import counted
from themis.pipeline.figures.asked import Asked
from themis.reviews.models import ItemState, Queue, QueueItem
from themis.trajectories.models import Trajectory
from themis.verdicts.models import Verdict

TIMES = 5
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
JUDGES = (("themis", "2", "a-model"), ("evidence-only", "1", ""))
CLASSES = ("task_incomplete", "wrong_action", "error_suppressed", "")
OUTCOMES = ("passed", "passed", "failed", "failed", "failed", "undecided")


def main() -> None:
    """Fill, measure, print."""
    n_verdicts = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = False
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    call_command("migrate", verbosity=0, interactive=False)
    team = fill(n_verdicts // len(JUDGES))
    client = Client()
    client.force_login(
        accounts.enrol(username="bench", password="bench-pass", team=team, role=Role.ADMIN)  # noqa: S106
    )
    print(f"{n_verdicts:,} verdicts, {connection.vendor}; ms: p50 and slowest, cpu p50 and most")
    tell("counted anew", lambda: fresh(team))
    tell("counted anew, one platform", lambda: fresh(team, Asked(platform="web")))
    client.get("/charts/")
    tell("page, counts kept", lambda: opened(client, "/charts/"))
    tell("a table as CSV", lambda: opened(client, "/charts/confusion.csv"))
    judge = "critic=themis&version=2&settings=&model=a-model"
    behind = f"/charts/runs/?{judge}&truth=failed&said=passed"
    tell("runs behind a cell", lambda: opened(client, behind))


def tell(name: str, work: Callable[[], None]) -> None:
    """One line."""
    work()
    clock, cpu = [], []
    for _ in range(TIMES):
        started, worked = time.perf_counter(), processor()
        work()
        clock.append((time.perf_counter() - started) * 1000)
        cpu.append((processor() - worked) * 1000)
    figures = (*(statistics.median(clock), max(clock)), *(statistics.median(cpu), max(cpu)))
    print("{:28} {:7.0f} {:7.0f}   {:7.0f} {:7.0f}".format(name, *figures), flush=True)


def processor() -> float:
    """Seconds that this program and its PostgreSQL were on a processor."""
    if connection.vendor != "postgresql":
        return time.process_time()
    connection.ensure_connection()
    backend = connection.connection.info.backend_pid
    return (
        time.process_time() + int(Path(f"/proc/{backend}/schedstat").read_text().split()[0]) / 1e9
    )


def fresh(team: Team, asked: Asked | None = None) -> None:
    """Count, whatever is kept."""
    cache.clear()
    counted.figures(team, asked or Asked())


def opened(client: Client, path: str) -> None:
    """A page, whole."""
    assert client.get(path).status_code == 200, path  # noqa: S101


def fill(n_runs: int) -> Team:
    """Runs with a verdict of each judge, spread over forty weeks."""
    team = accounts.found_team(slug="bench", name="Bench")
    runs = Trajectory.objects.bulk_create(
        [run(team, number) for number in range(n_runs)], batch_size=1_000
    )
    Verdict.objects.bulk_create(
        [verdict(row, number, at) for number, row in enumerate(runs) for at in range(len(JUDGES))],
        batch_size=1_000,
    )
    queue = Queue.objects.create(team=team, name="Audit", created_at=BEGAN)
    QueueItem.objects.bulk_create(
        [
            QueueItem(
                queue=queue, trajectory=row, position=at, ruling=("passed", "failed")[at % 2],
                settled_at=BEGAN, state=ItemState.DECIDED, n_taken=1, n_decided=1,
            )
            for at, row in enumerate(runs[::5])
        ],
        batch_size=1_000,
    )  # fmt: skip
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return team


def run(team: Team, number: int) -> Trajectory:
    """One of many."""
    return Trajectory(
        team=team, digest=secrets.token_hex(32), source=f"runs/{number}", format="themis",
        platform=("web", "android", "linux", "windows")[number % 4], instruction=f"Do {number}",
        label=("passed", "failed", "failed", "", "")[number % 5], app=f"app-{number % 30}",
        agent=f"agent-{number % 7}", n_steps=number % 120 + 1, n_actions=1, n_screens=0,
        payload={}, created_at=BEGAN,
    )  # fmt: skip


def verdict(row: Trajectory, number: int, at: int) -> Verdict:
    """What one judge says of it."""
    critic, version, model = JUDGES[at]
    closed = BEGAN + timedelta(minutes=8 * number)
    return Verdict(
        trajectory=row, critic=critic, critic_version=version, model=model, status="given",
        outcome=OUTCOMES[(number * 7 + at) % 6], confidence=0.5 + (number % 50) / 100,
        error_class=CLASSES[number % 4], calls=5 * (1 - at), prompt_tokens=9_000, seconds=4,
        price=None if at else 0.02, opened_at=closed, closed_at=closed,
        rounds=[{"text": "x" * 2_000}], finding={"text": "x" * 2_000},
    )  # fmt: skip


if __name__ == "__main__":
    main()
