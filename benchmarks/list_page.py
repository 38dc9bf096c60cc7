"""How fast the list of trajectories is with a million of them, at the server.

Run `python scripts/services.py -- python benchmarks/list_page.py [ROWS]`: fills an empty
PostgreSQL with one large team and a hundred small ones, then opens the list through Django's test
client: every page is rendered whole, for somebody who is signed in. Each filter, combination,
search and deep page is asked TIMES times. Figures are milliseconds, p50 and p95: from the request
to the whole answer, and the processor time of that, Django's and PostgreSQL's together, which
another program on the machine does not lengthen. The last column is the queries a page takes.

The shares are made up, but lopsided as real ones are: platforms from 2 in 100 to half of all,
seven in ten judged, words that stand in every second instruction and words that stand in three.
"""

from __future__ import annotations

import os
import re
import secrets
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["DATABASE_URL"] = os.environ["STACK_DATABASE_URL"]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "themis.settings")

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from themis.accounts import services as accounts
from themis.accounts.models import Role, Team
from themis.pipeline import standings
from themis.pipeline.listing import PER_PAGE

TIMES = 20
SMALL_TEAMS = 100
OF_A_SMALL_TEAM = 50
DEEP = 200  # pages that are turned one after the other

FILL = """
INSERT INTO trajectories_trajectory (id, team_id, digest, source, format, platform, instruction,
    label, state, n_steps, n_actions, n_screens, warnings, payload, created_at)
SELECT
    substr(translate(md5('id' || n), 'ilou', 'wxyz'), 1, 12), {team},
    md5(n::text) || md5('d' || n),
    'runs/' || (ARRAY['webvoyager', 'osworld', 'androidworld', 'mind2web'])[1 + n % 4]
        || '/task-' || n,
    (ARRAY['webvoyager', 'osworld', 'androidworld', 'themis'])[1 + n % 4],
    CASE WHEN r < 0.50 THEN 'web' WHEN r < 0.78 THEN 'android' WHEN r < 0.90 THEN 'linux'
        WHEN r < 0.96 THEN 'windows' WHEN r < 0.98 THEN 'macos' ELSE 'ios' END,
    CASE WHEN n % 2 = 0 THEN 'Search ' ELSE 'Open ' END || 'the page of product '
        || md5('a' || n) || ' and '
        || (ARRAY['save the report', 'book a table', 'send it to Anna', 'compare its prices',
            'add it to the cart', 'read the newest review'])[1 + (n * 7) % 6]
        || ' in ' || (ARRAY['Lisbon', 'Osaka', 'Quito', 'Tromso'])[1 + (n * 13) % 4]
        || CASE WHEN n % 50000 = 7 THEN ' with a xylophone' ELSE '' END
        || CASE WHEN n % 300 = 11 THEN ' by tramway' ELSE '' END,
    (ARRAY['passed', 'failed', '', '', ''])[1 + (n * 3) % 5], 'closed',
    3 + n % 40, 3 + n % 60, 0, '[]', '{{"v": 1}}',
    timestamptz '2026-01-01 00:00+00' + n * interval '7 seconds'
FROM (SELECT n, random() AS r FROM generate_series({first}, {last}) AS n) AS numbers
"""
VERDICTS = """
INSERT INTO verdicts_verdict (trajectory_id, critic, critic_version, settings_hash, model, status,
    outcome, confidence, reason, cause, rounds, n_turns, calls, prompt_tokens, completion_tokens,
    opened_at, closed_at, seconds, provisional, seen)
SELECT id, critic, '1', '', '', 'given',
    CASE WHEN random() < 0.45 THEN 'passed' WHEN random() < 0.85 THEN 'failed'
        ELSE 'undecided' END,
    0.5 + random() / 2, 'Because the screens show it.', '', '[]', 6, 6, 9000, 900,
    created_at, created_at + delay, 12, false, ''
FROM trajectories_trajectory,
    (VALUES ('themis', 0.7, interval '1 minute'), ('evidence-only', 0.1, interval '1 hour'))
        AS bench(critic, share, delay)
WHERE ('x' || substr(md5(id || critic), 1, 6))::bit(24)::integer / 16777216.0 < share
"""
RUNS = """
INSERT INTO pipeline_run (trajectory_id, critic, status, verdict_id, cause, owner, created_at,
    again)
SELECT trajectory_id, critic, 'done', id, '', '', opened_at, false FROM verdicts_verdict
UNION ALL
SELECT id, '', CASE WHEN number % 10 < 3 THEN 'broken' WHEN number % 10 < 9 THEN 'waiting'
    ELSE 'running' END, NULL, 'the model is away', '', created_at + interval '2 hours',
    false
FROM (SELECT id, created_at, row_number() OVER () AS number FROM trajectories_trajectory
    WHERE random() < 0.02) AS chosen
"""
ASKED: dict[str, list[dict[str, str]]] = {
    "everything": [{}],
    "one filter": [
        *({"platform": platform} for platform in ("web", "android", "macos", "ios")),
        *({"outcome": outcome} for outcome in ("passed", "failed", "undecided")),
        *({"outcome": outcome} for outcome in ("judging", "broken", "unjudged")),
        *({"critic": critic} for critic in ("themis", "evidence-only")),
        *({"label": label} for label in ("passed", "failed", "none")),
    ],
    "two to four filters": [
        {"platform": "web", "outcome": "failed"},
        {"platform": "ios", "outcome": "undecided"},
        {"platform": "ios", "outcome": "broken"},
        {"critic": "evidence-only", "outcome": "passed"},
        {"critic": "evidence-only", "outcome": "judging", "platform": "macos"},
        {"label": "passed", "outcome": "failed", "platform": "android"},
        {"label": "none", "outcome": "unjudged", "platform": "linux"},
        {"label": "failed", "outcome": "undecided", "platform": "ios", "critic": "evidence-only"},
    ],
    "frequent word": [{"text": "search"}, {"text": "report"}, {"text": "product lisbon"}],
    "word in 1 of 300": [{"text": "tramway"}, {"text": "tramway quito"}],
    "rare word": [{"text": "xylophone"}, {"text": "task-777777"}, {"text": "xylophone open"}],
    "no match": [{"text": "zeppelin"}, {"text": "search zeppelin"}],
    "short word": [{"text": "a"}, {"text": "zq"}],
    "word and filters": [
        {"text": "report", "platform": "ios"},
        {"text": "xylophone", "platform": "web"},
        {"text": "tramway", "outcome": "failed"},
        {"text": "zeppelin", "critic": "themis"},
        {"text": "osaka", "label": "passed", "outcome": "failed"},
        {"text": "search", "critic": "evidence-only", "outcome": "undecided"},
    ],
}
OLDER = re.compile(r"[?;]older=([0-9]+-[0-9a-z]+)")
TURNED: dict[str, dict[str, str]] = {
    "deep pages": {},
    "deep pages, filtered": {"platform": "web", "outcome": "failed"},
    "deep pages, word": {"text": "osaka"},
}


