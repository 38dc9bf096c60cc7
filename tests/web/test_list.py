"""The list: every state has an address, a part is only its rows."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import stories
from themis.accounts.models import Team
from themis.pipeline import flow
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


@pytest.mark.parametrize("query", ["platform=x", "outcome=%00", "text=%00", "page=x", "page=99"])
def test_nonsense_in_the_address_is_let_be(as_mate: Client, verdict: Verdict, query: str) -> None:
    assert rows(as_mate, f"?{query}") == {verdict.trajectory_id}


def test_a_part_is_only_the_rows(as_mate: Client, verdict: Verdict) -> None:
    response = as_mate.get(reverse("trajectories:index"), headers={"HX-Request": "true"})
    body = response.content.decode()
    assert verdict.trajectory_id in body
    assert "<html" not in body
    assert "<form" not in body


def test_pages_keep_the_filters(
    as_mate: Client, verdict: Verdict, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    stories.stored(team, instruction="Another note")
    monkeypatch.setattr(trajectories, "PER_PAGE", 1)
    body = as_mate.get(reverse("trajectories:index") + "?platform=web").content.decode()
    assert 'href="?platform=web&amp;page=2"' in body


def test_the_list_takes_few_queries(
    as_mate: Client, team: Team, django_assert_max_num_queries: object
) -> None:
    for number in range(12):
        stories.stored(team, instruction=f"Note {number}")
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        rows(as_mate, "")


def test_an_empty_house_teaches_how_to_begin(as_mate: Client) -> None:
    for url in ("/", "/trajectories/"):
        assert "manage.py ingest" in as_mate.get(url).content.decode()
