"""How fast the charts are with a hundred thousand verdicts, at the server.

Run `python benchmarks/charts.py [VERDICTS]` for SQLite in an empty folder, or
`python scripts/services.py -- python benchmarks/charts.py` for an empty PostgreSQL. Half as many
runs as verdicts, two judges, three in five labelled, one in five ruled on by people. Then, each
TIMES times: everything counted anew, the page with what is kept, and the runs behind a point.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
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
from themis.reviews.models import Queue

TIMES = 5
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
JUDGES = 2
AT = {
    "postgresql": "%(began)s + n * interval '4 minutes'",
    "sqlite": "datetime(%(began)s, '+' || (n * 4) || ' minutes')",
}
NUMBERS = """
WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < %(last)s),
named AS (SELECT n, CAST(100000000000 + n AS varchar(12)) AS id, {at} AS at FROM numbers)
{head}
"""
RUNS = """
INSERT INTO trajectories_trajectory (id, team_id, state, digest, source, format, platform,
    instruction, label, app, agent, n_steps, n_actions, n_screens, warnings, payload, created_at)
SELECT id, %(team)s, 'closed', id, 'runs', 'themis',
    CASE n %% 4 WHEN 0 THEN 'web' WHEN 1 THEN 'android' WHEN 2 THEN 'linux' ELSE 'windows' END,
    'Do ' || id, CASE n %% 5 WHEN 0 THEN 'passed' WHEN 1 THEN 'failed' WHEN 2 THEN 'failed' ELSE ''
    END, 'app-' || (n %% 30), 'agent-' || (n %% 7), n %% 120 + 1, 1, 0, '[]', '{}', at
FROM named
"""
VERDICTS = """
INSERT INTO verdicts_verdict (trajectory_id, critic, critic_version, settings_hash, model,
    provisional, seen, status, outcome, confidence, reason, cause, error_class, rounds, finding,
    n_turns, calls, prompt_tokens, completion_tokens, cached_tokens, price, opened_at, closed_at,
    seconds)
SELECT id, CASE who WHEN 0 THEN 'themis' ELSE 'evidence-only' END, '2', '', 'a-model', false, '',
    'given', CASE (n * 7 + who) %% 6 WHEN 0 THEN 'undecided' WHEN 1 THEN 'passed'
        WHEN 2 THEN 'passed' ELSE 'failed' END, 0.5 + (n %% 50) / 100.0, '', '',
    CASE n %% 4 WHEN 0 THEN 'task_incomplete' WHEN 1 THEN 'wrong_action' ELSE '' END,
    %(chain)s, %(finding)s, 5, 5, 9000, 900, 0, 0.02, at, at, 4
FROM named CROSS JOIN (SELECT 0 AS who UNION ALL SELECT 1) AS benches
"""
ITEMS = """
INSERT INTO reviews_queueitem (queue_id, trajectory_id, position, wanted, n_taken, n_decided,
    state, ruling, gold, is_flagged, version, changed, settled_at)
SELECT %(queue)s, id, n, 1, 1, 1, 'decided', CASE n %% 2 WHEN 0 THEN 'passed' ELSE 'failed' END,
    '', false, 1, '', at
FROM named WHERE n %% 5 = 0
"""


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
    team = fill(n_verdicts // JUDGES)
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
    """Runs with a verdict of each judge, spread over half a year, a fifth ruled on."""
    team = accounts.found_team(slug="bench", name="Bench")
    queue = Queue.objects.create(team=team, name="Audit", created_at=BEGAN)
    values: dict[str, int | str | datetime] = {
        "team": team.pk, "queue": queue.pk, "last": n_runs - 1, "began": BEGAN,
        "chain": json.dumps([{"text": "x" * 2_000}]), "finding": json.dumps({"text": "x" * 2_000}),
    }  # fmt: skip
    with connection.cursor() as cursor:
        for statement in (RUNS, VERDICTS, ITEMS):
            cursor.execute(NUMBERS.format(head=statement, at=AT[connection.vendor]), values)
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE")
    return team


if __name__ == "__main__":
    main()
