"""How people do, counted by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.queueing import NOW, decided, held, item_of, queue_of
from themis.accounts.models import Team, User
from themis.reviews import figures
from themis.reviews.figures import Share
from themis.reviews.models import Decision, HoldState, Seat

pytestmark = pytest.mark.django_db


def test_accuracy_counts_gold_items_only(team: Team, owner: User, mate: User) -> None:
    queue = queue_of(team)
    decided(item_of(queue, gold="passed"), owner, "passed")
    decided(item_of(queue, gold="failed"), owner, "passed")
    decided(item_of(queue, gold="failed"), owner, "failed")
    decided(item_of(queue), owner, "failed")
    decided(item_of(queue, gold="failed"), mate, "passed")
    assert figures.accuracy_of(owner, team) == Share(n=2, of=3)
    assert figures.accuracy_of(mate, team) == Share(n=0, of=1)


def test_reasons_for_one_outcome_are_equally_right(team: Team, owner: User) -> None:
    decided(item_of(queue_of(team), gold="unusable"), owner, "not_executable")
    assert figures.accuracy_of(owner, team).part == 1.0


def test_what_was_replaced_or_is_final_counts_for_nothing(team: Team, owner: User) -> None:
    queue = queue_of(team)
    old = decided(item_of(queue, gold="passed"), owner, "passed")
    Decision.objects.filter(pk=old.pk).update(is_current=False)
    final = decided(item_of(queue, gold="passed"), owner, "passed")
    Decision.objects.filter(pk=final.pk).update(is_final=True)
    assert figures.accuracy_of(owner, team) == Share(n=0, of=0)
    assert figures.accuracy_of(owner, team).part is None
    assert figures.reviewers_of(queue) == []


def test_another_teams_queues_are_not_counted(team: Team, stranger: User) -> None:
    other = queue_of(stranger.teams.get())
    decided(item_of(other, gold="passed"), stranger, "passed")
    assert figures.accuracy_of(stranger, team) == Share(n=0, of=0)
    assert figures.work_since(stranger, team, NOW).decided == 0


def test_pace_is_of_the_time_an_item_was_before_ones_eyes(team: Team, owner: User) -> None:
    queue = queue_of(team)
    for seconds in (20.0, 40.0):
        decided(item_of(queue), owner, "passed", seconds=seconds)
    decided(item_of(queue), owner, "passed", seconds=900.0, at=NOW - timedelta(days=1))
    work = figures.work_since(owner, team, NOW)
    assert (work.decided, work.each, work.an_hour) == (2, 30.0, 120.0)


def test_agreement_counts_each_pair_once_for_both(team: Team, owner: User, mate: User) -> None:
    queue = queue_of(team)
    for mine, theirs in (
        ("passed", "passed"),
        ("passed", "failed"),
        ("unusable", "not_executable"),
    ):
        item = item_of(queue)
        decided(item, owner, mine)
        decided(item, mate, theirs)
    decided(item_of(queue), owner, "passed")
    gold = item_of(queue, gold="passed")
    decided(gold, owner, "passed")
    decided(gold, mate, "passed")
    shares = {each.username: each.agreement for each in figures.reviewers_of(queue)}
    assert shares == {"owner": Share(n=2, of=3), "mate": Share(n=2, of=3)}


def test_reviewers_are_all_who_sit_or_decided(team: Team, owner: User, mate: User) -> None:
    queue = queue_of(team)
    Seat.objects.create(queue=queue, user=mate, joined_at=NOW, left_at=NOW)
    held(item_of(queue), mate, HoldState.ASIDE)
    decided(item_of(queue, gold="failed"), owner, "failed", seconds=50.0)
    first, second = figures.reviewers_of(queue)
    assert (first.username, first.work.each, first.gold) == ("owner", 50.0, Share(n=1, of=1))
    assert (first.last_at, first.left_at, first.n_open) == (NOW, None, 0)
    assert (second.username, second.work.decided, second.n_open) == ("mate", 0, 1)
    assert second.left_at == NOW
    assert second.agreement.part is None


def test_more_decisions_take_no_more_queries(team: Team, owner: User, mate: User) -> None:
    queue = queue_of(team)

    def counted() -> int:
        with CaptureQueriesContext(connection) as seen:
            figures.reviewers_of(queue)
        return len(seen)

    decided(item_of(queue), owner, "passed")
    few = counted()
    for _ in range(5):
        item = item_of(queue)
        decided(item, owner, "passed")
        decided(item, mate, "failed")
    assert counted() == few
