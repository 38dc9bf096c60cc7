"""Whether a queue of 100,000 items opens as fast as one of 100, at the server.

Run `python scripts/services.py -- python benchmarks/review_queue.py [ITEMS]`: fills an empty
PostgreSQL with runs, makes a queue of 100 of them and one of ITEMS, and has one in ten items of
each decided by ten people. Then pages and deeds are asked for through Django's test client, in turn
on the one queue and on the other, TIMES times each; every page is rendered whole, for somebody who
is signed in. Figures are milliseconds, p50 and p95, from the request to the whole answer, and the
queries that it took; the ratio of the two p50 is what to look at.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

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
from django.utils import timezone

from tests import stories
from themis.accounts.models import Membership, Role, Team, User
from themis.domain import wire
from themis.domain.opinion import Opinion, Ruling
from themis.pipeline import plans, queues, standings
from themis.reviews.models import Decision, Hold, HoldState, ItemState, Queue, QueueItem, Seat

SMALL = 100
TIMES = 30
PEOPLE = 10
RUNS = """
INSERT INTO trajectories_trajectory (id, team_id, digest, source, format, platform, instruction,
    label, state, n_steps, n_actions, n_screens, warnings, payload, created_at)
SELECT
    substr(translate(md5(%(team)s::text || '/' || n), 'ilou', 'wxyz'), 1, 12), %(team)s,
    md5(n::text) || md5('d' || n), 'runs/' || n, 'themis', 'web', 'Save note ' || n,
    '', 'closed', 3, 3, 0, '[]', %(payload)s::jsonb, timestamptz '2026-01-01 00:00+00'
