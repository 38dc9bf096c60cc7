"""The room's addresses: a run is taken, drafted, decided, given back, and nothing of it is lost."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, TypeAlias

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests import stories
from tests.conftest import client_of
from tests.reviews import scenes
from themis.accounts.models import Team, User
from themis.domain import wire
from themis.domain.opinion import Opinion, Ruling
from themis.reviews import services
from themis.reviews.models import Decision, Hold, HoldState, Queue, QueueItem, QueueState
from themis.verdicts.models import Verdict
from themis.web import review_item

if TYPE_CHECKING:  # what the stubs call an answer to a test's client
    from django.test.client import _MonkeyPatchedWSGIResponse

pytestmark = pytest.mark.django_db
Answer: TypeAlias = "_MonkeyPatchedWSGIResponse"
FAILED = wire.dump(Opinion(ruling=Ruling.FAILED, text="Never saved"))
SECRETS = ("The list is still empty", "No notes yet", "never saved.", "Save was never pressed")


@pytest.fixture
def verdict(team: Team) -> Verdict:
    """A machine's verdict on a run."""
    return stories.given(stories.stored(team))


@pytest.fixture
def ann(team: Team) -> User:
    return scenes.person(team, "ann")


@pytest.fixture
def as_ann(ann: User) -> Client:
    return client_of(ann)


@pytest.fixture
def queue(team: Team, verdict: Verdict) -> Queue:
    """A blind queue of one run."""
    made = scenes.queue(team, reviewers=1)
    scenes.item(made, verdict.trajectory, verdict=verdict)
    return made


def told(client: Client, queue: Queue, name: str, **body: object) -> Answer:
    """What the room's page is answered."""
    address = reverse(f"review:room-{name}", args=[queue.pk])
    return client.post(address, json.dumps(body), content_type="application/json")


def taken(client: Client, queue: Queue) -> Hold:
    """The hold of the run that the room was given."""
    page = told(client, queue, "take").content.decode()
    hold = Hold.objects.get(state=HoldState.HELD)
    assert f'data-token="{hold.token}"' in page
    return hold


def decision_on(hold: Hold, **how: object) -> dict[str, object]:
    """What the page sends to decide."""
    body: dict[str, object] = {
        "hold": hold.pk,
        "token": hold.token,
        "version": hold.item.version,
        "opinion": FAILED,
        "seconds": 4.5,
    }
    return body | how


def test_the_room_comes_with_the_next_run(as_ann: Client, queue: Queue) -> None:
    page = as_ann.get(reverse("review:room", args=[queue.pk]))
    assert page.status_code == 200
    assert "csrftoken" in page.cookies
    hold = Hold.objects.get()
    assert f'data-token="{hold.token}"' in page.content.decode()


@pytest.mark.parametrize("item", ["0", "x", "9" * 5000, "²", ""])
def test_a_run_that_is_not_there_is_left_to_the_page(
    as_ann: Client, queue: Queue, item: str
) -> None:
    page = as_ann.get(reverse("review:room", args=[queue.pk]), {"item": item})
    assert page.status_code == 200
    assert not Hold.objects.exists()


def test_no_run_is_taken_for_a_device_that_has_some_or_for_a_guess(
    as_ann: Client, queue: Queue, ann: User
) -> None:
    address = reverse("review:room", args=[queue.pk])
    as_ann.get(address, headers={"sec-purpose": "prefetch;prerender"})
    as_ann.cookies[f"room-{ann.pk}"] = "1"
    assert b"js/room/first" in as_ann.get(address).content
    assert not Hold.objects.exists()


def test_what_is_said_of_later_steps_comes_after_the_run(
    as_ann: Client, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review_item, "EARLY", 1)
    page = told(as_ann, queue, "take").content.decode()
    (address,) = re.findall(r'data-rest="([^"]+)"', page)
    assert "Thought 0" in page
    assert "Thought 1" not in page
    rest = as_ann.get(address).content.decode()
    assert re.findall(r'data-step="(\d)"', rest) == ["2", "3"]
    assert "Thought 1" in rest
    Hold.objects.all().delete()
    assert as_ann.get(address).status_code == 404


def test_a_blind_run_shows_what_is_asked_and_nothing_that_was_found(
    as_ann: Client, queue: Queue
) -> None:
    page = told(as_ann, queue, "take").content.decode()
    assert "The note is in the list" in page
    assert [secret for secret in SECRETS if secret in page] == []
    assert "Machine" not in page
    assert "data-machine" not in page


