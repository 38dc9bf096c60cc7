"""Measuring by a process of its own: rows in, measurements out, causes where it breaks."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests import stories
from tests.critic.trust import tables
from tests.rewards import labels
from tests.rewards.labels import JUDGE, OTHER, told
from themis.accounts.models import Team
from themis.celery import app
from themis.pipeline import hints, measuring, tasks, verdict_tables
from themis.rewards import queries, services
from themis.rewards.models import Measurement, Measuring

pytestmark = pytest.mark.django_db


def asked(team: Team, **how: object) -> Measuring:
    return services.ask(team=team, by=None, at=stories.NOW, **how)  # type: ignore[arg-type]


def done(row: Measuring) -> Measuring:
    measuring.work(row)
    row.refresh_from_db()
    return row


def test_every_judge_with_labels_is_measured_and_progress_is_true(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels.judged(team, told(15, 2, 2, 15, 3))
    labels.judged(team, told(4, 1, 1, 4), OTHER)
    seen: list[tuple[int, int]] = []
    real = services.go_on

    def go_on(**how: object) -> bool:
        seen.append((how["done"], how["total"]))  # type: ignore[arg-type]
        return real(**how)  # type: ignore[arg-type]

    monkeypatch.setattr(services, "go_on", go_on)
    row = done(asked(team))
    assert (row.status, row.cause, row.done, row.total) == ("done", "", 8, 8)
    assert seen == [(number, 8) for number in range(9)]
    of_each = queries.newest_of_each(team)
    assert {judge: each.n_labels for judge, each in of_each.items()} == {JUDGE: 37, OTHER: 10}
    report = of_each[JUDGE].report
    assert (report["tp"], report["fp"], report["decided"]["fn"]) == (15, 2, 2)
    assert report["cost"]["calls"] == 3.0
    assert queries.report_of(of_each[JUDGE]).calibration is not None
    assert verdict_tables.table_of(of_each[JUDGE]).digest == of_each[JUDGE].digest


def test_a_table_that_was_brought_in_is_measured_alone_and_together(team: Team) -> None:
    rows = [
        tables.row(
            n, n % 2 == 0, a=tables.outcome(passed=n % 3 > 0), b=tables.outcome(passed=n % 2 == 0)
        )
        for n in range(24)
    ]
    brought = services.bring(
        team=team, by=None, name="t.csv", table=tables.table(rows), at=stories.NOW
    )
    row = done(asked(team, brought=brought))
    assert row.status == "done", row.cause
    found = queries.measurements_in(brought)
    assert [each.report["name"] for each in found] == ["a", "b", "both", "either"]
    assert found[1].report["tp"] == 12
    assert not [each for each in found if each.critic]


def test_a_process_that_dies_leaves_a_cause_and_nothing_half(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels.judged(team, told(2, 1, 1, 2))
    monkeypatch.setattr(measuring, "PROGRAM", "themis.critic.trust.nothing")
    row = done(asked(team))
    assert row.status == "broken"
    assert "process that measures" in row.cause
    assert not Measurement.objects.exists()


def test_nothing_to_measure_ends_well(team: Team) -> None:
    row = done(asked(team))
    assert (row.status, row.total) == ("done", 0)


def test_waiting_work_is_hinted_at_and_a_dead_ones_is_given_back(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    hinted: list[bool] = []
    monkeypatch.setattr(hints, "measuring", lambda: hinted.append(True))
    row = asked(team)
    services.claim(measuring=row, owner="another-host/1/1", at=stories.NOW)
    tasks.sweep()
    row.refresh_from_db()
    assert (row.status, hinted) == ("waiting", [True])


def test_in_the_embedded_shape_its_thread_is_woken(settings: Settings) -> None:
    settings.EMBEDDED = True
    hints.to_measure.clear()
    hints.measuring()
    assert hints.to_measure.is_set()
    hints.to_measure.clear()


def test_in_the_grown_shape_a_message_is_sent(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    settings.EMBEDDED = False
    monkeypatch.setattr(app, "send_task", lambda name, _: sent.append(name))
    hints.measuring()
    assert sent == [tasks.measure.name]


def test_the_command_measures_and_tells_as_json(team: Team) -> None:
    labels.judged(team, told(15, 2, 2, 15, 3))
    out = StringIO()
    call_command("measure", "--json", "--team", team.slug, stdout=out)
    (line,) = [json.loads(each) for each in out.getvalue().splitlines()]
    (row,) = Measurement.objects.all()
    assert (line["measurement"], line["critic"], line["labels"]) == (row.pk, "themis", 37)
    assert line["precision"] == pytest.approx(15 / 17)
    assert line["coverage"] == pytest.approx(34 / 37)
    assert [each["floor"] for each in line["floors"]] == [0.7, 0.75, 0.8, 0.85, 0.9]


def test_the_command_tells_people_what_is_missing(team: Team) -> None:
    err, out = StringIO(), StringIO()
    call_command("measure", "--team", team.slug, stdout=out, stderr=err)
    assert "nothing to measure" in err.getvalue()
    assert not Measuring.objects.exists()


def test_runs_behind_a_figure_are_those_that_were_counted(team: Team) -> None:
    runs = labels.judged(team, told(15, 2, 3, 15, 4))
    (row,) = labels.measured(team, at=timezone.now())
    wrong = verdict_tables.runs(row, verdict_tables.cell(row, "passed", "failed"), 200)
    assert {each.id for each in wrong} == {run.pk for run in runs[15:17]}
    open_ = verdict_tables.runs(row, verdict_tables.cell(row, "undecided", "passed"), 200)
    assert len(open_) == 2
    strict = verdict_tables.runs(row, verdict_tables.span(row, 0.39, 0.41), 2)
    assert len(strict) == 2