FROM generate_series(1, %(size)s) AS n
"""
HELD = re.compile(r'data-(hold|token|version)="([^"]*)"')


@dataclass(frozen=True)
class Room:
    """One queue, and the browsers of somebody who reviews in it and of who manages it."""

    queue: Queue
    reviewer: Client
    manager: Client

    @property
    def work(self) -> str:
        return f"/review/queues/{self.queue.pk}/work/"


def main() -> None:
    """Fill, measure, print."""
    n_items = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = False
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    call_command("migrate", verbosity=0, interactive=False)
    # Two teams, for a queue of a team's own beside a large one would be listed with it.
    rooms = [room_of(f"team-{size}", size) for size in (SMALL, n_items)]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"\n{'':24}{SMALL:>14,}{n_items:>20,}{'ratio':>9}   queries")
    worst = 0.0
    for name, deed in DEEDS.items():
        small, large, asked = measured(rooms, deed)
        ratio = statistics.median(large) / statistics.median(small)
        worst = max(worst, ratio)
        print(f"{name:24}{told(small)}{told(large):>20}{ratio:9.2f}   {asked[0]} / {asked[1]}")
    print(f"\nlargest ratio {worst:.2f}")


def measured(
    rooms: list[Room], deed: Callable[[Room], None]
) -> tuple[list[float], list[float], list[int]]:
    """Times on both queues, asked in turn, and how many queries each takes."""
    asked = []
    for room in rooms:
        deed(room)
        with CaptureQueriesContext(connection) as captured:
            deed(room)
        asked.append(len(captured))
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(TIMES):
        for at in (0, 1) if turn % 2 else (1, 0):
            start = time.perf_counter()
            deed(rooms[at])
            times[at].append((time.perf_counter() - start) * 1000)
    return times[0], times[1], asked


def check(is_right: bool, trouble: str) -> None:
    """Raises RuntimeError: what does not answer as it should is not to be timed."""
    if not is_right:
        raise RuntimeError(trouble)


def told(times: list[float]) -> str:
    """p50 / p95."""
    return f"{statistics.median(times):6.1f} /{statistics.quantiles(times, n=20)[-1]:6.1f}"


def page(path: Callable[[Room], str], *, by_manager: bool = False) -> Callable[[Room], None]:
    """Opening a page."""

    def deed(room: Room) -> None:
        answer = (room.manager if by_manager else room.reviewer).get(path(room))
        check(answer.status_code == 200, f"{path(room)}: {answer.status_code}")

    return deed


def take_and_give_back(room: Room) -> None:
    """The next item with its page, and back."""
    found = taken(room)
    body = {"holds": [[int(found["hold"]), found["token"]]]}
    sent(room, "release", body)


def take_and_submit(room: Room) -> None:
    """The next item with its page, and a decision on it."""
    found = taken(room)
    decision = {
        "hold": int(found["hold"]),
        "token": found["token"],
        "version": int(found["version"]),
        "seconds": 9,
        "opinion": wire.dump(Opinion(ruling=Ruling.PASSED)),
    }
    sent(room, "submit", decision)


def taken(room: Room) -> dict[str, str]:
    answer = sent(room, "take", {})
    found = dict(HELD.findall(answer[:4000]))
    check("hold" in found, answer[:300])
    return found


def sent(room: Room, deed: str, body: object) -> str:
    answer = room.reviewer.post(
        f"{room.work}{deed}/", json.dumps(body), content_type="application/json"
    )
    check(answer.status_code in {200, 204}, str(answer.content[:300]))
    return answer.content.decode()


DEEDS: dict[str, Callable[[Room], None]] = {
    "reviewer's home": page(lambda _: "/review/"),
    "list of queues": page(lambda _: "/review/queues/", by_manager=True),
    "a queue's page": page(lambda room: f"/review/queues/{room.queue.pk}/", by_manager=True),
    "the room's frame": page(lambda room: room.work),
    "progress in the room": page(lambda room: f"{room.work}progress/"),
    "take and give back": take_and_give_back,
    "take and submit": take_and_submit,
}


def room_of(slug: str, size: int) -> Room:
    """A team with a queue of so many runs, one in ten of them decided."""
    team = Team.objects.create(slug=slug, name=slug)
    started = time.perf_counter()
    runs_of(team, size)
    standings.rebuild()
    stored = time.perf_counter()
    manager = somebody(team, f"{slug}-manager", Role.MANAGER)
    plan = plans.Plan(name=slug, is_blind=False, seed=1)
    queue = queues.make_queue(team=team, by=manager, plan=plan, at=timezone.now())
    queues.fill(queue, timezone.now())
    filled = time.perf_counter()
    queue.refresh_from_db()
    check((queue.state, queue.n_items) == ("open", size), f"{queue.state}: {queue.trouble}")
    decide(queue, [somebody(team, f"{slug}-{n}", Role.ANNOTATOR) for n in range(PEOPLE)])
    print(
        f"{size:,} runs stored in {stored - started:.1f} s, a queue filled with them in "
        f"{filled - stored:.1f} s ({size / (filled - stored):,.0f} items/s)"
    )
    reviewer = somebody(team, f"{slug}-reviewer", Role.ANNOTATOR)
    return Room(queue=queue, reviewer=browser(reviewer), manager=browser(manager))


def somebody(team: Team, name: str, role: Role) -> User:
    user = User.objects.create(username=name)
    Membership.objects.create(user=user, team=team, role=role)
    return user


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def runs_of(team: Team, size: int) -> None:
    """Runs of three steps without pictures, which a page draws in no time."""
    recording = stories.recording().trajectory
    steps = tuple(replace(step, before=None, after=None) for step in recording.steps)
    payload = json.dumps(wire.dump(replace(recording, steps=steps)))
    with connection.cursor() as cursor:
        cursor.execute(RUNS, {"team": team.pk, "payload": payload, "size": size})


def decide(queue: Queue, people: list[User]) -> None:
    """Have one in ten items decided, from the first on, as if people had."""
    n = queue.n_items // 10
    items = list(queue.items.order_by("position")[:n])
    now = timezone.now()
    opinion = wire.dump(Opinion(ruling=Ruling.PASSED))
    pairs = [(item, people[at % len(people)]) for at, item in enumerate(items)]
    Decision.objects.bulk_create(
        [
            Decision(
                item=item,
                queue=queue,
                user=user,
                ruling="passed",
                payload=opinion,
                seen_version=1,
                seconds=20,
                at=now - (n - at) * timedelta(seconds=2),
            )
            for at, (item, user) in enumerate(pairs)
        ],
        batch_size=2_000,
    )
    Hold.objects.bulk_create(
        [
            Hold(
                item=item,
                queue=queue,
                user=user,
                state=HoldState.SUBMITTED,
                taken_at=now,
                expires_at=now,
            )
            for item, user in pairs
        ],
        batch_size=2_000,
    )
    QueueItem.objects.filter(queue=queue, position__lt=n).update(
        state=ItemState.DECIDED, ruling="passed", n_taken=1, n_decided=1, settled_at=now
    )
    Queue.objects.filter(pk=queue.pk).update(n_done=n, n_decisions=n)
    Seat.objects.bulk_create(
        Seat(
            queue=queue,
            user=user,
            joined_at=now,
            reached=n,
            n_decided=sum(each is user for _, each in pairs),
        )
        for user in people
    )


if __name__ == "__main__":
    main()
