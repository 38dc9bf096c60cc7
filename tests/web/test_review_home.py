"""The reviewers' home: from signing in to the first run in two clicks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.conftest import client_of
from tests.queueing import decided, held, item_of, queue_of
from themis.accounts import services as accounts
from themis.accounts.models import Role, Team, User
from themis.reviews.models import Hold, HoldState, Queue, QueueState, Seat

pytestmark = pytest.mark.django_db

URL = "/review/"
BEGIN = 'data-key="s">Start reviewing'
GO_ON = 'data-key="s">Go on'


@pytest.fixture
def annotator(team: Team) -> User:
    """Only reviews."""
    return accounts.enrol(username="ann", password="ann-pass", team=team, role=Role.ANNOTATOR)


@pytest.fixture
def as_annotator(annotator: User) -> Client:
    """The annotator's browser."""
    return client_of(annotator)


def page(client: Client) -> str:
    """The page as it is read."""
    response = client.get(URL)
    assert response.status_code == 200
    return response.content.decode()


def filled(team: Team, n: int = 3, **fields: object) -> Queue:
    """An open queue with some runs."""
    queue = queue_of(team, n_wanted=n, **fields)
    for _ in range(n):
        item_of(queue)
    return queue


def test_an_annotator_lands_on_their_queues(client: Client, annotator: User) -> None:
    typed = {"username": "ann", "password": "ann-pass"}
    assert client.post("/login/", typed)["Location"] == URL


def test_others_land_on_home_and_everybody_where_they_wanted(client: Client, mate: User) -> None:
    typed = {"username": "mate", "password": "mate-pass"}
    assert client.post("/login/", typed)["Location"] == "/"
    client.logout()
    response = client.post("/login/", {**typed, "next": "/trust/"})
    assert response["Location"] == "/trust/"


def test_the_first_queue_is_one_click_away(as_annotator: Client, team: Team) -> None:
    filled(team, name="Later", priority=-1)
    first = filled(team, name="Soon", guidance="Only <b>saved</b> notes count.")
    body = page(as_annotator)
    assert body.count(BEGIN) == 1
    assert f'href="/review/queues/{first.pk}/work/" data-key="s"' in body
    assert body.index("Soon") < body.index("Later")
    assert "&lt;b&gt;saved" in body


def test_who_has_begun_goes_on(as_annotator: Client, annotator: User, team: Team) -> None:
    held(filled(team).items.all()[0], annotator, HoldState.HELD)
    body = page(as_annotator)
    assert GO_ON in body
    assert BEGIN not in body


def test_a_paused_queue_is_shown_but_not_begun(as_annotator: Client, team: Team) -> None:
    filled(team, state=QueueState.PAUSED)
    body = page(as_annotator)
    assert "paused by its manager" in body
    assert BEGIN not in body


def test_a_queue_for_others_or_of_others_is_not_shown(
    as_annotator: Client, team: Team, stranger: User
) -> None:
    filled(team, name="Named", is_named=True)
    filled(stranger.teams.get(), name="Foreign")
    body = page(as_annotator)
    assert "Named" not in body
    assert "Foreign" not in body


def test_who_has_stopped_is_not_asked_again(
    as_annotator: Client, annotator: User, team: Team
) -> None:
    queue = filled(team, name="Stopped")
    Seat.objects.create(
        queue=queue, user=annotator, joined_at=timezone.now(), left_at=timezone.now()
    )
    assert "Stopped" not in page(as_annotator)


def test_nothing_to_do_says_why_to_annotators_and_how_to_managers(
    as_annotator: Client, as_mate: Client
) -> None:
    assert "Nothing waits for you" in page(as_annotator)
    assert 'href="/review/queues/new/"' not in page(as_annotator)
    assert "Make a queue" in page(as_mate)


def test_all_done_is_told(as_annotator: Client, annotator: User, team: Team) -> None:
    queue = filled(team, n=1)
    decided(queue.items.get(), annotator, "passed", at=timezone.now())
    Queue.objects.filter(pk=queue.pk).update(n_decisions=1, n_done=1)
    assert "Nothing is left for you" in page(as_annotator)


