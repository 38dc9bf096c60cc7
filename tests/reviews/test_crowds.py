"""Many people at once: nothing is given out too often, nobody is counted twice."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import datetime

import pytest
from django.db import close_old_connections, connection, connections, transaction
from django.db.models import F

from tests.reviews import rooms
from tests.reviews.rooms import FAILED, NOW, PASSED
from themis.accounts.models import Team, User
from themis.domain.errors import NotYours
from themis.reviews import deciding, holding, taking
from themis.reviews.models import Decision, Hold, HoldState, ItemState, Queue, QueueItem

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]

TAKERS = 50


def at_once(calls: list[Callable[[], object]]) -> list[object]:
    """Have all of them begin together, each in a thread of its own; what each gave."""
    begin = threading.Barrier(len(calls))

    def call(each: Callable[[], object]) -> object:
        begin.wait()
        close_old_connections()
        try:
            return each()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call, each) for each in calls]]


def take(queue: Queue, user: User) -> Callable[[], object]:
    return lambda: holding.take(queue=queue, user=user, at=NOW)


def given(holds: list[object]) -> list[Hold]:
    return [hold for hold in holds if isinstance(hold, Hold)]


@pytest.mark.parametrize(("n_items", "wanted"), [(30, 1), (20, 2), (100, 1)])
def test_fifty_people_at_once_never_share_a_place(team: Team, n_items: int, wanted: int) -> None:
    made, people = rooms.queue(team, n_items, wanted=wanted), rooms.people(team, TAKERS)
    held = given(at_once([take(made, user) for user in people]))
    per_item = Counter(hold.item_id for hold in held)
    assert max(per_item.values()) <= wanted
    assert len(held) == min(TAKERS, n_items * wanted)
    assert len({(hold.item_id, hold.user_id) for hold in held}) == len(held)
    counted = {row.pk: row.n_taken for row in QueueItem.objects.filter(n_taken__gt=0)}
    assert counted == dict(per_item)


def test_a_person_with_many_tabs_holds_one_item(team: Team) -> None:
    made, ann = rooms.queue(team, 5), rooms.person(team, "ann")
    tabs = 10 if connection.vendor == "postgresql" else 5
    held = given(at_once([take(made, ann)] * tabs))
    assert len({hold.item_id for hold in held}) == 1
    assert len({hold.token for hold in held}) == tabs
    assert Hold.objects.count() == 1
    assert QueueItem.objects.get(n_taken__gt=0).n_taken == 1


def test_a_run_that_was_missed_is_free_while_another_is_waited_for(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, ann = rooms.queue(team, 2), rooms.person(team, "ann")
    put_off = rooms.taken(made, ann)
    holding.put_aside(hold_id=put_off.pk, token=put_off.token, at=NOW)
    missed = QueueItem.objects.exclude(pk=put_off.item_id)

    def lock_what_was_missed() -> bool:
        knows_locks = connection.vendor == "postgresql"  # the other one only reads here
        with transaction.atomic() if knows_locks else nullcontext():
            return missed.select_for_update(nowait=True).exists()

    def again(hold: Hold, *, at: datetime) -> Hold | None:
        assert at_once([lock_what_was_missed]) == [True]
        return real(hold, at=at)

    real = taking.hold_again
    monkeypatch.setattr(taking, "hold_again", again)
    monkeypatch.setattr(taking, "grant", lambda *_: None)
    assert given([holding.take(queue=made, user=ann, at=NOW)]) == [put_off]


def test_a_submit_that_arrives_many_times_counts_once(team: Team) -> None:
    made, ann = rooms.queue(team, 1, wanted=2), rooms.person(team, "ann")
    hold = rooms.taken(made, ann)
    decisions = at_once([lambda: rooms.submitted(hold)] * 8)
    assert len({each.pk for each in decisions if isinstance(each, Decision)}) == 1
    made.refresh_from_db()
    assert (made.n_decisions, Decision.objects.count()) == (1, 1)
    assert QueueItem.objects.get().n_decided == 1


def test_the_last_two_decisions_at_once_settle_an_item_once(team: Team) -> None:
    made, (ann, bob) = rooms.queue(team, 1, wanted=2), rooms.people(team, 2)
    holds = [rooms.taken(made, ann), rooms.taken(made, bob)]
    at_once(
        [
            lambda: rooms.submitted(holds[0], PASSED),
            lambda: rooms.submitted(holds[1], FAILED),
        ]
    )
    made.refresh_from_db()
    assert (made.n_decisions, made.n_done, made.n_disputed) == (2, 0, 1)
    assert QueueItem.objects.get().state == ItemState.DISPUTED


def test_people_who_work_through_a_queue_together_finish_it_exactly(team: Team) -> None:
    made, people = rooms.queue(team, 40, wanted=2), rooms.people(team, 10)

    def work(user: User) -> Callable[[], int]:
        def decide() -> int:
            n = 0
            while hold := holding.take(queue=made, user=user, at=NOW):
                rooms.submitted(hold)
                n += 1
            return n

        return decide

    done = at_once([work(user) for user in people])
    assert sum(n for n in done if isinstance(n, int)) == 80
    made.refresh_from_db()
    assert (made.n_decisions, made.n_done, made.n_wanted) == (80, 40, 80)
    rows = QueueItem.objects.filter(queue=made)
    assert not rows.exclude(n_taken=2, n_decided=2, state=ItemState.DECIDED).exists()


def test_a_lease_that_ends_while_it_is_submitted_goes_to_one_of_both(team: Team) -> None:
    made, (ann, bob) = rooms.queue(team, 1), rooms.people(team, 2)
    hold = rooms.taken(made, ann)
    later = hold.expires_at

    def submit() -> object:
        try:
            return deciding.submit(
                hold_id=hold.pk,
                token=hold.token,
                seen_version=1,
                opinion=PASSED,
                seconds=1.0,
                at=later,
            )
        except NotYours:
            return None

    found = at_once([submit, lambda: holding.take(queue=made, user=bob, at=later)])
    assert sum(each is not None for each in found) == 1
    item = QueueItem.objects.get()
    taken = Hold.objects.filter(state__in=[HoldState.HELD, HoldState.SUBMITTED]).count()
    assert (item.n_taken, taken) == (1, 1)
    assert not QueueItem.objects.filter(n_taken__gt=F("wanted")).exists()