def main() -> None:
    """Fill, measure, print."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    settings.SECURE_SSL_REDIRECT = False
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    started = time.perf_counter()
    client, small = fill(rows)
    print(
        f"{rows:,} trajectories in one team, {SMALL_TEAMS * OF_A_SMALL_TEAM:,} in others; ", end=""
    )
    print(f"filled in {time.perf_counter() - started:.0f} s")
    print(f"{'':22} {'p50':>7} {'p95':>7}  {'cpu p50':>7} {'p95':>7}  queries")
    slowest: dict[str, float] = {}
    for name, asked in ASKED.items():
        times = [timed for query in asked for timed in repeated(client, query, slowest)]
        tell(name, times, max(queries_of(client, query) for query in asked))
    for name, query in TURNED.items():
        tell(name, list(turned(client, query)), queries_of(client, query))
    tell("a small team", repeated(small, {}, {}), queries_of(small, {}))
    tell("home", repeated(client, {}, {}, "/"), queries_of(client, {}, "/"))
    tell("home, a small team", repeated(small, {}, {}, "/"), queries_of(small, {}, "/"))
    worst = sorted(slowest.items(), key=lambda item: -item[1])[:5]
    print("slowest (p50): " + ", ".join(f"{name} {ms:.0f}" for name, ms in worst))


@dataclass(frozen=True)
class Timed:
    """One page: milliseconds on the clock, and on processors."""

    clock: float
    cpu: float


def tell(name: str, pages: list[Timed], queries: int) -> None:
    """One line."""
    clock, cpu = [page.clock for page in pages], [page.cpu for page in pages]
    figures = (*middle_and_tail(clock), *middle_and_tail(cpu))
    print("{:22} {:7.1f} {:7.1f}  {:7.1f} {:7.1f}  {}".format(name, *figures, queries), flush=True)


def middle_and_tail(times: list[float]) -> tuple[float, float]:
    """The 50th and the 95th of a hundred."""
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def repeated(
    client: Client, query: dict[str, str], slowest: dict[str, float], path: str = "/trajectories/"
) -> list[Timed]:
    """One question, several times, after one that warms up."""
    get(client, query, path)
    times = [get(client, query, path)[0] for _ in range(TIMES)]
    slowest[urlencode(query)] = statistics.median(page.clock for page in times)
    return times


def turned(client: Client, query: dict[str, str]) -> Iterator[Timed]:
    """Page after page towards the oldest."""
    cursor: dict[str, str] = {}
    for _ in range(DEEP):
        timed, body = get(client, query | cursor)
        yield timed
        older = OLDER.search(body)
        if older is None:
            return
        cursor = {"older": older[1]}


def get(client: Client, query: dict[str, str], path: str = "/trajectories/") -> tuple[Timed, str]:
    """What a page took, and the page."""
    started, worked = time.perf_counter(), time.thread_time() + database_time()
    response = client.get(path, query)
    clock, cpu = time.perf_counter() - started, time.thread_time() + database_time() - worked
    assert response.status_code == 200, response.status_code  # noqa: S101
    return Timed(clock * 1000, cpu * 1000), response.content.decode()


def database_time() -> float:
    """Seconds that the server process of this connection has been on a processor."""
    return int(Path(f"/proc/{backend()}/schedstat").read_text().split()[0]) / 1e9


@cache
def backend() -> int:
    """The process id of it; the connection lasts as long as this program."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def queries_of(client: Client, query: dict[str, str], path: str = "/trajectories/") -> int:
    """How many queries a page takes."""
    with CaptureQueriesContext(connection) as seen:
        client.get(path, query)
    return len(seen)


