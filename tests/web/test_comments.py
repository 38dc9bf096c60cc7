"""The talk on the page: what is shown of it, to whom, and what a hostile one can do."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from tests.conftest import client_of
from tests.reviews import tables
from themis.accounts import services as accounts
from themis.accounts.models import Role, Team, User
from themis.notices import queries as notices
from themis.notices.models import Delivery, Kind, Webhook
from themis.pipeline import telling
from themis.reviews.models import Comment, QueueItem
from themis.trajectories.models import Trajectory

SECRET = "It plainly fails at the end"


@pytest.fixture
def talk(trajectory: Trajectory) -> str:
    return f"/review/trajectories/{trajectory.pk}/comments/"


@pytest.fixture
def item(team: Team, trajectory: Trajectory) -> QueueItem:
    return tables.laid(team, trajectory)


@pytest.fixture
def ann(team: Team, item: QueueItem) -> User:
    """Reviews blind."""
    user = accounts.enrol(username="ann", password="ann-pass", team=team, role=Role.ANNOTATOR)
    tables.seated(item, user)
    return user


@pytest.fixture
def as_ann(ann: User) -> Client:
    return client_of(ann)


def test_a_comment_is_shown_as_text_with_its_steps_and_people(
    as_mate: Client, owner: User, talk: str
) -> None:
    text = "<script>x</script> see step 2, not step 99, @owner @nobody\n<b>"
    assert as_mate.post(talk, {"text": text, "step": "3"}).status_code == 201
    shown = as_mate.get(talk).text
    assert "&lt;script&gt;x&lt;/script&gt;" in shown
    assert "<script" not in shown
    assert 'data-step="2">step 2</a>' in shown
    assert "not step 99," in shown
    assert '<span class="person">@owner</span> @nobody' in shown
    assert "on step 3" in shown


def test_sent_twice_it_is_kept_and_told_once(as_mate: Client, owner: User, talk: str) -> None:
    answers = [as_mate.post(talk, {"text": "hi @owner", "key": "k"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()
    assert Comment.objects.count() == 1


@pytest.mark.parametrize(
    "form",
    [
        {"text": ""},
        {"text": "x", "step": "0"},
        {"text": "x", "step": "٣"},
        {"text": "x", "step": "9" * 30},
        {"text": "x", "turn": "-1"},
        {"text": "x", "region": "{"},
        {"text": "x", "region": "[" * 400},
        {"text": "x", "region": json.dumps({"screen": 10**30, "box": {}})},
        {"text": "x", "region": '{"screen": 0, "box": {"x":NaN,"y":0,"width":1,"height":1}}'},
        {"text": "x", "key": "k" * 99},
    ],
)
def test_a_hostile_form_gets_a_sentence(as_mate: Client, talk: str, form: dict[str, str]) -> None:
    answer = as_mate.post(talk, form)
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert not Comment.objects.exists()


def test_another_teams_run_is_not_there(as_stranger: Client, talk: str) -> None:
    assert as_stranger.get(talk).status_code == 404
    assert as_stranger.post(talk, {"text": "x"}).status_code == 404
    assert as_stranger.get(f"{talk}people/?q=").status_code == 404


def test_others_cannot_change_or_delete_a_comment(
    as_mate: Client, as_owner: Client, talk: str
) -> None:
    pk = as_mate.post(talk, {"text": "mine"}).json()["id"]
    assert as_owner.post(f"{talk}{pk}/", {"text": "yours"}).status_code == 404
    assert as_owner.post(f"{talk}{pk}/deletion/").status_code == 404
    assert as_mate.post(f"{talk}{pk}/", {"text": "better"}).status_code == 200
    assert "edited" in as_owner.get(talk).text
    assert as_mate.post(f"{talk}{pk}/deletion/").status_code == 200
    assert not Comment.objects.exists()


def test_names_of_the_team_are_offered_and_no_others(
    as_mate: Client, owner: User, stranger: User, team: Team, talk: str
) -> None:
    for name in ("bowie", "Otto"):
        accounts.enrol(username=name, password="pass-of-them", team=team, role=Role.ANNOTATOR)
    assert as_mate.get(f"{talk}people/?q=o").json() == {"names": ["Otto", "owner", "bowie"]}
    assert as_mate.get(f"{talk}people/?q=strang").json() == {"names": []}


def test_a_blind_reviewer_reads_only_their_own_words_until_they_decide(
    as_ann: Client, ann: User, as_owner: Client, item: QueueItem, talk: str
) -> None:
    as_owner.post(talk, {"text": SECRET})
    as_ann.post(talk, {"text": "My own remark"})
    for address in (talk, f"{talk}?part=list"):
        shown = as_ann.get(address).text
        assert SECRET not in shown
        assert "owner" not in shown
        assert "My own remark" in shown
    assert "My own remark" in as_owner.get(talk).text
    tables.ruled(item, ann)
    assert SECRET in as_ann.get(talk).text


def test_reviewers_of_an_open_queue_hear_each_other(
    as_owner: Client, team: Team, trajectory: Trajectory, talk: str
) -> None:
    item = tables.laid(team, trajectory, is_blind=False)
    bob = accounts.enrol(username="bob", password="bob-pass", team=team, role=Role.ANNOTATOR)
    tables.seated(item, bob)
    as_owner.post(talk, {"text": SECRET})
    assert SECRET in client_of(bob).get(talk).text


def test_an_annotator_without_the_run_is_refused(team: Team, talk: str, item: QueueItem) -> None:
    bob = accounts.enrol(username="bob", password="bob-pass", team=team, role=Role.ANNOTATOR)
    assert client_of(bob).get(talk).status_code == 404


def test_a_manager_who_reviews_blind_is_blind(
    as_mate: Client, mate: User, as_owner: Client, item: QueueItem, talk: str
) -> None:
    as_owner.post(talk, {"text": SECRET})
    assert SECRET in as_mate.get(talk).text
    tables.seated(item, mate)
    assert SECRET not in as_mate.get(talk).text


def test_a_mention_of_a_blind_colleague_says_no_more_than_that(
    as_owner: Client, ann: User, team: Team, item: QueueItem, talk: str
) -> None:
    as_owner.post(talk, {"text": f"@ann {SECRET}"})
    (notice,) = notices.newest(ann, team)
    assert notice.kind == Kind.MENTION
    assert notice.text == "Somebody mentioned you on an item that you have yet to decide."
    assert notice.href == f"/review/queues/{item.queue_id}/work/?item={item.pk}"


def test_who_took_part_is_told_of_a_comment_unless_they_are_blind(
    as_owner: Client, as_mate: Client, mate: User, ann: User, as_ann: Client, team: Team, talk: str
) -> None:
    as_mate.post(talk, {"text": "First"})
    as_ann.post(talk, {"text": "Mine"})
    as_owner.post(talk, {"text": SECRET})
    assert f"owner commented on “Create a note titled Groceries and save it”: {SECRET}" in [
        notice.text for notice in notices.newest(mate, team)
    ]
    assert notices.unread(ann, team) == 0


def test_a_webhook_is_told_of_comments_and_mentions(
    as_owner: Client, mate: User, team: Team, talk: str
) -> None:
    Webhook.objects.create(team=team, url="https://x.org/", created_at="2026-01-01T00:00Z")
    as_owner.post(talk, {"text": "@mate look", "step": "2"})
    told = {row.event: json.loads(row.body)["data"] for row in Delivery.objects.all()}
    assert set(told) == {"comment.written", "person.mentioned"}
    assert told["person.mentioned"]["mentions"] == ["mate"]
    assert (told["comment.written"]["by"], told["comment.written"]["step"]) == ("owner", 2)


def test_who_is_killed_before_a_comment_is_told_has_not_kept_it(
    as_owner: Client, team: Team, talk: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(telling, "commented", killed)
    with pytest.raises(KeyboardInterrupt):
        as_owner.post(talk, {"text": "look"})
    assert not Comment.objects.exists()
