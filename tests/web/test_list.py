"""The list: every state has an address, a part is only its rows."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests import stories
from themis.accounts.models import Team
from themis.pipeline import flow
from themis.pipeline.models import Standing
from themis.trajectories.models import Trajectory
from themis.verdicts.models import Verdict
from themis.web.pages import trajectories

pytestmark = pytest.mark.django_db


def rows(client: Client, query: str) -> set[str]:
    body = client.get(reverse("trajectories:index") + query).content.decode()
    return {part.split('"')[0] for part in body.split('id="trajectory-')[1:]}


def test_filters_are_read_from_the_address(as_mate: Client, verdict: Verdict, team: Team) -> None:
    judged = verdict.trajectory_id
    waiting = stories.stored(team, instruction="Play a song")
    flow.submit(trajectory=waiting, at=timezone.now())
    assert rows(as_mate, "") == {judged, waiting.pk}
    for query in ("outcome=failed", "critic=themis", "text=Groceries", f"text={judged}"):
        assert rows(as_mate, f"?{query}") == {judged}, query
    for query in ("outcome=judging", "outcome=unjudged", "text=song"):
        assert rows(as_mate, f"?{query}") == {waiting.pk}, query
    assert rows(as_mate, "?platform=android") == set()
    assert rows(as_mate, "?platform=web&label=failed") == {judged, waiting.pk}


@pytest.mark.parametrize(
    "query",
    [
        "platform=x",
        "outcome=%00",
        "text=%00",
        "older=x",
        "older=1-",
        "newer=9-%00",
        "older=99999999999999999999-a",
    ],
)
def test_nonsense_in_the_address_is_let_be(as_mate: Client, verdict: Verdict, query: str) -> None:
    assert rows(as_mate, f"?{query}") == {verdict.trajectory_id}


def test_a_part_is_only_the_rows(as_mate: Client, verdict: Verdict) -> None:
    response = as_mate.get(reverse("trajectories:index"), headers={"HX-Request": "true"})
    body = response.content.decode()
    assert verdict.trajectory_id in body
    assert "<html" not in body
    assert "<form" not in body


def links(client: Client, query: str) -> dict[str, str]:
    """The addresses of the next pages, by their `rel`."""
    body = client.get(reverse("trajectories:index") + query).content.decode()
    parts = (part.split('"') for part in body.split('class="button" rel="')[1:])
    return {part[0]: part[2].replace("&amp;", "&") for part in parts}


def test_pages_keep_the_filters_and_leave_no_row_out(
    as_mate: Client, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = {stories.stored(team, instruction=f"Note {number}").pk for number in range(5)}
    monkeypatch.setattr(trajectories, "PER_PAGE", 2)
    query, seen = "?platform=web", []
    while query:
        seen.append(rows(as_mate, query))
        query = links(as_mate, query).get("next", "")
        assert not query or "platform=web" in query
    assert [len(page) for page in seen] == [2, 2, 1]
    assert set.union(*seen) == kept


def test_what_comes_in_does_not_move_a_page(
    as_mate: Client, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        stories.stored(team, instruction=f"Note {number}")
    monkeypatch.setattr(trajectories, "PER_PAGE", 2)
    second = links(as_mate, "")["next"]
    seen = rows(as_mate, second)
    later = stories.stored(team, instruction="Later")
    now = timezone.now()  # in both tables: a list is read from either
    Standing.objects.filter(trajectory=later).update(created_at=now)
    Trajectory.objects.filter(pk=later.pk).update(created_at=now)
    assert rows(as_mate, second) == seen


def test_the_way_back_ends_at_the_first_page(
    as_mate: Client, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        stories.stored(team, instruction=f"Note {number}")
    monkeypatch.setattr(trajectories, "PER_PAGE", 2)
    first = rows(as_mate, "")
    last = links(as_mate, links(as_mate, "")["next"])["next"]
    back = links(as_mate, last)["prev"]
    assert rows(as_mate, links(as_mate, back)["prev"]) == first


@pytest.mark.parametrize("filters", ["", "?text=note", "?platform=web&outcome=failed"])
def test_more_rows_take_no_more_queries(as_mate: Client, team: Team, filters: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            rows(as_mate, filters)
        return len(seen)

    stories.given(stories.stored(team, instruction="Note"))
    few = queries()
    for number in range(20):
        stories.given(stories.stored(team, instruction=f"Note {number}"))
    assert queries() == few


def test_the_list_takes_few_queries(
    as_mate: Client, team: Team, django_assert_max_num_queries: object
) -> None:
    for number in range(12):
        stories.stored(team, instruction=f"Note {number}")
    with django_assert_max_num_queries(11):  # type: ignore[operator]
        rows(as_mate, "")


def test_going_back_never_takes_a_part_for_the_page(as_mate: Client) -> None:
    assert "HX-Request" in as_mate.get("/trajectories/").headers["Vary"]


def test_an_empty_house_teaches_how_to_begin(as_mate: Client) -> None:
    for url in ("/", "/trajectories/"):
        assert "manage.py ingest" in as_mate.get(url).content.decode()