def test_an_open_run_shows_what_the_machine_found(as_ann: Client, queue: Queue) -> None:
    Queue.objects.update(is_blind=False)
    page = told(as_ann, queue, "take").content.decode()
    assert [secret for secret in SECRETS if secret not in page] == []
    assert "Agree: not" in page


def test_a_run_that_another_holds_is_not_given_twice(
    team: Team, as_ann: Client, queue: Queue
) -> None:
    taken(as_ann, queue)
    other = client_of(scenes.person(team, "ben"))
    assert 'data-end="empty"' in told(other, queue, "take").content.decode()


def test_what_a_tab_has_already_is_not_given_to_it_again(as_ann: Client, queue: Queue) -> None:
    hold = taken(as_ann, queue)
    page = told(as_ann, queue, "take", but=[hold.item_id]).content.decode()
    assert 'data-end="empty"' in page


@pytest.mark.parametrize(
    ("state", "end"), [(QueueState.PAUSED, "waiting"), (QueueState.CLOSED, "closed")]
)
def test_a_queue_that_gives_nothing_says_why(
    as_ann: Client, queue: Queue, state: QueueState, end: str
) -> None:
    Queue.objects.update(state=state)
    page = told(as_ann, queue, "take").content.decode()
    assert f'data-end="{end}"' in page


def test_the_end_leads_to_the_next_queue(team: Team, as_ann: Client, queue: Queue) -> None:
    other = scenes.queue(team, name="More to do")
    scenes.item(other, stories.stored(team, instruction="Another"))
    QueueItem.objects.filter(queue=queue).delete()
    assert "More to do" in told(as_ann, queue, "take").content.decode()


def test_a_decision_sent_twice_is_one_decision(as_ann: Client, queue: Queue) -> None:
    hold = taken(as_ann, queue)
    answers = [told(as_ann, queue, "submit", **decision_on(hold)).json() for _ in range(2)]
    assert answers[0] == answers[1]
    (made,) = Decision.objects.all()
    assert (made.ruling, made.seconds, made.opinion.text) == ("failed", 4.5, "Never saved")


def test_a_stale_decision_comes_back_with_what_changed(as_ann: Client, queue: Queue) -> None:
    hold = taken(as_ann, queue)
    body = decision_on(hold)
    services.edit(queue=queue, name=queue.name, guidance="Look twice", priority=0, due_at=None)
    answer = told(as_ann, queue, "submit", **body)
    assert (answer.status_code, answer.json()["kind"]) == (409, "stale")
    assert answer.json()["changes"] == ["The guidance of this queue has changed."]
    assert not Decision.objects.exists()


def test_a_token_that_was_seen_elsewhere_decides_nothing(
    team: Team, as_ann: Client, queue: Queue
) -> None:
    hold = taken(as_ann, queue)
    thief = client_of(scenes.person(team, "ben"))
    for name in ("submit", "draft", "skip", "aside", "flag"):
        answer = told(thief, queue, name, **decision_on(hold), number=1)
        assert (answer.status_code, answer.json()["kind"]) == (409, "gone"), name
    hold.refresh_from_db()
    assert (hold.state, hold.draft) == (HoldState.HELD, None)


def test_a_decision_without_a_ruling_names_the_field(as_ann: Client, queue: Queue) -> None:
    hold = taken(as_ann, queue)
    answer = told(as_ann, queue, "submit", **decision_on(hold, opinion={"v": 2}))
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == ["ruling"]


