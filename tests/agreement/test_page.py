"""The page of agreement: who may see it, what it tells, where its figures lead, its CSV."""

from __future__ import annotations

import csv
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests import stories
from tests.agreement import decided
from tests.agreement.decided import JUDGE, Decided
from tests.conftest import client_of
from tests.web.walk import scan
from themis.accounts.models import Role, Team, User
from themis.agreement import counting, item
from themis.domain.jsontypes import Json
from themis.pipeline import hints
from themis.reviews import agreeing
from themis.reviews.agreements import Answers
from themis.reviews.models import Agreement, Queue, QueueItem, Seat

pytestmark = pytest.mark.django_db

ME = "here/1/1"


def counted(team: Team, queue: Queue | None = None) -> Agreement:
    """A report made in this process: what a process of its own makes of the same items."""
    items = QueueItem.objects.filter(queue__team=team).order_by("pk")
    runs = {each.trajectory_id: each for each in items.select_related("trajectory")}
    answers = Answers(
        team=team,
        queue=queue,
        until=stories.NOW + timedelta(days=30),
        tasks={pk: (n, each.trajectory.platform) for n, (pk, each) in enumerate(runs.items())},
        critics={
            pk: [(0, verdict.outcome) for verdict in each.trajectory.verdicts.all()]
            for pk, each in runs.items()
        },
    )
    told: list[dict[str, Json]] = []
    counting.work(map(item.line, answers), told.append)
    report = told[-1]["report"]
    assert isinstance(report, dict)
    row = agreeing.ask(team=team, queue=queue, by=None, at=stories.NOW)
    agreeing.claim(row=row, owner=ME, at=stories.NOW)
    kept = agreeing.Counted(
        report=report, judges=[JUDGE.columns], as_of=stories.NOW, n_decisions=12
    )
    assert agreeing.keep(row=row, owner=ME, counted=kept, at=stories.NOW)
    row.refresh_from_db()
    return row


def told(client: Client, query: str = "", page: str = "review:agreement") -> str:
    """The text of a page, spaces evened out; nothing in it breaks the policy."""
    response = client.get(reverse(page) + query)
    assert response.status_code == 200
    found = scan(response)
    assert found.forbidden == []
    return " ".join("".join(found.texts).split())


@pytest.fixture
def queue(team: Team) -> Queue:
    """Twelve items of two reviewers, three apart; one gold; a critic that is wrong on two."""
    queue, who = decided.queue(team), decided.people(team, "ada", "boris", "chen")
    both = {"ada": "passed", "boris": "passed"}
    right = {JUDGE: "passed"}
    decided.decide(
        queue,
        who,
        *[Decided(said=both, final="passed", critics=right)] * 5,
        *[Decided(said={"ada": "failed", "boris": "failed"}, final="failed", critics=right)] * 2,
        *[Decided(said={"ada": "failed", "chen": "failed"}, platform="android")] * 2,
        Decided(said=both | {"boris": "failed"}),
        Decided(said=both | {"boris": "unusable"}, platform="android"),
        Decided(said={"ada": "undecided", "boris": "unusable"}),
        Decided(said=both | {"boris": "failed"}, gold="passed"),
    )
    return queue


def test_figures_stand_with_their_counts(as_mate: Client, team: Team, queue: Queue) -> None:
    counted(team)
    said = told(as_mate)
    assert "83.3 %" in said  # 10 of 12 alike as outcomes
    assert "2 of 12 items have reviewers who differ" in said
    assert "Left out: 0 with one reviewer, 1 gold" in said
    assert "ada and boris" in said
    assert JUDGE.name in said


def test_each_figure_leads_to_the_items_that_it_counted(
    as_mate: Client, team: Team, queue: Queue
) -> None:
    row = counted(team)
    ada, boris = (User.objects.get(username=name).pk for name in ("ada", "boris"))
    judge = f"critic={JUDGE.critic}&version=1&settings={JUDGE.settings_hash}&model={JUDGE.model}"
    assert row.report is not None
    for query, n in (
        ("?side=blind", 2),
        ("?side=open", 0),
        ("?side=blind&rulings=1", 3),
        ("?platform=android", 1),
        (f"?queue={queue.pk}", 2),
        (f"?week={stories.NOW:%G-W%V}", 2),
        ("?week=2020-W01", 0),
        (f"?first={ada}&second={boris}", 2),
        (f"?{judge}", 2),
        (f"?{judge}&reviewer={boris}", 2),
        (f"?gold=1&reviewer={boris}", 1),
        (f"?gold=1&reviewer={ada}", 0),
    ):
        page = told(as_mate, query, "review:agreement-items")
        assert f": {n} item" in page, query


