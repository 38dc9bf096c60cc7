"""What a queue costs to look at does not grow with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.reviews import rooms
from tests.reviews.rooms import NOW
from themis.accounts.models import Team, User
from themis.reviews import holding, queries
from themis.reviews.models import Queue

pytestmark = pytest.mark.django_db

Deed = Callable[[Queue, User], object]

DEEDS: dict[str, Deed] = {
    "take": lambda queue, user: holding.take(queue=queue, user=user, at=NOW),
    "take and submit": lambda queue, user: rooms.submitted(rooms.taken(queue, user)),
    "progress": lambda queue, _: queries.progress(queue, NOW),
    "my progress": lambda queue, user: queries.my_progress(queue, user),
    "home": lambda queue, user: queries.queues_for(user, queue.team),
    "reviewers": lambda queue, _: list(queries.seats_of(queue)),
}


def n_queries(deed: Deed, queue: Queue, user: User) -> int:
    with CaptureQueriesContext(connection) as captured:
        deed(queue, user)
    return len(captured)


@pytest.mark.parametrize("name", DEEDS)
def test_a_large_queue_takes_as_many_queries_as_a_small_one(team: Team, name: str) -> None:
    ann, bob = rooms.people(team, 2)
    counts = []
    for size in (3, 300):
        queue = rooms.queue(team, size)
        rooms.submitted(rooms.taken(queue, ann))
        rooms.taken(queue, bob)
        counts.append(n_queries(DEEDS[name], queue, ann))
    assert counts[1] <= counts[0]


def plan_of(deed: Callable[[], object], table: str) -> list[str]:
    """How the database goes about each query of a deed that reads a table."""
    with CaptureQueriesContext(connection) as captured:
        deed()
    found = []
    for each in captured.captured_queries:
        sql = str(each["sql"])
        if sql.startswith("SELECT") and f'FROM "{table}"' in sql:
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN QUERY PLAN " + sql.replace("%", "%%"))
                found.append("; ".join(str(row[3]) for row in cursor.fetchall()))
    return found


@pytest.mark.once
def test_the_next_item_is_found_in_order_without_sorting(team: Team) -> None:
    queue, ann = rooms.queue(team, 50, wanted=2), rooms.person(team, "ann")
    rooms.submitted(rooms.taken(queue, ann))
    plans = plan_of(lambda: rooms.taken(queue, ann), "reviews_queueitem")
    assert any("position>?" in plan for plan in plans)
    assert not any("USE TEMP B-TREE FOR ORDER BY" in plan for plan in plans)


def test_pace_and_end_are_told_by_the_last_hour(team: Team) -> None:
    queue, ann = rooms.queue(team, 100), rooms.person(team, "ann")
    assert queries.progress(queue, NOW).per_hour is None
    for number in range(10):
        hold = rooms.taken(queue, ann)
        rooms.submitted(hold, at=NOW + timedelta(minutes=number))
    found = queries.progress(queue, NOW + timedelta(minutes=30))
    assert (found.n_decisions, found.n_left, found.per_hour) == (10, 90, 20.0)
    assert found.ends_at == NOW + timedelta(minutes=30, hours=4.5)
    late = queries.progress(queue, NOW + timedelta(hours=3))
    assert (late.per_hour, late.ends_at) == (None, None)


def test_what_is_left_for_somebody_is_exact_near_the_end(team: Team) -> None:
    queue, (ann, bob) = rooms.queue(team, 4, wanted=2), rooms.people(team, 2)
    rooms.submitted(rooms.taken(queue, ann))
    holding.put_aside(**rooms.key(rooms.taken(queue, ann)))
    holding.skip(reason="", **rooms.key(rooms.taken(queue, ann)))
    mine = queries.my_progress(queue, ann)
    assert (mine.n_decided, mine.n_skipped, mine.n_aside, mine.n_left) == (1, 1, 1, 2)
    assert queries.my_progress(queue, bob).n_left == 4
    (listed,) = queries.queues_for(ann, team)
    assert listed.n_left == 2