def test_own_pace_and_accuracy_are_told(
    as_annotator: Client, annotator: User, mate: User, team: Team
) -> None:
    queue, now = filled(team), timezone.now()
    decided(item_of(queue, gold="passed"), annotator, "passed", seconds=30, at=now)
    decided(item_of(queue, gold="failed"), annotator, "passed", seconds=30, at=now)
    decided(item_of(queue, gold="failed"), mate, "failed", seconds=30, at=now)
    body = page(as_annotator)
    assert "right: 1 of 2 runs" in body
    assert "<dd>120</dd>" in body


def test_what_was_put_off_skipped_and_decided_is_listed(
    as_annotator: Client, annotator: User, mate: User, team: Team
) -> None:
    items = list(filled(team, n=4).items.select_related("trajectory"))
    now = timezone.now()
    held(items[0], annotator, HoldState.ASIDE, at=now)
    held(items[1], annotator, HoldState.SKIPPED, at=now)
    decided(items[2], annotator, "failed", at=now)
    decided(items[3], mate, "failed", at=now)
    body = page(as_annotator)
    for item in items[:3]:
        assert item.trajectory.instruction in body
    assert items[3].trajectory.instruction not in body
    assert f"work/?item={items[2].pk}" in body


def test_what_was_skipped_is_taken_back(as_annotator: Client, annotator: User, team: Team) -> None:
    item = filled(team).items.all()[0]
    hold = held(item, annotator, HoldState.SKIPPED)
    response = as_annotator.post(f"/review/skipped/{hold.pk}/return/")
    assert response["Location"] == f"/review/queues/{item.queue_id}/work/?item={item.pk}"
    assert Hold.objects.get(pk=hold.pk).state == HoldState.HELD


def test_what_others_decide_meanwhile_is_not_taken_back(
    as_annotator: Client, annotator: User, mate: User, team: Team
) -> None:
    item = filled(team).items.all()[0]
    hold = held(item, annotator, HoldState.SKIPPED)
    held(item, mate, HoldState.HELD, at=timezone.now())
    response = as_annotator.post(f"/review/skipped/{hold.pk}/return/", follow=True)
    assert "Somebody else has this run" in response.content.decode()
    assert Hold.objects.get(pk=hold.pk).state == HoldState.SKIPPED


def test_nobody_takes_back_for_others(as_mate: Client, annotator: User, team: Team) -> None:
    hold = held(filled(team).items.all()[0], annotator, HoldState.SKIPPED)
    assert as_mate.post(f"/review/skipped/{hold.pk}/return/").status_code == 404
    assert as_mate.get(f"/review/skipped/{hold.pk}/return/").status_code == 405


def test_a_part_is_only_the_desk(as_annotator: Client, team: Team) -> None:
    filled(team)
    body = as_annotator.get(URL, headers={"HX-Request": "true"}).content.decode()
    assert BEGIN in body
    assert "<html" not in body


def test_the_menu_shows_only_what_a_role_opens(as_annotator: Client, as_mate: Client) -> None:
    menu = page(as_annotator).partition('<nav class="nav"')[2].partition("</nav>")[0]
    assert menu.count("<a ") == 2  # Review, and Settings for its keys
    assert 'href="/settings/keymap/"' in menu
    menu = page(as_mate).partition('<nav class="nav"')[2].partition("</nav>")[0]
    assert menu.index("Home") < menu.index("Review") < menu.index("Trajectories")


def test_more_queues_take_no_more_queries(
    as_annotator: Client, annotator: User, team: Team
) -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as seen:
            page(as_annotator)
        return len(seen)

    def busy() -> None:
        now = timezone.now() - timedelta(minutes=1)
        items = list(filled(team, n=4).items.all())
        held(items[0], annotator, HoldState.ASIDE, at=now)
        held(items[1], annotator, HoldState.SKIPPED, at=now)
        decided(items[2], annotator, "failed", at=now)

    busy()
    few = counted()
    for _ in range(4):
        busy()
    assert counted() == few
