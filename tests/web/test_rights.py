"""Who may open what, by role: annotators review, adjudicators look on, managers bring in."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests import stories
from tests.conftest import client_of
from tests.reviews import scenes
from tests.web.walk import pages_of
from themis.accounts.models import Role, Team
from themis.verdicts.models import Verdict

pytestmark = pytest.mark.django_db

SEEN = ("home", "list", "detail", "step", "court", "turns", "turn", "trust", "tables", "model")
BROUGHT = ("uploads",)
SEES = {role for role in Role if role != Role.ANNOTATOR}
BRINGS = {Role.MANAGER, Role.ENGINEER, Role.ADMIN}


@pytest.fixture(params=list(Role))
def role(request: pytest.FixtureRequest) -> Role:
    return Role(request.param)


@pytest.fixture
def somebody(team: Team, role: Role) -> Client:
    return client_of(scenes.person(team, "somebody", role))


def test_pages_with_verdicts_are_for_who_may_see(
    somebody: Client, role: Role, verdict: Verdict
) -> None:
    pages = pages_of(verdict)
    refused = 302 if role == Role.ANNOTATOR else 200
    assert somebody.get(pages["home"]).status_code == refused
    found = {name: somebody.get(pages[name]).status_code for name in SEEN if name != "home"}
    assert set(found.values()) == {200 if role in SEES else 403}, found


def test_bringing_in_is_for_who_may_bring(somebody: Client, role: Role, verdict: Verdict) -> None:
    assert somebody.get(reverse("uploads:index")).status_code == (200 if role in BRINGS else 403)
    posts = {
        "uploads:announce": [],
        "verdicts:judge": [verdict.trajectory_id],
        "trust:measure": [],
        "trust:together": [],
        "trust:tables": [],
    }
    found = {name: somebody.post(reverse(name, args=args)) for name, args in posts.items()}
    refused = {name for name, response in found.items() if response.status_code == 403}
    assert refused == (set() if role in BRINGS else set(posts))


def test_an_annotator_is_led_to_what_they_review(team: Team) -> None:
    client = client_of(scenes.person(team, "ann"))
    response = client.get("/")
    assert response["Location"] == reverse("review:index")
    assert client.get(response["Location"]).status_code == 200


def test_an_annotator_is_shown_no_way_to_what_is_closed_to_them(team: Team) -> None:
    page = client_of(scenes.person(team, "ann")).get(reverse("review:index")).content.decode()
    for name in ("trajectories:index", "trust:index", "api-docs:index", "settings:model"):
        assert f'href="{reverse(name)}"' not in page


@pytest.mark.parametrize("name", ["home", "list", "detail", "trust", "tables"])
def test_who_may_not_bring_finds_no_button_for_it(team: Team, verdict: Verdict, name: str) -> None:
    page = client_of(scenes.person(team, "ada", Role.ADJUDICATOR)).get(pages_of(verdict)[name])
    text = page.content.decode()
    assert 'type="file"' not in text
    for address in ("uploads:announce", "trust:measure", "uploads:unfinished", "uploads:index"):
        assert reverse(address) not in text
    assert reverse("verdicts:judge", args=[verdict.trajectory_id]) not in text


@pytest.mark.parametrize("kind", ["screen", "thumbnail"])
def test_pictures_are_for_who_sees_runs_or_has_this_one_to_decide(
    team: Team, verdict: Verdict, kind: str
) -> None:
    picture = pages_of(verdict)[kind]
    annotator = scenes.person(team, "ann")
    item = scenes.item(scenes.queue(team), verdict.trajectory)
    assert client_of(annotator).get(picture).status_code == 404
    scenes.held(item, annotator)
    assert client_of(annotator).get(picture).status_code == 200
    adjudicator = scenes.person(team, "ada", Role.ADJUDICATOR)
    assert client_of(adjudicator).get(picture).status_code == 200


def test_pictures_of_another_run_stay_closed_to_an_annotator(
    team: Team, verdict: Verdict, as_stranger: Client
) -> None:
    annotator = scenes.person(team, "ann")
    other = stories.stored(team, instruction="Another run")
    scenes.held(scenes.item(scenes.queue(team), other), annotator)
    assert client_of(annotator).get(pages_of(verdict)["screen"]).status_code == 404
    assert as_stranger.get(pages_of(verdict)["screen"]).status_code == 404
