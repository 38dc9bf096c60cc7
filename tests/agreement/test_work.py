"""Work on agreement: rows to a process, its report kept; again after a kill; when it is due."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import stories
from tests.agreement import decided
from tests.agreement.decided import JUDGE, Decided
from themis.accounts.models import Team
from themis.domain.jsontypes import Json
from themis.pipeline import agreement, hints, tasks
from themis.reviews import agreeing, agreements
from themis.reviews.models import Agreement, Queue

pytestmark = pytest.mark.django_db


def counted(team: Team, queue: Queue | None = None) -> Agreement:
    """What comes of work on it."""
    row = agreeing.ask(team=team, queue=queue, by=None, at=stories.NOW)
    agreement.work(row)
    row.refresh_from_db()
    return row


def first(row: Agreement, part: str) -> dict[str, Json]:
    """The first line of a part of the report."""
    assert row.report is not None, row.cause
    return agreements.lines(row, part)[0]


def test_current_decisions_of_reviewers_are_counted_and_nothing_else(team: Team) -> None:
    queue, who = decided.queue(team), decided.people(team, "ada", "boris", "chen")
    (item, _) = decided.decide(
        queue,
        who,
        Decided(said={"ada": "passed", "boris": "failed"}, final="failed", settled_by="chen",
                critics={JUDGE: "failed"}),
        Decided(said={"ada": "passed", "boris": "passed"}, final="passed",
                critics={JUDGE: "failed"}),
    )  # fmt: skip
    decided.says(item, who["ada"], "failed", at=stories.NOW + timedelta(minutes=1))
    row = counted(team)
    assert (row.state, row.cause, row.n_decisions) == ("done", "", 4)
    assert row.done == row.total
    all_ = first(row, "people")
    assert (all_["items"], all_["decisions"], all_["apart"]) == (2, 4, 0)
    assert {each["first"] for each in agreements.lines(row, "pairs")} == {who["ada"].pk}
    critic = first(row, "critics")
    assert row.judges == [JUDGE.columns]
    assert (critic["against"], critic["items"], critic["apart"]) == ("ruling", 2, 1)


def test_a_queue_has_a_report_of_its_own(team: Team) -> None:
    who = decided.people(team, "ada", "boris")
    queue, other = decided.queue(team), decided.queue(team, name="other")
    both = {"ada": "passed", "boris": "passed"}
    decided.decide(queue, who, Decided(said=both))
    decided.decide(other, who, Decided(said=both), Decided(said=both))
    assert first(counted(team, queue), "people")["items"] == 1
    assert first(counted(team), "people")["items"] == 3
    newest = agreements.newest(team, queue)
    assert newest is not None
    assert newest.queue == queue


def test_another_teams_decisions_are_not_in_it(team: Team, stranger: object) -> None:
    other = Team.objects.get(slug="other")
    who = decided.people(other, "zoe", "yann")
    decided.decide(decided.queue(other), who, Decided(said={"zoe": "passed", "yann": "passed"}))
    row = counted(team)
    assert row.report is not None
    assert row.report["people"] == []


def test_a_process_that_dies_leaves_a_cause_and_no_report(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agreement, "PROGRAM", "themis.agreement.nothing")
    row = counted(team)
    assert (row.state, row.report) == ("broken", None)
    assert "process that measures" in row.cause


def test_work_of_a_dead_process_is_given_back_and_hinted_at(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    hinted: list[bool] = []
    monkeypatch.setattr(hints, "measuring", lambda: hinted.append(True))
    row = agreeing.ask(team=team, queue=None, by=None, at=stories.NOW)
    assert agreeing.claim(row=row, owner="another-host/1/1", at=stories.NOW)
    tasks.sweep()
    row.refresh_from_db()
    assert (row.state, hinted) == ("waiting", [True])


def test_work_that_kills_its_process_time_and_again_ends(team: Team) -> None:
    row = agreeing.ask(team=team, queue=None, by=None, at=stories.NOW)
    for _ in range(agreeing.MOST_ATTEMPTS):
        assert agreeing.claim(row=row, owner="there/1/1", at=stories.NOW)
        row.refresh_from_db()
        agreeing.give_back(row=row, at=stories.NOW)
    row.refresh_from_db()
    assert row.state == "broken"
    assert "3 times" in row.cause


def test_who_lost_the_work_keeps_nothing(team: Team) -> None:
    row = agreeing.ask(team=team, queue=None, by=None, at=stories.NOW)
    agreeing.claim(row=row, owner="here/1/1", at=stories.NOW)
    told = agreeing.Counted(report={}, judges=[], as_of=stories.NOW, n_decisions=0)
    assert not agreeing.keep(row=row, owner="there/2/2", counted=told, at=stories.NOW)
    assert not agreeing.go_on(row=row, owner="there/2/2", done=1, total=2, now="", at=stories.NOW)


def test_the_same_work_is_asked_for_once(team: Team) -> None:
    first_ = agreeing.ask(team=team, queue=None, by=None, at=stories.NOW)
    assert agreeing.ask(team=team, queue=None, by=None, at=stories.NOW) == first_
    assert agreements.next_to_count() == first_


def due(team: Team, minutes: int = 60) -> bool:
    """Whether all queues of a team should be counted."""
    at = stories.NOW + timedelta(minutes=minutes)
    return any(each.team_id == team.pk for each in agreements.due(at))


def test_it_is_due_when_decisions_enough_came_since(team: Team) -> None:
    queue = decided.queue(team)
    Queue.objects.filter(pk=queue.pk).update(n_decisions=agreements.FEWEST_NEW - 1)
    assert not due(team)
    Queue.objects.filter(pk=queue.pk).update(n_decisions=agreements.FEWEST_NEW)
    assert due(team)
    agreement.sweep(at=stories.NOW)
    assert not due(team)  # it waits already
    agreement.work(Agreement.objects.get())
    assert not due(team)
    Queue.objects.filter(pk=queue.pk).update(n_decisions=2 * agreements.FEWEST_NEW)
    assert due(team)
    assert not due(team, minutes=1)  # and not without a pause


def test_a_queue_is_counted_again_only_if_it_was_before(team: Team) -> None:
    queue = decided.queue(team)
    Queue.objects.filter(pk=queue.pk).update(n_decisions=100)
    at = stories.NOW + timedelta(hours=1)
    assert [each.queue_id for each in agreements.due(at)] == [None]
    counted(team, queue)
    Queue.objects.filter(pk=queue.pk).update(n_decisions=200)
    assert {each.queue_id for each in agreements.due(at)} == {None, queue.pk}
