"""Leases: who gets what next, for how long, and what becomes of what was typed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.reviews import rooms
from tests.reviews.rooms import NOW, queue, submitted, taken
from themis.accounts.models import Team
from themis.domain.errors import NotSeated, NotYours, QueueIsClosed, UnfitOpinion
from themis.domain.opinion import Opinion, Ruling
from themis.reviews import holding, seating, services
from themis.reviews.models import LEASE, Hold, HoldState, QueueItem, Seat

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(seconds=LEASE + 1)
DRAFT = Opinion(text="The note is")


def draft(hold: Hold, number: int = 1, opinion: Opinion = DRAFT) -> int:
    return holding.save_draft(
        hold_id=hold.pk, token=hold.token, number=number, opinion=opinion, at=NOW
    )


def key(hold: Hold) -> dict[str, object]:
    return {"hold_id": hold.pk, "token": hold.token, "at": NOW}


def n_taken(hold: Hold) -> int:
    return QueueItem.objects.get(pk=hold.item_id).n_taken


def test_two_people_get_different_items(team: Team) -> None:
    made, (ann, bob) = queue(team, 2), rooms.people(team, 2)
    assert taken(made, ann).item_id != taken(made, bob).item_id


def test_an_item_is_given_to_as_many_as_are_wanted(team: Team) -> None:
    made, (ann, bob, cid) = queue(team, 1, wanted=2), rooms.people(team, 3)
    assert taken(made, ann).item_id == taken(made, bob).item_id
    assert holding.take(queue=made, user=cid, at=NOW) is None


def test_nobody_gets_the_same_item_twice(team: Team) -> None:
    made, ann = queue(team, 1, wanted=2), rooms.person(team, "ann")
    submitted(taken(made, ann))
    assert holding.take(queue=made, user=ann, at=NOW) is None


def test_items_come_in_order(team: Team) -> None:
    made, ann = queue(team, 3), rooms.person(team, "ann")
    positions = []
    for _ in range(3):
        hold = taken(made, ann)
        positions.append(hold.item.position)
        submitted(hold)
    assert positions == [0, 1, 2]


def test_the_next_item_can_be_fetched_beside_the_present_one(team: Team) -> None:
    made, ann = queue(team, 2), rooms.person(team, "ann")
    first = taken(made, ann)
    second = taken(made, ann, but=[first.item_id])
    assert second.item_id != first.item_id
    assert holding.renew(**key(first)).item_id == first.item_id  # type: ignore[arg-type]


def test_what_is_held_comes_back_under_a_new_token(team: Team) -> None:
    made, ann = queue(team, 2), rooms.person(team, "ann")
    first = taken(made, ann)
    again = taken(made, ann)
    assert (again.pk, n_taken(again)) == (first.pk, 1)
    with pytest.raises(NotYours, match="another tab"):
        holding.renew(**key(first))  # type: ignore[arg-type]


def test_a_lease_that_ended_goes_to_somebody_else_and_its_draft_is_kept(team: Team) -> None:
    made, (ann, bob) = queue(team, 1), rooms.people(team, 2)
    hold = taken(made, ann)
    draft(hold)
    assert holding.take(queue=made, user=bob, at=NOW) is None
    assert taken(made, bob, at=LATER).item_id == hold.item_id
    hold.refresh_from_db()
    assert hold.state == HoldState.RELEASED
    assert hold.draft is not None
    with pytest.raises(NotYours):
        holding.renew(hold_id=hold.pk, token=hold.token, at=LATER)


def test_a_renewed_lease_stays(team: Team) -> None:
    made, (ann, bob) = queue(team, 1), rooms.people(team, 2)
    hold = taken(made, ann)
    holding.renew(hold_id=hold.pk, token=hold.token, at=NOW + timedelta(seconds=LEASE - 1))
    assert holding.take(queue=made, user=bob, at=LATER) is None


def test_after_a_silence_an_item_is_regained_if_nobody_came(team: Team) -> None:
    made, ann = queue(team, 1), rooms.person(team, "ann")
    hold = taken(made, ann)
    assert holding.sweep(at=LATER) == 1
    assert n_taken(hold) == 0
    renewed = holding.renew(hold_id=hold.pk, token=hold.token, at=LATER)
    assert (renewed.state, n_taken(hold)) == (HoldState.HELD, 1)


def test_a_draft_brings_its_item_back_first(team: Team) -> None:
    made, ann = queue(team, 3), rooms.person(team, "ann")
    taken(made, ann)
    second = taken(made, ann, but=[taken(made, ann).item_id])
    draft(second)
    holding.release(**key(second))  # type: ignore[arg-type]
    holding.release(**key(taken(made, ann)))  # type: ignore[arg-type]
    again = taken(made, ann)
    assert (again.pk, again.draft) == (second.pk, {"v": 2, "text": "The note is"})


def test_a_given_back_item_is_free_at_once(team: Team) -> None:
    made, (ann, bob) = queue(team, 1), rooms.people(team, 2)
    hold = taken(made, ann)
    holding.release(**key(hold))  # type: ignore[arg-type]
    assert taken(made, bob).item_id == hold.item_id


def test_what_came_free_behind_somebody_is_found_in_the_end(team: Team) -> None:
    made, (ann, bob) = queue(team, 2), rooms.people(team, 2)
    hold = taken(made, bob)
    submitted(taken(made, ann))
    holding.release(**key(hold))  # type: ignore[arg-type]
    assert taken(made, ann).item_id == hold.item_id


def test_a_skipped_item_is_for_others_until_it_is_taken_back(team: Team) -> None:
    made, (ann, bob) = queue(team, 1), rooms.people(team, 2)
    hold = taken(made, ann)
    holding.skip(reason="not my language", **key(hold))  # type: ignore[arg-type]
    assert holding.take(queue=made, user=ann, at=NOW) is None
    assert Seat.objects.get(user=ann).n_skipped == 1
    assert holding.unskip(**key(hold)).state == HoldState.HELD  # type: ignore[arg-type]
    assert holding.take(queue=made, user=bob, at=NOW) is None
    assert Seat.objects.get(user=ann).n_skipped == 0


def test_what_was_skipped_cannot_be_taken_back_from_somebody_else(team: Team) -> None:
    made, (ann, bob) = queue(team, 1), rooms.people(team, 2)
    hold = holding.skip(reason="", **key(taken(made, ann)))  # type: ignore[arg-type]
    taken(made, bob)
    with pytest.raises(NotYours):
        holding.unskip(**key(hold))  # type: ignore[arg-type]


def test_what_is_put_off_comes_last_and_in_order(team: Team) -> None:
    made, (ann, bob) = queue(team, 3), rooms.people(team, 2)
    first = holding.put_aside(**key(taken(made, ann)))  # type: ignore[arg-type]
    second = holding.put_aside(**key(taken(made, ann)))  # type: ignore[arg-type]
    third = taken(made, ann)
    assert third.item_id not in {first.item_id, second.item_id}
    assert holding.take(queue=made, user=bob, at=LATER - timedelta(seconds=2)) is None
    submitted(third)
    order = [submitted(taken(made, ann)).item_id for _ in range(2)]
    assert order == [first.item_id, second.item_id]


def test_a_flag_asks_for_one_more_opinion_once(team: Team) -> None:
    made, (ann, bob) = queue(team, 1), rooms.people(team, 2)
    hold = taken(made, ann)
    holding.flag(reason="odd", **key(hold))  # type: ignore[arg-type]
    holding.flag(reason="very odd", **key(hold))  # type: ignore[arg-type]
    made.refresh_from_db()
    assert made.n_wanted == 2
    submitted(hold)
    assert taken(made, bob).item.is_flagged


def test_an_older_draft_never_replaces_a_newer_one(team: Team) -> None:
    made, ann = queue(team, 1), rooms.person(team, "ann")
    hold = taken(made, ann)
    assert draft(hold, 2, Opinion(text="new")) == 2
    assert draft(hold, 1, Opinion(text="old")) == 2
    hold.refresh_from_db()
    assert hold.draft == {"v": 2, "text": "new"}


def test_a_draft_that_is_far_too_long_is_refused(team: Team) -> None:
    made, ann = queue(team, 1), rooms.person(team, "ann")
    with pytest.raises(UnfitOpinion) as refused:
        draft(taken(made, ann), 1, Opinion(text="x" * 20_001))
    assert list(refused.value.fields) == ["text"]


def test_another_token_saves_nothing(team: Team) -> None:
    made, ann = queue(team, 1), rooms.person(team, "ann")
    hold = taken(made, ann)
    taken(made, ann)
    with pytest.raises(NotYours):
        draft(hold)


def test_a_queue_for_named_people_is_for_them(team: Team) -> None:
    ann, bob = rooms.people(team, 2)
    made = queue(team, 1, named=[ann])
    with pytest.raises(NotSeated, match="named"):
        holding.take(queue=made, user=bob, at=NOW)
    assert taken(made, ann)


def test_who_stopped_gives_all_back_and_gets_nothing_more(team: Team) -> None:
    made, (ann, bob) = queue(team, 1), rooms.people(team, 2)
    hold = taken(made, ann)
    assert seating.leave(queue=made, user=ann, at=NOW)
    with pytest.raises(NotSeated, match="stopped"):
        holding.take(queue=made, user=ann, at=NOW)
    assert taken(made, bob).item_id == hold.item_id
    seating.appoint(queue=made, users=[ann], at=NOW)
    assert holding.take(queue=made, user=ann, at=NOW) is None


@pytest.mark.parametrize("end", ["pause", "close"])
def test_a_queue_that_is_not_open_gives_out_nothing(team: Team, end: str) -> None:
    made, ann = queue(team, 1), rooms.person(team, "ann")
    if end == "pause":
        services.pause(queue=made)
    else:
        services.close(queue=made, at=NOW)
    with pytest.raises(QueueIsClosed, match=end):
        holding.take(queue=made, user=ann, at=NOW)
    services.reopen(queue=made)
    assert taken(made, ann)


def test_an_item_is_opened_by_its_address(team: Team) -> None:
    made, (ann, bob) = queue(team, 2), rooms.people(team, 2)
    last = QueueItem.objects.get(queue=made, position=1)
    hold = holding.open(item=last, user=ann, at=NOW)
    assert hold.item_id == last.pk
    with pytest.raises(NotYours, match="Others"):
        holding.open(item=last, user=bob, at=NOW)
    submitted(hold)
    assert holding.open(item=last, user=ann, at=NOW).state == HoldState.SUBMITTED


def test_gold_is_mixed_in_for_everybody_and_never_counts(team: Team) -> None:
    made, people = queue(team, 1, gold=1, gold_percent=100, wanted=3), rooms.people(team, 3)
    for user in people:
        hold = taken(made, user)
        assert hold.item.gold == Ruling.PASSED
        submitted(hold)
        assert taken(made, user).item.gold == ""
    made.refresh_from_db()
    assert (made.n_items, made.n_decisions, made.n_done) == (1, 0, 0)


def test_gold_is_not_given_once_nothing_else_is_left(team: Team) -> None:
    made, ann = queue(team, 1, gold=2, gold_percent=0), rooms.person(team, "ann")
    submitted(taken(made, ann))
    made.gold_percent = 100
    made.save()
    assert holding.take(queue=made, user=ann, at=NOW) is None
