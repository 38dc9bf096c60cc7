"""The table of the team's own labels: the newest final verdict of each judge on each run."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import stories
from tests.rewards import labels
from tests.rewards.labels import JUDGE, OTHER, Told, told
from themis.accounts.models import Team, User
from themis.critic.trust.table import Row
from themis.domain.verdict import Outcome
from themis.rewards import labelled
from themis.rewards.judges import BELOW_HALF, Judge, said, task_of
from themis.verdicts.models import Verdict

pytestmark = pytest.mark.django_db


def table(team: Team, *judges: Judge) -> list[Row]:
    return list(labelled.rows(team, judges or [JUDGE]))


def test_a_row_has_label_task_platform_and_a_score(team: Team) -> None:
    labels.judged(team, [Told(label="passed", outcome=Outcome.FAILED, confidence=0.7)])
    (row,) = table(team)
    assert (row.label, row.platform, row.task) == ("passed", "web", "do task 0")
    assert row.said == {JUDGE.name: pytest.approx(0.3)}


@pytest.mark.parametrize(
    ("outcome", "confidence", "score"),
    [
        ("passed", 0.8, 0.8),
        ("failed", 0.8, pytest.approx(0.2)),
        ("passed", 0.3, 0.5),
        ("failed", 0.3, BELOW_HALF),
        ("undecided", 0.5, Outcome.UNDECIDED),
    ],
)
def test_a_score_stays_on_the_side_of_its_outcome(
    outcome: str, confidence: float, score: object
) -> None:
    assert said(outcome, confidence) == score


def test_the_newest_verdict_of_a_judge_counts(team: Team) -> None:
    (run,) = labels.judged(team, [Told(label="passed", outcome=Outcome.FAILED)])
    later = stories.NOW + timedelta(minutes=1)
    labels.verdict(run, Outcome.PASSED, 0.7, at=later).save()
    (row,) = table(team)
    assert row.said[JUDGE.name] == 0.7
    (before,) = labelled.rows(team, [JUDGE], stories.NOW + timedelta(seconds=30))
    assert before.said[JUDGE.name] == pytest.approx(0.1)


@pytest.mark.parametrize(
    "columns", [{"provisional": True}, {"status": "open", "outcome": "", "closed_at": None}]
)
def test_what_is_not_final_does_not_count(team: Team, columns: dict[str, object]) -> None:
    (run,) = labels.runs(team, [Told(label="passed", outcome=Outcome.PASSED)])
    verdict = labels.verdict(run, Outcome.PASSED)
    for name, value in columns.items():
        setattr(verdict, name, value)
    verdict.confidence = None if verdict.status == "open" else 0.9
    verdict.save()
    assert table(team) == []


def test_runs_without_a_label_and_those_of_others_do_not_count(team: Team, stranger: User) -> None:
    labels.judged(team, [Told(label="", outcome=Outcome.PASSED)])
    labels.judged(stranger.teams.get(), told(1, 0, 0, 0))
    assert table(team) == []
    assert labelled.heard(team) == []


def test_other_settings_are_another_judge(team: Team) -> None:
    (run,) = labels.judged(team, [Told(label="passed", outcome=Outcome.PASSED)])
    stricter = Judge("themis", "1", "f" * 64, "a-model")
    labels.verdict(run, Outcome.FAILED, judge=stricter).save()
    assert {each.judge for each in labelled.heard(team)} == {JUDGE, stricter}
    (row,) = table(team, JUDGE, stricter)
    assert set(row.said) == {JUDGE.name, stricter.name}


def test_instructions_that_differ_in_case_and_spaces_are_one_task() -> None:
    assert task_of(" Send  a Mail\n") == task_of("send a mail")
    assert task_of("x" * 300) != task_of("x" * 299 + "y")
    assert len(task_of("x" * 90_000)) <= 400


def test_more_runs_take_no_more_queries(team: Team) -> None:
    labels.judged(team, told(4, 3, 2, 1))
    with CaptureQueriesContext(connection) as few:
        assert len(table(team)) == 10
    labels.judged(team, told(20, 3, 2, 1), OTHER)
    with CaptureQueriesContext(connection) as many:
        assert len(table(team, JUDGE, OTHER)) == 36
    assert len(few) == len(many) == 2
    assert not [each["sql"] for each in many if "payload" in each["sql"] or "rounds" in each["sql"]]


def test_judges_are_told_with_what_came_since(team: Team) -> None:
    labels.judged(team, told(4, 3, 2, 1))
    measured = {JUDGE: stories.NOW + timedelta(seconds=30)}
    (heard,) = labelled.heard(team, measured=measured)
    assert (heard.judge, heard.n_labels, heard.since) == (JUDGE, 10, 0)
    run = Verdict.objects.earliest("pk").trajectory
    labels.verdict(run, Outcome.PASSED, at=stories.NOW + timedelta(hours=1)).save()
    (heard,) = labelled.heard(team, measured=measured)
    assert (heard.n_labels, heard.since) == (10, 1)


def test_a_verdict_costs_what_it_costs_on_average(team: Team) -> None:
    labels.judged(team, told(2, 0, 0, 2))
    Verdict.objects.filter(pk=Verdict.objects.earliest("pk").pk).update(calls=7, price=0.5)
    assert labelled.cost(team, JUDGE) == {
        "calls": 4.0,
        "tokens": 100.0,
        "seconds": 2.0,
        "price": 0.5,
    }
