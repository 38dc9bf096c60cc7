"""Queues for managers: the list, one queue with its runs and people, what may be changed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.queueing import decided, held, item_of, queue_of
from themis.accounts import services as accounts
from themis.accounts.models import Role, Team, User
from themis.reviews.models import (
    HoldState,
    ItemState,
    Queue,
    QueueItem,
    QueueState,
    Seat,
)
from themis.web.pages import review_queue

pytestmark = pytest.mark.django_db

LIST = "/review/queues/"


@pytest.fixture
def queue(team: Team) -> Queue:
    """An open queue of three runs."""
    made = queue_of(team, name="Audit of <March>", n_wanted=3, made_from={"source": "random"})
    for _ in range(3):
        item_of(made)
    return made


def url(queue: Queue, rest: str = "") -> str:
    """An address of a queue."""
    return f"{LIST}{queue.pk}/{rest}"


def read(client: Client, address: str, **headers: str) -> str:
    """A page that is there."""
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def shown(client: Client, queue: Queue, query: str = "") -> list[int]:
    """Ids of the items that a page lists."""
    body = read(client, url(queue, query))
    return [int(found) for found in re.findall(r'<li id="item-(\d+)"', body)]


def counted(client: Client, address: str) -> int:
    """Queries of a page."""
    with CaptureQueriesContext(connection) as seen:
        read(client, address)
    return len(seen)


# The list


def test_queues_go_on_or_are_closed(as_mate: Client, queue: Queue, team: Team) -> None:
    queue_of(team, name="Over", state=QueueState.CLOSED, closed_at=timezone.now())
    going, closed = read(as_mate, LIST), read(as_mate, f"{LIST}?show=closed")
    assert "Audit of &lt;March&gt;" in going
    assert "Over" not in going
    assert "Over" in closed
    assert "Audit" not in closed


def test_the_list_tells_how_far_when_and_who(
    as_mate: Client, queue: Queue, owner: User, mate: User
) -> None:
    Queue.objects.filter(pk=queue.pk).update(
        n_items=200, n_done=99, n_disputed=2, due_at=timezone.now() - timedelta(hours=3)
    )
    Seat.objects.create(queue=queue, user=owner, joined_at=timezone.now())
    Seat.objects.create(queue=queue, user=mate, joined_at=timezone.now(), left_at=timezone.now())
    body = read(as_mate, LIST)
    assert "49 % of 200 done" in body
    assert "2 disputed" in body
    assert "99 left" in body
    assert "overdue by 3 h" in body
    assert re.search(r'queue-who faint">owner</span>', body)


def test_a_house_without_queues_teaches(as_mate: Client) -> None:
    assert "No queue yet" in read(as_mate, LIST)
    assert "No queue was closed yet" in read(as_mate, f"{LIST}?show=closed")


def test_more_queues_take_no_more_queries(as_mate: Client, queue: Queue, team: Team) -> None:
    few = counted(as_mate, LIST)
    for number in range(5):
        queue_of(team, name=f"Q{number}")
    assert counted(as_mate, LIST) == few


@pytest.mark.parametrize("query", ["?page=x", "?page=99", "?show=%00"])
def test_nonsense_in_the_address_is_let_be(as_mate: Client, queue: Queue, query: str) -> None:
    assert "Audit" in read(as_mate, LIST + query)


# Who may


WRITES = ("terms/", "pause/", "opening/", "closure/", "seats/", "seats/1/removal/")
READS = ("", "progress/", "reviewers/", "decisions.csv", "decisions.jsonl")


@pytest.mark.parametrize("role", [Role.ANNOTATOR, Role.ADJUDICATOR, Role.ENGINEER])
def test_queues_are_for_managers(client: Client, queue: Queue, team: Team, role: Role) -> None:
    client.force_login(accounts.enrol(username="no", password="x", team=team, role=role))
    for rest in READS:
        assert client.get(url(queue, rest)).status_code == 403
    for rest in WRITES:
        assert client.post(url(queue, rest)).status_code == 403
    assert client.get(LIST).status_code == 403


def test_another_teams_queue_is_not_there(as_stranger: Client, queue: Queue) -> None:
    for rest in READS:
        assert as_stranger.get(url(queue, rest)).status_code == 404
    for rest in WRITES:
        assert as_stranger.post(url(queue, rest)).status_code == 404
    assert "Audit" not in read(as_stranger, LIST)


@pytest.mark.parametrize("rest", WRITES)
def test_get_does_not_write(as_mate: Client, queue: Queue, rest: str) -> None:
    assert as_mate.get(url(queue, rest)).status_code == 405


# One queue


def test_progress_is_told_in_words(as_mate: Client, queue: Queue, owner: User) -> None:
    item = queue.items.all()[0]
    decided(item, owner, "passed", at=timezone.now())
    Queue.objects.filter(pk=queue.pk).update(n_done=1, n_decisions=1)
    body = read(as_mate, url(queue, "progress/"))
    assert "1 of 3 runs done" in body
    assert '1 <span class="faint">of 3</span>' in body
    assert "<html" not in body


def test_filling_and_its_trouble_are_told_truthfully(as_mate: Client, queue: Queue) -> None:
    Queue.objects.filter(pk=queue.pk).update(state=QueueState.FILLING)
    assert "3 runs are in it so far" in read(as_mate, url(queue))
    Queue.objects.filter(pk=queue.pk).update(state=QueueState.PAUSED, trouble="disk <full>")
    assert "Filling broke off: disk &lt;full&gt;" in read(as_mate, url(queue))


def test_reviewers_are_told_with_their_figures(
    as_mate: Client, queue: Queue, owner: User, mate: User
) -> None:
    decided(item_of(queue, gold="failed"), owner, "failed", seconds=40, at=timezone.now())
    body = read(as_mate, url(queue, "reviewers/"))
    assert "1 of 1 (100 %)" in body
    assert "40 s" in body
    assert "Nobody has taken a run yet" in read(as_mate, url(queue_of(queue.team), "reviewers/"))


def test_runs_are_filtered_by_where_they_stand(as_mate: Client, queue: Queue) -> None:
    first, second, third = queue.items.all()
    QueueItem.objects.filter(pk=second.pk).update(state=ItemState.DISPUTED)
    QueueItem.objects.filter(pk=third.pk).update(is_flagged=True)
    gold = item_of(queue, gold="passed")
    assert shown(as_mate, queue) == [first.pk, second.pk, third.pk]
    assert shown(as_mate, queue, "?state=open") == [first.pk, third.pk]
    assert shown(as_mate, queue, "?state=disputed") == [second.pk]
    assert shown(as_mate, queue, "?state=flagged") == [third.pk]
    assert shown(as_mate, queue, "?state=gold") == [gold.pk]
    assert shown(as_mate, queue, "?state=decided") == []
    assert shown(as_mate, queue, "?state=x&after=x") == [first.pk, second.pk, third.pk]


def test_pages_leave_no_run_out_in_either_direction(
    as_mate: Client, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        item_of(queue)
    monkeypatch.setattr(review_queue, "PER_PAGE", 3)
    every = [item.pk for item in queue.items.all()]
    assert shown(as_mate, queue) == every[:3]
    assert shown(as_mate, queue, "?after=2") == every[3:6]
    assert shown(as_mate, queue, "?after=5") == every[6:]
    assert shown(as_mate, queue, "?before=6") == every[3:6]
    assert shown(as_mate, queue, "?before=3") == every[:3]
    assert 'rel="prev"' not in read(as_mate, url(queue, "?before=3"))


def test_a_part_is_only_the_runs(as_mate: Client, queue: Queue) -> None:
    headers = {"HX-Request": "true", "HX-Target": "items"}
    body = as_mate.get(url(queue), headers=headers).content.decode()
    assert body.count("<li id=") == 3
    assert "<html" not in body


def test_what_was_decided_stands_beside_each_run(
    as_mate: Client, queue: Queue, owner: User
) -> None:
    decided(queue.items.all()[0], owner, "failed")
    body = read(as_mate, url(queue))
    assert re.search(r'Failed\s*</span>\s*<span class="faint">owner', body)
    assert "Decided: failed" in body


def test_a_manager_who_reviews_blind_is_told_no_answers(
    as_mate: Client, queue: Queue, owner: User, mate: User
) -> None:
    item = queue.items.all()[0]
    decided(item, owner, "failed")
    Seat.objects.create(queue=queue, user=mate, joined_at=timezone.now())
    body = read(as_mate, url(queue))
    assert "Decided: failed" not in body
    assert "outcome" not in body
    assert item.trajectory_id in body
    assert f'href="/trajectories/{item.trajectory_id}/"' not in body
    for rest in ("decisions.csv", "decisions.jsonl"):
        assert as_mate.get(url(queue, rest)).status_code == 403
    assert "You review blind in" in read(as_mate, "/review/")


@pytest.mark.parametrize("rest", ["", "reviewers/", "progress/"])
def test_more_runs_take_no_more_queries(
    as_mate: Client, queue: Queue, owner: User, mate: User, rest: str
) -> None:
    decided(queue.items.all()[0], owner, "failed", at=timezone.now())
    few = counted(as_mate, url(queue, rest))
    for _ in range(6):
        item = item_of(queue)
        decided(item, owner, "failed", at=timezone.now())
        decided(item, mate, "passed", at=timezone.now())
    assert counted(as_mate, url(queue, rest)) == few


# Changing it


def test_terms_are_changed_and_reviewers_shown_new_guidance(as_mate: Client, queue: Queue) -> None:
    typed = {
        "name": "New",
        "guidance": "Look twice.",
        "priority": "1",
        "due_at": "2030-01-02T10:00",
    }
    response = as_mate.post(url(queue, "terms/"), typed, follow=True)
    assert "reviewers are shown the new guidance" in response.content.decode()
    queue.refresh_from_db()
    assert (queue.name, queue.guidance, queue.priority) == ("New", "Look twice.", 1)
    assert queue.due_at is not None
    assert f"{queue.due_at:%Y-%m-%d %H:%M}" == "2030-01-02 10:00"
    assert 'value="2030-01-02T10:00"' in response.content.decode()


def test_terms_that_do_not_fit_change_nothing(as_mate: Client, queue: Queue) -> None:
    response = as_mate.post(url(queue, "terms/"), {"name": "", "priority": "9"})
    assert response.status_code == 422
    assert f'href="{url(queue)}?state=open#items"' in response.content.decode()
    queue.refresh_from_db()
    assert queue.name == "Audit of <March>"


def test_a_queue_is_paused_closed_and_reopened(as_mate: Client, queue: Queue) -> None:
    def after(deed: str) -> str:
        as_mate.post(url(queue, deed))
        queue.refresh_from_db()
        return queue.state

    states = [after(deed) for deed in ("pause/", "opening/", "closure/", "opening/")]
    assert states == ["paused", "open", "closed", "open"]
    assert "meanwhile" in as_mate.post(url(queue, "opening/"), follow=True).content.decode()


def test_people_are_appointed_taken_out_and_let_back(
    as_mate: Client, queue: Queue, owner: User, stranger: User
) -> None:
    def has_seat() -> bool:
        return Seat.objects.filter(queue=queue, user=owner, left_at=None).exists()

    as_mate.post(url(queue, "seats/"), {"users": [str(owner.pk), str(stranger.pk), "x"]})
    assert has_seat()
    assert not Seat.objects.filter(user=stranger).exists()
    item = queue.items.all()[0]
    held(item, owner, HoldState.HELD, at=timezone.now())
    as_mate.post(url(queue, f"seats/{owner.pk}/removal/"))
    assert not has_seat()
    item.refresh_from_db()
    assert item.n_taken == 0
    as_mate.post(url(queue, "seats/"), {"users": [str(owner.pk)]})
    assert has_seat()


def test_who_has_no_seat_cannot_be_taken_out(as_mate: Client, queue: Queue, owner: User) -> None:
    assert as_mate.post(url(queue, f"seats/{owner.pk}/removal/")).status_code == 404


def test_who_leaves_the_team_leaves_its_queues(as_owner: Client, queue: Queue, mate: User) -> None:
    Seat.objects.create(queue=queue, user=mate, joined_at=timezone.now())
    item = queue.items.all()[0]
    held(item, mate, HoldState.ASIDE, at=timezone.now())
    place = mate.memberships.get()
    as_owner.post(f"/settings/people/{place.pk}/removal/", {"username": "mate"})
    item.refresh_from_db()
    assert item.n_taken == 0
    assert Seat.objects.get(queue=queue, user=mate).left_at is not None
