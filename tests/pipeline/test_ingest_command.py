"""manage.py ingest: what is passed over is told and is no failure, unless it is all there is."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from tests import stories
from themis.accounts.models import Team
from themis.domain.jsontypes import Json
from themis.formats import native
from themis.pipeline.management.commands import ingest as ingest_command
from themis.pipeline.models import Run

pytestmark = pytest.mark.django_db


def ingest(*arguments: str, judge: bool = False) -> tuple[int, str]:
    out = StringIO()
    options = ("--team", "court", *(() if judge else ("--no-judge",)))
    try:
        call_command("ingest", *arguments, *options, stdout=out, stderr=StringIO())
    except SystemExit as stopped:
        return int(stopped.code or 0), out.getvalue()
    return 0, out.getvalue()


def lines(text: str) -> list[dict[str, Json]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def table(team: Team, tmp_path: Path) -> Path:
    """A folder with a table of labels."""
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "people.csv").write_text("ID,Task,Human Label\n1,x,yes\n", "utf-8")
    return tmp_path


def test_a_table_beside_a_run_is_passed_over_without_a_failure(table: Path) -> None:
    native.write(stories.recording(), table / "run")
    status, text = ingest(str(table), "--json")
    run, passed = lines(text)
    assert (status, run["steps"], passed["passed_over"]) == (0, 3, True)
    assert str(passed["error"]).startswith(f"{table}/labels/people.csv: a table")


def test_a_table_alone_is_a_failure_that_says_why(table: Path) -> None:
    status, text = ingest(str(table), "--json")
    assert status == 1
    assert [line["source"] for line in lines(text)] == [f"{table}/labels/people.csv"]


def test_a_refused_run_is_a_failure_beside_it(table: Path) -> None:
    native.write(stories.recording(), table / "good")
    bad = native.write(stories.recording("Another"), table / "bad") / native.FILE
    bad.write_bytes(bad.read_bytes()[:-9])
    status, text = ingest(str(table), "--json")
    assert status == 1
    assert ["passed_over" in line for line in lines(text)] == [False, False, True]


def test_the_table_of_results_counts_each_kind(table: Path) -> None:
    native.write(stories.recording(), table / "run")
    status, text = ingest(str(table))
    assert status == 0
    assert "1 stored, 0 known before, 0 refused, 1 passed over" in text
    assert "passed over " in text.partition("refused, 1 passed over")[2]


def test_reading_all_as_one_format_passes_nothing_over(table: Path) -> None:
    status, text = ingest(str(table), "--json", "--format", "themis")
    assert (status, len(lines(text))) == (1, 1)
    assert "no recording found" in text


def test_all_that_is_new_is_queued_however_many_at_a_time(
    table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest_command, "QUEUED_AT_ONCE", 2)
    for number in range(5):
        native.write(stories.recording(f"Task {number}"), table / f"run-{number}")
    ingest(str(table), "--json", judge=True)
    assert Run.objects.count() == 5
    ingest(str(table), "--json", judge=True)
    assert Run.objects.count() == 5
