"""Settling a dispute: who may, what they see, what is kept, and two who settle at once."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests import stories
from tests.conftest import client_of
from tests.reviews import scenes
from tests.web.walk import scan
from themis.accounts.models import Role, Team, User
from themis.domain.opinion import Ruling
from themis.reviews.models import ItemState, Override, Queue, QueueItem
from themis.trajectories.models import Trajectory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(team: Team) -> User:
    return scenes.person(team, "ann")


@pytest.fixture
def bea(team: Team) -> User:
    return scenes.person(team, "bea")


@pytest.fixture
def ada(team: Team) -> Client:
    return client_of(scenes.person(team, "ada", Role.ADJUDICATOR))


@pytest.fixture
def queue(team: Team) -> Queue:
    return scenes.queue(team)


@pytest.fixture
def item(queue: Queue, trajectory: Trajectory, ann: User, bea: User) -> QueueItem:
    verdict = stories.given(trajectory)
    row = scenes.item(queue, trajectory, verdict=verdict)
    scenes.decided(row, ann, scenes.opinion(Ruling.PASSED, "All is there."))
    scenes.decided(row, bea, scenes.opinion(Ruling.FAILED, "Nothing was saved."))
    row.refresh_from_db()
    return row


def address(item: QueueItem) -> str:
    return reverse("review:settling", args=[item.pk])


def ruling(item: QueueItem, **typed: object) -> dict[str, object]:
    return {"seen": item.version, "ruling": "failed", "why": "Never saved.", **typed}


def test_adjudicators_managers_and_admins_settle_and_nobody_else(
    team: Team, item: QueueItem, ann: User, as_stranger: Client
) -> None:
    found = {}
    for role in Role:
        client = client_of(scenes.person(team, f"the-{role}", role))
        answered = client.post(address(item), {"seen": 1})
        found[role.value] = (client.get(address(item)).status_code, answered.status_code)
    assert found == {
        "annotator": (403, 403),
        "adjudicator": (200, 422),
        "manager": (200, 422),
        "engineer": (200, 403),  # looks on
        "admin": (200, 422),
    }
    assert client_of(ann).get(address(item)).status_code == 403
    assert as_stranger.get(address(item)).status_code == 404
    assert as_stranger.post(address(item), ruling(item)).status_code == 404
    assert not Override.objects.exists()


def test_decisions_stand_side_by_side_with_the_machines_verdict(
    ada: Client, item: QueueItem
) -> None:
    page = ada.get(address(item)).content.decode()
    for said in ("ann", "All is there.", "bea", "Nothing was saved.", "The note was never saved."):
        assert said in page
    assert page.count('class="compare-head"') == 3
    assert "others say otherwise" in page
    assert not scan(ada.get(address(item))).forbidden


def test_regions_are_drawn_with_a_letter_for_each_reviewer(ada: Client, item: QueueItem) -> None:
    page = ada.get(f"{address(item)}?rows=all").content.decode()
    assert '<g class="area" data-mark="A">' in page
    assert '<g class="area" data-mark="B">' in page


def test_a_ruling_is_kept_with_its_reason_and_the_next_dispute_follows(
    team: Team, ada: Client, item: QueueItem, queue: Queue, ann: User, bea: User
) -> None:
    other = scenes.disputed(queue, stories.stored(team, instruction="Another"), ann, bea)
    response = ada.post(address(item), ruling(item))
    assert response["Location"] == address(other)
    item.refresh_from_db()
    assert (item.state, item.ruling) == (ItemState.RESOLVED, "failed")
    last = ada.post(f"{address(other)}?queue={queue.pk}", ruling(other))
    assert last["Location"] == f"{reverse('review:disputes')}?queue={queue.pk}"


def test_the_final_opinion_takes_the_answers_of_the_decision_it_rests_on(
    ada: Client, item: QueueItem, bea: User
) -> None:
    basis = item.decisions.get(user=bea)
    ada.post(address(item), ruling(item, basis=basis.pk, failing_step=3))
    final = item.decisions.get(is_final=True)
    assert final.opinion.answers == basis.opinion.answers
    assert (final.failing_step, final.own_class, final.confidence) == (2, "late click", 0.75)


def test_a_ruling_other_than_the_basis_keeps_nothing_that_contradicts_it(
    ada: Client, item: QueueItem, bea: User
) -> None:
    basis = item.decisions.get(user=bea)
    ada.post(address(item), ruling(item, basis=basis.pk, ruling="passed"))
    final = item.decisions.get(is_final=True)
    assert (final.failing_step, final.own_class, final.confidence) == (None, "", None)


def test_the_second_adjudicator_is_told_what_the_first_did_and_keeps_what_they_typed(
    team: Team, ada: Client, item: QueueItem
) -> None:
    typed = ruling(item, ruling="passed", why="Looks fine to me.")
    ada.post(address(item), ruling(item))
    second = client_of(scenes.person(team, "abe", Role.ADJUDICATOR))
    response = second.post(address(item), typed)
    page = response.content.decode()
    assert response.status_code == 409
    assert "ada settled it as Failed: Never saved." in page
    assert "Looks fine to me." in page
    item.refresh_from_db()
    assert f'name="seen" value="{item.version}"' in page  # sent again it is meant
    assert item.ruling == "failed"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"ruling": ""}, "Say how the run came out."),
        ({"why": " "}, "Say why, for those who decided otherwise."),
        ({"failing_step": 99}, "The run has no such step; it has 3."),
        ({"ruling": "passed", "error": "wrong_action"}, "This class belongs to a failed run."),
        ({"basis": "999"}, "Select a valid choice"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(
    ada: Client, item: QueueItem, typed: dict[str, object], said: str
) -> None:
    response = ada.post(address(item), ruling(item, **typed))
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Override.objects.exists()


def test_a_ruling_can_be_taken_back_with_a_reason(ada: Client, item: QueueItem) -> None:
    ada.post(address(item), ruling(item))
    item.refresh_from_db()
    reopening = reverse("review:reopening", args=[item.pk])
    ada.post(reopening, {"seen": item.version, "why": ""})
    item.refresh_from_db()
    assert item.state == ItemState.RESOLVED
    ada.post(reopening, {"seen": item.version, "why": "The wrong run."})
    item.refresh_from_db()
    assert item.state == ItemState.DISPUTED
    page = ada.get(address(item)).content.decode()
    assert "The wrong run." in page
    assert "Never saved." in page


def test_an_adjudicator_who_decided_the_run_is_reminded_of_it(
    team: Team, queue: Queue, trajectory: Trajectory, ann: User
) -> None:
    judge = scenes.person(team, "abe", Role.ADJUDICATOR)
    item = scenes.disputed(queue, trajectory, ann, judge)
    assert (
        "You decided on this run yourself" in client_of(judge).get(address(item)).content.decode()
    )


def test_the_list_shows_disputes_and_second_opinions_of_the_team_alone(
    team: Team, ada: Client, item: QueueItem, queue: Queue, as_stranger: Client
) -> None:
    flagged = scenes.item(queue, stories.stored(team, instruction="A flagged run"))
    scenes.item(queue, stories.stored(team, instruction="A quiet run"))
    QueueItem.objects.filter(pk=flagged.pk).update(is_flagged=True)
    page = ada.get(reverse("review:disputes")).content.decode()
    assert item.trajectory_id in page
    assert "A flagged run" in page
    assert "second opinion" in page
    assert "A quiet run" not in page
    assert item.trajectory_id not in as_stranger.get(reverse("review:disputes")).content.decode()


def test_the_list_goes_on_where_a_page_ends(
    team: Team, ada: Client, queue: Queue, ann: User, bea: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("themis.web.pages.review_disputes.PER_PAGE", 2)
    items = [
        scenes.disputed(queue, stories.stored(team, instruction=f"Run {n}"), ann, bea)
        for n in range(3)
    ]
    first = ada.get(reverse("review:disputes")).content.decode()
    assert "Run 0" in first
    assert "Run 2" not in first
    assert f"after={items[1].pk}" in first
    rest = ada.get(f"{reverse('review:disputes')}?after={items[1].pk}").content.decode()
    assert "Run 2" in rest
    assert "Run 1" not in rest


def test_what_was_settled_is_listed_and_no_longer_waits(ada: Client, item: QueueItem) -> None:
    ada.post(address(item), ruling(item))
    assert item.trajectory_id not in ada.get(reverse("review:disputes")).content.decode()
    assert item.trajectory_id in ada.get("/review/disputes/?show=settled").content.decode()


@pytest.mark.parametrize("query", ["queue=x", "queue=999", "after=x", "show=x", "after=-1"])
def test_any_address_of_the_list_is_answered(ada: Client, item: QueueItem, query: str) -> None:
    for show in ("", "&show=settled"):
        assert ada.get(f"{reverse('review:disputes')}?{query}{show}").status_code == 200


def test_the_runs_page_shows_people_beside_the_machine(
    ada: Client, item: QueueItem, ann: User
) -> None:
    ada.post(address(item), ruling(item))
    page = ada.get(reverse("trajectories:detail", args=[item.trajectory_id])).content.decode()
    people = page[page.index('id="people"') : page.index('id="chain-title"')]
    for said in ("ann", "bea", "ada · final ruling", "overridden", "final ruling", "Never saved."):
        assert said in people
    assert "Disagreement" in people  # what stood before


def test_hostile_words_are_escaped_wherever_they_are_shown(
    ada: Client, queue: Queue, trajectory: Trajectory, ann: User, bea: User
) -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    item = scenes.item(queue, trajectory)
    scenes.decided(item, ann, scenes.opinion(Ruling.PASSED, evil))
    scenes.decided(item, bea, scenes.opinion(Ruling.FAILED, evil))
    item.refresh_from_db()
    ada.post(address(item), ruling(item, why=evil))
    for url in (
        address(item),
        reverse("trajectories:detail", args=[trajectory.pk]),
        reverse("trajectories:compare", args=[trajectory.pk]),
    ):
        response = ada.get(url)
        assert not scan(response).forbidden
        assert "<script>alert" not in response.content.decode()
