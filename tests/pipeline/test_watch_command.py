"""manage.py watch --once: what is passed over is told apart from what is refused."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from tests import stories
from themis.accounts.models import Team
from themis.formats import native
from themis.trajectories.models import WatchedItem

pytestmark = pytest.mark.django_db


def watch(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    options = ("--team", "court", "--no-judge", "--once")
    try:
        call_command("watch", *arguments, *options, stdout=out, stderr=StringIO())
    except SystemExit as stopped:
        return int(stopped.code or 0), out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def inbox(team: Team, tmp_path: Path) -> Path:
    """One item: a run with a table of labels beside it."""
    place = tmp_path / "inbox"
    native.write(stories.recording(), place / "day" / "run")
    (place / "day" / "people.csv").write_text("ID,Task,Human Label\n1,x,yes\n", "utf-8")
    return place


def test_a_table_beside_a_run_is_no_failure(inbox: Path) -> None:
    status, text = watch(str(inbox))
    assert status == 0
    assert "day: 1 stored, 0 known before, 0 refused, 1 passed over" in text
    assert "  passed over " in text


def test_scripts_are_told_apart_what_is_passed_over(inbox: Path) -> None:
    told = json.loads(watch(str(inbox), "--json")[1])
    assert (len(told["stored"]), told["refused"]) == (1, [])
    assert told["passed_over"][0]["source"].endswith("people.csv")


def test_what_is_passed_over_is_not_remembered_as_refused(inbox: Path) -> None:
    watch(str(inbox))
    item = WatchedItem.objects.get()
    assert (item.n_stored, item.n_refused) == (1, 0)


def test_a_table_alone_is_a_failure(inbox: Path) -> None:
    watch(str(inbox))
    (inbox / "more.csv").write_text("ID,Task,Human Label\n2,x,yes\n", "utf-8")
    status, text = watch(str(inbox))
    assert (status, text.count("0 refused, 1 passed over")) == (1, 1)


def test_nothing_new_is_no_failure(inbox: Path) -> None:
    watch(str(inbox))
    assert watch(str(inbox)) == (0, "")


def test_a_refused_run_is_a_failure_beside_a_stored_one(inbox: Path) -> None:
    bad = native.write(stories.recording("Another"), inbox / "bad") / native.FILE
    bad.write_bytes(bad.read_bytes()[:-9])
    assert watch(str(inbox))[0] == 1
