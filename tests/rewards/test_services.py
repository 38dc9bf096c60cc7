"""Work on measurements: taken once, kept whole, given back when its process dies."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import stories
from tests.critic.trust import tables
from tests.rewards import labels
from tests.rewards.labels import JUDGE, ME, OTHER, told
from themis.accounts.models import Team, User
from themis.domain.jsontypes import Json
from themis.domain.verdict import Outcome
from themis.rewards import queries, services
from themis.rewards.models import Brought, Measurement, Measuring

pytestmark = pytest.mark.django_db

LATER = stories.NOW + timedelta(hours=2)


def asked(team: Team, **how: object) -> Measuring:
    return services.ask(team=team, by=None, at=stories.NOW, **how)  # type: ignore[arg-type]


def claimed(team: Team) -> Measuring:
    row = asked(team)
    assert services.claim(measuring=row, owner=ME, at=stories.NOW)
    row.refresh_from_db()
    return row


def test_what_waits_is_not_asked_for_twice(team: Team) -> None:
    assert asked(team).pk == asked(team).pk
    assert asked(team, critic="themis").pk != asked(team).pk
    assert asked(team, together=[JUDGE, OTHER]).pk == asked(team, together=[JUDGE, OTHER]).pk


def test_work_is_taken_by_one(team: Team) -> None:
    row = claimed(team)
    assert not services.claim(measuring=row, owner="there/2/2", at=stories.NOW)
    assert asked(team).pk != row.pk


def test_who_lost_the_work_keeps_nothing(team: Team) -> None:
    row = claimed(team)
    found = services.Found(judge=JUDGE, name="x", platform="", digest="d", report={})
    assert not services.keep(measuring=row, owner="there/2/2", found=[found], at=LATER)
    assert not services.go_on(measuring=row, owner="there/2/2", done=1, total=2, now="", at=LATER)
    assert not services.beat(measuring=row, owner="there/2/2", at=LATER)
    assert not services.break_off(measuring=row, owner="there/2/2", cause="x", at=LATER)
    assert not Measurement.objects.exists()


def test_work_whose_process_died_goes_back_and_ends_in_the_end(team: Team) -> None:
    row = claimed(team)
    for _ in range(services.MOST_ATTEMPTS - 1):
        assert services.give_back(measuring=row, at=LATER)
        row.refresh_from_db()
        assert row.status == "waiting"
        services.claim(measuring=row, owner=ME, at=LATER)
        row.refresh_from_db()
    services.give_back(measuring=row, at=LATER)
    row.refresh_from_db()
    assert row.status == "broken"
    assert "ended 3 times" in row.cause


def test_a_measurement_is_of_one_judge_at_one_time(team: Team) -> None:
    labels.judged(team, told(3, 1, 1, 3))
    labels.judged(team, told(2, 1, 1, 2), OTHER)
    (first,) = labels.measured(team)
    (second,) = labels.measured(team, at=LATER)
    (other,) = labels.measured(team, OTHER)
    assert first.digest == second.digest != other.digest
    assert queries.newest_of_each(team) == {JUDGE: second, OTHER: other}
    assert queries.measurement_of(team, JUDGE, "web") == second
    assert (first.n_labels, other.n_labels) == (8, 6)
    assert first.report["cost"] == {"calls": 3.0, "tokens": 100.0, "seconds": 2.0, "price": None}


def test_judges_together_are_measured_on_the_runs_of_all(team: Team) -> None:
    shared = labels.judged(team, told(3, 1, 1, 3))
    for run in shared[:5]:
        labels.verdict(run, Outcome.PASSED, judge=OTHER).save()
    both, either = labels.measured(team, together=[JUDGE, OTHER])
    assert (both.n_labels, both.report["quorum"], either.report["quorum"]) == (5, 2, 1)
    assert both.judges == [JUDGE.name, OTHER.name]
    assert both.critic == ""
    assert queries.combinations(team, 5) == [both, either]


def test_a_table_goes_with_what_was_measured_on_it(team: Team, owner: User) -> None:
    row = services.bring(
        team=team, by=owner, name="t.csv", table=tables.counted(5, 1, 1, 5), at=stories.NOW
    )
    work = asked(team, brought=row)
    services.claim(measuring=work, owner=ME, at=stories.NOW)
    report: dict[str, Json] = {"judges": ["a"], "runs": 12, "tasks": 12}
    found = services.Found(judge=None, name="a", platform="", digest="d", report=report)
    assert services.keep(measuring=work, owner=ME, found=[found], at=LATER)
    assert [each.name for each in queries.measurements_in(row)] == ["a"]
    services.forget(brought=row)
    assert not Brought.objects.exists()
    assert not Measurement.objects.exists()
