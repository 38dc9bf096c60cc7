"""Who is told of what happens in queues: through the engine itself, as reviewers use it."""

from __future__ import annotations

import pytest

from tests import stories
from tests.reviews import rooms, scenes
from themis.accounts.models import Role, Team, User
from themis.domain.opinion import Ruling
from themis.notices import queries as notices
from themis.notices.models import Kind
from themis.pipeline import telling
from themis.reviews import holding
from themis.reviews.models import Override, QueueItem
from themis.trajectories.models import Trajectory

pytestmark = pytest.mark.django_db(transaction=True)


def told(user: User, team: Team) -> dict[str, str]:
    """What somebody was told, by kind."""
    return {notice.kind: notice.text for notice in notices.newest(user, team)}


@pytest.fixture
def adjudicator(team: Team) -> User:
    return rooms.person(team, "judge", Role.ADJUDICATOR)


def test_a_named_queue_tells_those_who_were_appointed(team: Team, adjudicator: User) -> None:
    ann, bob = rooms.person(team, "ann"), rooms.person(team, "bob")
    queue = rooms.queue(team, 2, named=[ann])
    assert told(ann, team) == {Kind.QUEUE: "Notes is open for you: 2 runs."}
    assert told(bob, team) == {}
    assert notices.newest(ann, team)[0].href == f"/review/queues/{queue.pk}/work/"


def test_a_queue_for_everybody_tells_nobody(team: Team) -> None:
    ann = rooms.person(team, "ann")
    rooms.queue(team, 2)
    assert told(ann, team) == {}


def test_a_disagreement_is_told_to_who_settles_it(team: Team, adjudicator: User) -> None:
    ann, bob = rooms.person(team, "ann"), rooms.person(team, "bob")
    queue = rooms.queue(team, 1, wanted=2, reviewers=2)
    rooms.submitted(rooms.taken(queue, ann))
    assert told(adjudicator, team) == {}
    rooms.submitted(rooms.taken(queue, bob), rooms.FAILED)
    assert told(adjudicator, team)[Kind.DISPUTE].startswith("Reviewers disagree on “Save note")
    assert Kind.DISPUTE not in told(ann, team)


def test_an_adjudicator_who_reviews_the_run_blind_is_not_told(
    team: Team, adjudicator: User
) -> None:
    ann = rooms.person(team, "ann")
    queue = rooms.queue(team, 1, wanted=3, reviewers=3)
    rooms.taken(queue, adjudicator)
    hold = rooms.taken(queue, ann)
    holding.flag(hold_id=hold.pk, token=hold.token, reason="odd", at=rooms.NOW)
    telling.disputed(hold.item)
    assert told(adjudicator, team) == {}


def test_a_flag_is_told_with_its_reason(team: Team, adjudicator: User) -> None:
    queue = rooms.queue(team, 1)
    hold = rooms.taken(queue, rooms.person(team, "ann"))
    holding.flag(hold_id=hold.pk, token=hold.token, reason="Two windows", at=rooms.NOW)
    assert told(adjudicator, team)[Kind.FLAG].endswith("“Save note 0”: Two windows")


def test_a_finished_queue_is_told_to_who_manages(team: Team, mate: User) -> None:
    queue = rooms.queue(team, 1)
    rooms.submitted(rooms.taken(queue, rooms.person(team, "ann")))
    assert told(mate, team)[Kind.QUEUE_DONE] == "Notes is finished: 1 run, 1 decision."


def test_who_was_overridden_is_told_and_nobody_else(
    team: Team, adjudicator: User, trajectory: Trajectory
) -> None:
    ann, bob = scenes.person(team, "ann"), scenes.person(team, "bob")
    item = scenes.disputed(scenes.queue(team), trajectory, ann, bob)
    override = overridden(item, adjudicator)
    telling.settled(override)
    assert told(ann, team)[Kind.OVERRIDE].endswith("was settled as Failed; you had said Passed.")
    assert told(bob, team) == {}


def overridden(item: QueueItem, by: User) -> Override:
    return Override.objects.create(
        item=item,
        by=by,
        at=stories.NOW,
        why="No note",
        before={"state": "decided", "ruling": Ruling.PASSED.value},
        after={"state": "resolved", "ruling": Ruling.FAILED.value},
    )


def test_what_is_told_breaks_no_decision(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(telling, "queue_done", breaks)
    queue = rooms.queue(team, 1)
    decision = rooms.submitted(rooms.taken(queue, rooms.person(team, "ann")))
    assert decision.pk
