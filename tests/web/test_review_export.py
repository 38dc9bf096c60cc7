"""Decisions to take along: whole, in order, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.db import connection
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext

from tests.queueing import decided, item_of, queue_of
from themis.accounts.models import Team, User
from themis.reviews import writing
from themis.reviews.models import Decision, Queue

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(team: Team, owner: User, mate: User) -> Queue:
    """Three decisions on two runs, the first of which was replaced."""
    made = queue_of(team)
    item = item_of(made)
    first = decided(item, owner, "passed")
    Decision.objects.filter(pk=first.pk).update(is_current=False, failing_step=1)
    decided(item, mate, "unusable")
    decided(item_of(made, gold="failed"), owner, "failed")
    return made


def taken(client: Client, queue: Queue, kind: str) -> str:
    """The file."""
    response = client.get(f"/review/queues/{queue.pk}/decisions.{kind}")
    assert response["Content-Disposition"] == f'attachment; filename="decisions-{queue.pk}.{kind}"'
    return b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]


def test_a_spreadsheet_has_a_line_a_decision(as_mate: Client, queue: Queue) -> None:
    rows = list(csv.DictReader(io.StringIO(taken(as_mate, queue, "csv"))))
    told = [(row["reviewer"], row["ruling"], row["outcome"], row["is_current"]) for row in rows]
    assert told == [
        ("owner", "passed", "passed", "False"),
        ("mate", "unusable", "undecided", "True"),
        ("owner", "failed", "failed", "True"),
    ]
    assert [row["failing_step"] for row in rows] == ["2", "", ""]
    assert [row["gold"] for row in rows] == ["", "", "failed"]


def test_json_lines_carry_the_whole_opinion(as_mate: Client, queue: Queue) -> None:
    lines = [json.loads(line) for line in taken(as_mate, queue, "jsonl").splitlines()]
    assert [line["opinion"]["ruling"] for line in lines] == ["passed", "unusable", "failed"]
    assert lines[0]["failing_step"] == 2
    assert lines[0]["gold"] is None


def test_a_formula_is_text_in_a_spreadsheet(as_mate: Client, queue: Queue) -> None:
    Decision.objects.update(payload={"text": "=HYPERLINK(1)\nmore"})
    rows = list(csv.DictReader(io.StringIO(taken(as_mate, queue, "csv"))))
    assert rows[0]["text"] == "'=HYPERLINK(1)\nmore"


def test_batches_leave_nothing_out(
    as_mate: Client, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "BATCH", 2)
    assert len(taken(as_mate, queue, "jsonl").splitlines()) == 3


def test_more_decisions_take_no_more_queries(as_mate: Client, queue: Queue, owner: User) -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as seen:
            taken(as_mate, queue, "csv")
        return len(seen)

    few = counted()
    for _ in range(6):
        decided(item_of(queue), owner, "failed")
    assert counted() == few


def test_an_empty_queue_has_only_the_names_of_columns(as_mate: Client, team: Team) -> None:
    empty = queue_of(team)
    assert taken(as_mate, empty, "csv").splitlines() == [",".join(writing.COLUMNS)]
    assert taken(as_mate, empty, "jsonl") == ""


def test_another_kind_of_file_is_not_there(as_mate: Client, queue: Queue) -> None:
    assert as_mate.get(f"/review/queues/{queue.pk}/decisions.xlsx").status_code == 404


@pytest.mark.django_db(transaction=True)
async def test_the_asynchronous_server_streams_too(queue: Queue, mate: User) -> None:
    client = AsyncClient()
    await client.aforce_login(mate)
    response = await client.get(f"/review/queues/{queue.pk}/decisions.jsonl")
    assert response.is_async  # type: ignore[attr-defined]
    body = b"".join([piece async for piece in response])  # type: ignore[attr-defined]
    assert len(body.splitlines()) == 3
