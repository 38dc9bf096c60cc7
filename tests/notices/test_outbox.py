"""Messages on their way: leased once, in the order of a run, and none kept without a bound."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests import stories
from tests.pipeline.hooks import announced, hook
from themis.accounts.models import Team
from themis.notices import outbox, tidying, webhooks
from themis.notices.models import Attempt, Delivery, Webhook
from themis.notices.outbox import Outcome, Place

pytestmark = pytest.mark.django_db
NOW = stories.NOW


def claimed(webhook: Webhook, at: datetime = NOW, most: int = 5) -> list[Delivery]:
    webhook.refresh_from_db()
    return outbox.claim(places=[Place(webhook=webhook, most=most)], at=at)


def ended(row: Delivery, *, status: int = 200, again_at: datetime | None = None) -> Outcome:
    is_taken = status == 200
    trouble = "" if is_taken else f"answered {status}"
    return Outcome(
        delivery=row,
        at=NOW,
        seconds=0.1,
        is_taken=is_taken,
        status=status,
        trouble=trouble,
        again_at=again_at,
    )


def test_a_lease_is_granted_once(team: Team) -> None:
    webhook = hook(team)
    announced(team, at=NOW)
    assert len(claimed(webhook)) == 1
    assert claimed(webhook) == []
    assert [row.tries for row in claimed(webhook, NOW + outbox.LEASE)] == [2]


def test_who_lost_the_lease_writes_nothing_down(team: Team) -> None:
    webhook = hook(team)
    announced(team, at=NOW)
    (late,) = claimed(webhook)
    (mine,) = claimed(webhook, NOW + outbox.LEASE)
    outbox.note(outcomes=[ended(late, status=500)], at=NOW)
    outbox.note(outcomes=[ended(mine)], at=NOW)
    (row,) = Delivery.objects.all()
    assert (row.status, row.trouble) == (200, "")
    assert [each.number for each in Attempt.objects.all()] == [2]


def test_one_look_takes_no_more_of_each_webhook_than_it_has_places(team: Team) -> None:
    first, second = hook(team), hook(team, "http://b.example/")
    for _ in range(6):
        announced(team, at=NOW)
    places = [Place(webhook=first, most=4), Place(webhook=second, most=1)]
    taken = [row.webhook_id for row in outbox.claim(places=places, at=NOW)]
    assert (taken.count(first.pk), taken.count(second.pk)) == (4, 1)


def test_of_a_run_the_next_message_waits_until_the_one_before_is_through(team: Team) -> None:
    webhook = hook(team)
    announced(team, at=NOW, trajectory="one", n=1)
    announced(team, at=NOW, trajectory="one", n=2)
    announced(team, at=NOW, trajectory="two")
    first, other = claimed(webhook)
    assert (first.trajectory, other.trajectory) == ("one", "two")
    later = NOW + timedelta(hours=2)
    outbox.note(outcomes=[ended(first, status=500, again_at=later), ended(other)], at=NOW)
    assert claimed(webhook, NOW + timedelta(hours=1)) == []
    (again,) = claimed(webhook, later)
    assert again.pk == first.pk
    outbox.note(outcomes=[ended(again, status=500)], at=later)  # given up
    (second,) = claimed(webhook, later)
    assert '"n":2' in second.body


def test_messages_about_no_run_do_not_wait_for_each_other(team: Team) -> None:
    webhook = hook(team)
    announced(team, at=NOW), announced(team, at=NOW)
    assert len(claimed(webhook)) == 2


def test_what_came_of_many_tries_is_written_down_together(team: Team) -> None:
    webhook = hook(team)
    for _ in range(3):
        announced(team, at=NOW)
    bad, good, worse = claimed(webhook)
    soon = NOW + timedelta(seconds=5)
    outcomes = [ended(bad, status=500, again_at=soon), ended(good), ended(worse, status=404)]
    outbox.note(outcomes=outcomes, at=NOW)
    states = [row.state for row in Delivery.objects.order_by("pk")]
    assert states == ["waiting", "delivered", "given-up"]
    webhook.refresh_from_db()
    assert (webhook.failures, webhook.answered_at) == (1, NOW)  # one since it took one
    assert webhook.trouble == "comment.written was given up: answered 404"


def test_old_messages_are_forgotten_with_their_tries_and_whatever_became_of_them(
    team: Team,
) -> None:
    webhook = hook(team)
    announced(team, at=NOW), announced(team, at=NOW)
    outbox.note(outcomes=[ended(claimed(webhook, most=1)[0])], at=NOW)
    webhooks.switch(webhook=webhook, is_on=False)
    assert tidying.forget(before=NOW) == 0
    assert tidying.forget(before=NOW + timedelta(seconds=1)) == 2
    assert not Attempt.objects.exists()


def test_of_what_waits_beyond_a_bound_the_oldest_is_given_up(team: Team) -> None:
    hook(team)
    for number in range(5):
        announced(team, at=NOW, n=number)
    assert tidying.bound(most=3) == 2
    assert [row.state for row in Delivery.objects.order_by("pk")] == ["given-up"] * 2 + [
        "waiting"
    ] * 3
    assert tidying.bound(most=3) == 0
