"""Making a queue: every source, what it comes to, what is refused; filters brought along."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import stories
from tests.queueing import decided, item_of, queue_of
from themis.accounts import services as accounts
from themis.accounts.models import Role, Team, User
from themis.pipeline import queues
from themis.pipeline.plans import Plan, Source
from themis.reviews.models import Queue, Seat
from themis.verdicts.models import Verdict
from themis.web import sources

pytestmark = pytest.mark.django_db

URL = "/review/queues/new/"
ESTIMATE = "/review/queues/new/estimate/"
TYPED = {
    "source": "filter",
    "reviewers": "1",
    "overlap": "100",
    "is_blind": "yes",
    "gold_percent": "0",
    "priority": "0",
}


@pytest.fixture
def runs(team: Team) -> list[Verdict]:
    """Ten judged runs with a label."""
    return [stories.given(stories.stored(team, instruction=f"Note {n}")) for n in range(10)]


def estimate(client: Client, **typed: object) -> str:
    """What the page says of what was typed, without its tags."""
    response = client.post(ESTIMATE, TYPED | typed)
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def made(client: Client, **typed: object) -> Queue:
    """The queue that comes of it, filled."""
    response = client.post(URL, TYPED | typed)
    assert response.status_code == 302, response.content.decode()
    queue = Queue.objects.get()
    assert response["Location"] == f"/review/queues/{queue.pk}/"
    queues.fill(queue, timezone.now())
    queue.refresh_from_db()
    return queue


def refused(client: Client, **typed: object) -> str:
    """The page that comes back instead."""
    response = client.post(URL, TYPED | typed)
    assert response.status_code == 422
    assert not Queue.objects.exists()
    return response.content.decode()


def test_what_it_comes_to_is_told_in_plain_words(as_mate: Client, runs: list[Verdict]) -> None:
    assert "10 runs" in estimate(as_mate)
    assert "One person decides each: 10 decisions." in estimate(as_mate)
    told = estimate(as_mate, reviewers="2", overlap="20")
    assert "2 people decide 2 of them (20 %), one person each of the others: 12 decisions." in told
    assert "3 people decide each: 30 decisions." in estimate(as_mate, reviewers="3")
    assert "4 runs of 10 that match" in estimate(as_mate, limit="4")
    assert "see the critic's verdict" in estimate(as_mate, is_blind="no").replace("&#x27;", "'")


def test_hours_are_told_by_what_decisions_took_lately(
    as_mate: Client, runs: list[Verdict], owner: User, team: Team
) -> None:
    assert "of work" not in estimate(as_mate)
    item = item_of(queue_of(team))
    decided(item, owner, "passed", seconds=60)
    assert "About 10 min of work: 60 s a decision" not in estimate(as_mate)
    assert "About 11 min of work: 1 min a decision" in estimate(as_mate)


def test_the_estimate_is_what_the_queue_becomes(as_mate: Client, runs: list[Verdict]) -> None:
    typed = {"reviewers": "2", "overlap": "35"}
    plan = Plan(name="x", reviewers=2, overlap=35)
    queue = made(as_mate, **typed)
    assert (queue.n_items, queue.n_wanted) == (10, sources.n_decisions(10, plan)) == (10, 13)


def test_nothing_that_matches_makes_no_queue(as_mate: Client, runs: list[Verdict]) -> None:
    assert "0 runs match" in estimate(as_mate, platform="ios")
    assert "No run fits this" in refused(as_mate, platform="ios")


def test_all_that_was_typed_is_kept(as_mate: Client, runs: list[Verdict], owner: User) -> None:
    queue = made(
        as_mate,
        name="Notes",
        guidance="Look at the list.",
        platform="web",
        reviewers="2",
        overlap="50",
        is_blind="no",
        named=["owner", "mate"],
        priority="1",
        due_at="2030-05-06T07:08",
        limit="6",
    )
    assert (queue.name, queue.guidance, queue.is_blind) == ("Notes", "Look at the list.", False)
    assert (queue.reviewers, queue.overlap, queue.priority) == (2, 50, 1)
    assert queue.due_at == datetime(2030, 5, 6, 7, 8, tzinfo=UTC)
    assert queue.is_named
    assert Seat.objects.filter(queue=queue).count() == 2
    assert sources.told(queue) == "Any filter; Web; at most 6"


def test_a_name_is_found_where_none_was_typed(as_mate: Client, runs: list[Verdict]) -> None:
    assert made(as_mate, source="random", limit="3").name.startswith("Random audit, ")


def test_known_answers_are_mixed_in(as_mate: Client, runs: list[Verdict]) -> None:
    told = estimate(as_mate, limit="4", gold_percent="20")
    assert "with a known answer beside them" in told
    queue = made(as_mate, limit="4", gold_percent="20")
    assert queue.n_items == 4
    assert queue.items.exclude(gold="").count() == 6


@pytest.mark.parametrize("source", sources.SOURCES)
def test_every_choice_is_a_source_that_can_be_counted(
    as_mate: Client, runs: list[Verdict], source: sources.Source
) -> None:
    assert Source(source.value)
    more = {"random": {"limit": "3"}, "failures_of_app": {"app": "notes"}}
    told = estimate(as_mate, source=source.value, **more.get(source.value, {}))
    assert "run" in told or "Choose an upload" in told


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ({"source": "random"}, "Say how many runs"),
        ({"source": "failures_of_app"}, "Name the app"),
        ({"source": "upload"}, "Choose an upload"),
        ({"source": "upload", "upload": "another0team"}, "Select a valid choice"),
        ({"source": "sorcery"}, "Select a valid choice"),
        ({"reviewers": "2", "named": ["mate"]}, "2 people are to decide a run"),
        ({"named": ["stranger"]}, "Select a valid choice"),
        ({"reviewers": "0"}, "greater than or equal to 1"),
        ({"overlap": "101"}, "less than or equal to 100"),
        ({"limit": "x"}, "Enter a whole number"),
        ({"due_at": "soon"}, "Enter a valid date"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    as_mate: Client,
    runs: list[Verdict],
    stranger: User,
    typed: dict[str, object],
    complaint: str,
) -> None:
    assert complaint in refused(as_mate, **typed)
    assert complaint in estimate(as_mate, **typed)


def test_what_is_typed_for_another_source_does_not_matter(
    as_mate: Client, runs: list[Verdict]
) -> None:
    assert "10 runs" in estimate(as_mate, below="0", upload="gone", app="x" * 99)
    queue = made(as_mate, source="random", limit="3", outcome="passed")
    assert queue.n_items == 3


def test_filters_of_the_list_are_brought_along(as_mate: Client, runs: list[Verdict]) -> None:
    page = as_mate.get("/trajectories/?platform=web&outcome=failed&text=Note").content.decode()
    link = re.search(r'href="(/review/queues/new/[^"]+)"', page)
    assert link is not None
    address = link[1].replace("&amp;", "&")
    assert "older" not in address
    form = as_mate.get(address).content.decode()
    assert re.search(r'value="filter"\s+checked', form)
    for chosen in ('value="web" selected', 'value="failed" selected', 'value="Note"'):
        assert chosen in form


def test_who_makes_no_queues_finds_no_link_to_it(client: Client, runs: list[Verdict]) -> None:
    team = runs[0].trajectory.team
    client.force_login(accounts.enrol(username="eng", password="x", team=team, role=Role.ENGINEER))
    assert "Make a queue" not in client.get("/trajectories/").content.decode()


@pytest.mark.parametrize("role", [Role.ANNOTATOR, Role.ADJUDICATOR, Role.ENGINEER])
def test_queues_are_made_by_managers(client: Client, team: Team, role: Role) -> None:
    client.force_login(accounts.enrol(username="no", password="x", team=team, role=role))
    assert client.get(URL).status_code == 403
    assert client.post(URL, TYPED).status_code == 403
    assert client.post(ESTIMATE, TYPED).status_code == 403


def test_another_teams_runs_do_not_count(as_stranger: Client, runs: list[Verdict]) -> None:
    assert "0 runs match" in estimate(as_stranger)


def test_more_runs_take_no_more_queries(as_mate: Client, team: Team) -> None:
    def counted(method: str, url: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            getattr(as_mate, method)(url, TYPED)
        return len(seen)

    stories.given(stories.stored(team, instruction="One"))
    few = counted("get", URL), counted("post", ESTIMATE)
    for n in range(8):
        stories.given(stories.stored(team, instruction=f"Note {n}"))
    assert (counted("get", URL), counted("post", ESTIMATE)) == few