def test_links_of_the_page_list_as_many_items_as_it_says(
    as_mate: Client, team: Team, queue: Queue
) -> None:
    counted(team)
    lines = list(
        csv.DictReader(as_mate.get(reverse("review:agreement-csv")).content.decode().splitlines())
    )
    by_pair = {each["compared"]: each for each in lines if each["of"] == "pair"}
    assert by_pair["ada and boris"]["differ"] == "2"
    assert by_pair["ada and boris"]["items"] == "10"


def test_the_csv_has_a_line_a_figure_and_starts_no_formula(
    as_mate: Client, team: Team, queue: Queue
) -> None:
    Queue.objects.filter(pk=queue.pk).update(name="=HYPERLINK(1)")
    counted(team)
    response = as_mate.get(reverse("review:agreement-csv"))
    lines = list(csv.DictReader(response.content.decode().splitlines()))
    assert response["Content-Type"].startswith("text/csv")
    assert lines[0]["figure"] == "percent"
    assert float(lines[0]["value"]) == pytest.approx(10 / 12)
    assert {each["compared"] for each in lines if each["of"] == "queue"} == {"'=HYPERLINK(1)"}


def test_without_a_report_the_page_teaches(as_mate: Client, team: Team) -> None:
    assert "make a queue with two reviewers" in told(as_mate)
    decided.queue(team)
    Queue.objects.update(n_decisions=7)
    assert "There are 7 decisions to count" in told(as_mate)


def test_pressing_count_queues_work_and_shows_it(
    as_mate: Client, team: Team, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    hinted: list[object] = []
    monkeypatch.setattr(hints, "queue_measuring", hinted.append)
    response = as_mate.post(reverse("review:agreement-count"), {"queue": queue.pk})
    assert response["Location"] == reverse("review:agreement") + f"?queue={queue.pk}"
    assert hinted == [Agreement.objects.get(queue=queue)]
    assert "Waiting" in told(as_mate, f"?queue={queue.pk}")


def test_broken_work_says_why(as_mate: Client, team: Team) -> None:
    row = agreeing.ask(team=team, queue=None, by=None, at=stories.NOW)
    agreeing.claim(row=row, owner=ME, at=stories.NOW)
    agreeing.break_off(row=row, owner=ME, cause="no room <b>", at=stories.NOW)
    assert "no room <b>" in told(as_mate)


@pytest.mark.parametrize("role", list(Role))
def test_only_who_adjudicates_may_see_it(team: Team, queue: Queue, role: Role) -> None:
    (who,) = decided.people(team, "somebody", role=role).values()
    allowed = role in {Role.ADJUDICATOR, Role.MANAGER, Role.ADMIN}
    for page in ("review:agreement", "review:agreement-items"):
        assert (client_of(who).get(reverse(page)).status_code == 200) is allowed
    asked = client_of(who).post(reverse("review:agreement-count"))
    assert (asked.status_code == 302) is allowed
    assert client_of(who).get(reverse("review:agreement-csv")).status_code == (
        404 if allowed else 403
    )


def test_another_team_sees_nothing_of_it(as_stranger: Client, team: Team, queue: Queue) -> None:
    counted(team)
    assert "Nothing counted yet" in told(as_stranger)
    assert as_stranger.get(reverse("review:agreement") + f"?queue={queue.pk}").status_code == 404
    assert ": 0 items" in told(as_stranger, page="review:agreement-items")


@pytest.mark.parametrize(
    "query", ["?first=x&second=9", "?week=2026-W99", "?page=x", "?gold=1", "?critic=x&reviewer=²"]
)
def test_odd_addresses_are_read_as_far_as_they_go(
    as_mate: Client, queue: Queue, query: str
) -> None:
    assert "item" in told(as_mate, query, "review:agreement-items")


def test_who_reviews_blind_does_not_see_it_until_they_stop(team: Team, queue: Queue) -> None:
    (dana,) = decided.people(team, "dana", role=Role.ADJUDICATOR).values()
    decided.decide(queue, {}, Decided(), first=50)  # an item that waits for her
    seat = Seat.objects.create(queue=queue, user=dana, joined_at=stories.NOW)
    for page in ("review:agreement", "review:agreement-items", "review:agreement-csv"):
        response = client_of(dana).get(reverse(page))
        assert response.status_code == 403
        assert b"%" not in response.content
    Seat.objects.filter(pk=seat.pk).update(left_at=stories.NOW)
    assert client_of(dana).get(reverse("review:agreement")).status_code == 200