def fill(rows: int) -> tuple[Client, ...]:
    """The data unless it is there, and browsers of people in the large team and in a small one."""
    call_command("migrate", verbosity=0, interactive=False)
    if not Team.objects.exists():
        write(rows)
    return tuple(browser_of(Team.objects.get(slug=slug)) for slug in ("large", "small-0"))


def browser_of(team: Team) -> Client:
    """A browser in which somebody of a team has signed in."""
    client = Client()
    user = accounts.enrol(
        username=f"of-{team.slug}", password=secrets.token_hex(), team=team, role=Role.MANAGER
    )
    client.force_login(user)
    return client


def write(rows: int) -> None:
    """Teams, trajectories, verdicts, runs, and where they stand."""
    large = accounts.found_team(slug="large", name="Large")
    small = [
        accounts.found_team(slug=f"small-{number}", name=f"Small {number}")
        for number in range(SMALL_TEAMS)
    ]
    with connection.cursor() as cursor:
        cursor.execute(FILL.format(team=large.pk, first=1, last=rows))
        for number, team in enumerate(small):
            first = rows + 1 + number * OF_A_SMALL_TEAM
            last = first + OF_A_SMALL_TEAM - 1
            cursor.execute(FILL.format(team=team.pk, first=first, last=last))
        cursor.execute(VERDICTS)
        cursor.execute(RUNS)
    standings.rebuild()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    assert PER_PAGE == 50  # noqa: S101
    main()