@pytest.mark.parametrize(
    "body", [b"[]", b"{", b"\xff", b'{"hold": -1}', b'{"hold": 1e999}', b'{"hold": "1"}', b"[" * 9]
)
def test_what_no_page_sends_is_refused_in_a_sentence(
    as_ann: Client, queue: Queue, body: bytes
) -> None:
    address = reverse("review:room-submit", args=[queue.pk])
    answer = as_ann.post(address, body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["error"]


def test_a_request_beyond_all_bounds_is_not_read(as_ann: Client, queue: Queue) -> None:
    answer = told(as_ann, queue, "draft", opinion="x" * 2**20)
    assert answer.status_code == 422


def test_a_draft_comes_back_with_its_run(as_ann: Client, queue: Queue) -> None:
    hold = taken(as_ann, queue)
    body = {"hold": hold.pk, "token": hold.token, "opinion": FAILED}
    assert told(as_ann, queue, "draft", **body, number=3).json() == {"number": 3}
    assert told(as_ann, queue, "draft", **body, number=2).json() == {"number": 3}
    page = told(as_ann, queue, "take").content.decode()
    assert 'data-number="3"' in page
    assert "Never saved" in page


def test_a_closing_page_keeps_its_draft_and_gives_the_run_back(
    team: Team, as_ann: Client, queue: Queue
) -> None:
    hold = taken(as_ann, queue)
    draft = {"hold": hold.pk, "token": hold.token, "number": 1, "opinion": FAILED}
    last = {"holds": [[hold.pk, hold.token]], "drafts": [draft, {"hold": "no"}, 7]}
    address = reverse("review:room-release", args=[queue.pk])
    assert as_ann.post(address, {"body": json.dumps(last)}).status_code == 204
    hold.refresh_from_db()
    assert (hold.state, hold.draft) == (HoldState.RELEASED, FAILED)
    assert (
        'data-item="' in told(client_of(scenes.person(team, "ben")), queue, "take").content.decode()
    )


def test_renewing_names_what_is_lost(as_ann: Client, queue: Queue) -> None:
    hold = taken(as_ann, queue)
    holds = [[hold.pk, hold.token], [hold.pk, "another"], [10**9, "none"], ["x", 1]]
    assert told(as_ann, queue, "renew", holds=holds).json() == {"lost": [hold.pk, 10**9]}


def test_a_skip_can_be_taken_back(as_ann: Client, queue: Queue) -> None:
    hold = taken(as_ann, queue)
    body = {"hold": hold.pk, "token": hold.token}
    assert told(as_ann, queue, "skip", **body, reason="Too long").json()["state"] == "skipped"
    assert 'data-end="empty"' in told(as_ann, queue, "take").content.decode()
    assert told(as_ann, queue, "unskip", **body).json()["state"] == "held"


def test_what_is_put_off_comes_last(team: Team, as_ann: Client, queue: Queue) -> None:
    later = scenes.item(queue, stories.stored(team, instruction="Another run"))
    first = taken(as_ann, queue)
    told(as_ann, queue, "aside", hold=first.pk, token=first.token)
    second = taken(as_ann, queue)
    assert second.item_id == later.pk
    told(as_ann, queue, "submit", **decision_on(second))
    assert taken(as_ann, queue).item_id == first.item_id


def test_a_second_opinion_is_asked_for_and_the_run_stays(as_ann: Client, queue: Queue) -> None:
    hold = taken(as_ann, queue)
    answer = told(as_ann, queue, "flag", hold=hold.pk, token=hold.token, reason="Not sure")
    assert answer.json()["state"] == "held"
    assert QueueItem.objects.get().wanted == 2


def test_a_changed_decision_sent_twice_is_changed_once(as_ann: Client, queue: Queue) -> None:
    hold = taken(as_ann, queue)
    first = told(as_ann, queue, "submit", **decision_on(hold)).json()["decision"]
    other = wire.dump(Opinion(ruling=Ruling.PASSED))
    answers = [told(as_ann, queue, "amend", decision=first, opinion=other).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert Decision.objects.count() == 2
    assert Decision.objects.get(is_current=True).ruling == "passed"


def test_others_are_seen_once_one_has_decided(team: Team, as_ann: Client, queue: Queue) -> None:
    item = queue.items.get()
    address = reverse("review:room-peek", args=[queue.pk, item.pk])
    hold = taken(as_ann, queue)
    assert as_ann.get(address).status_code == 404
    told(as_ann, queue, "submit", **decision_on(hold))
    page = as_ann.get(address).content.decode()
    assert "The note was never saved." in page


@pytest.mark.parametrize("name", ["room", "room-progress"])
def test_another_teams_queue_is_not_there(as_stranger: Client, queue: Queue, name: str) -> None:
    assert as_stranger.get(reverse(f"review:{name}", args=[queue.pk])).status_code == 404
    assert told(as_stranger, queue, "take").status_code == 404


def test_a_form_of_another_site_takes_nothing(ann: User, queue: Queue) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ann)
    assert told(client, queue, "take").status_code == 403


def test_taking_and_deciding_ask_little_of_the_tables(
    as_ann: Client, queue: Queue, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(30):
        told(as_ann, queue, "take")
    hold = Hold.objects.get()
    with django_assert_max_num_queries(32):
        assert told(as_ann, queue, "submit", **decision_on(hold)).status_code == 200
