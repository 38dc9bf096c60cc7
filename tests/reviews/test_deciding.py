"""Decisions: on what was seen, once, and what they make of an item."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import stories
from tests.reviews import rooms
from tests.reviews.rooms import FAILED, NOW, PASSED, queue, submitted, taken
from themis.accounts.models import Team
from themis.domain.action import Box
from themis.domain.errors import NotYours, QueueIsClosed, Stale, UnfitOpinion
from themis.domain.evidence import Region
from themis.domain.opinion import Answer, Opinion, Ruling
from themis.domain.verdict import ErrorClass
from themis.reviews import deciding, holding, services
from themis.reviews.models import LEASE, Decision, Hold, ItemState, Queue, QueueItem, Seat
from themis.reviews.services import Entry, Terms

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(seconds=LEASE + 1)


def state(hold: Hold) -> tuple[str, str]:
    row = QueueItem.objects.get(pk=hold.item_id)
    return row.state, row.ruling


def counters(made: Queue) -> tuple[int, int, int]:
    made.refresh_from_db()
    return made.n_decisions, made.n_done, made.n_disputed


def test_a_single_decision_decides(team: Team) -> None:
    made, ann = queue(team, 2), rooms.person(team, "ann")
    hold = taken(made, ann)
    decision = submitted(hold)
    assert (decision.opinion, decision.user, decision.seconds) == (PASSED, ann, 12.0)
    assert state(hold) == (ItemState.DECIDED, "passed")
    assert counters(made) == (1, 1, 0)
    assert Seat.objects.get(user=ann).n_decided == 1


def test_two_who_agree_decide_and_two_who_do_not_dispute(team: Team) -> None:
    made, (ann, bob) = queue(team, 2, wanted=2), rooms.people(team, 2)
    first = taken(made, ann)
    submitted(first)
    assert state(first) == (ItemState.OPEN, "")
    submitted(taken(made, bob))
    assert state(first) == (ItemState.DECIDED, "passed")
    second = taken(made, ann)
    submitted(second)
    submitted(taken(made, bob), FAILED)
    assert state(second) == (ItemState.DISPUTED, "")
    assert counters(made) == (4, 1, 1)


def test_different_reasons_for_one_outcome_are_no_dispute(team: Team) -> None:
    made, (ann, bob) = queue(team, 1, wanted=2), rooms.people(team, 2)
    hold = taken(made, ann)
    submitted(hold, Opinion(ruling=Ruling.NOT_EXECUTABLE))
    submitted(taken(made, bob), Opinion(ruling=Ruling.UNUSABLE))
    assert state(hold) == (ItemState.DECIDED, "undecided")


def test_a_submit_that_is_sent_again_is_the_same_decision(team: Team) -> None:
    made, ann = queue(team, 1), rooms.person(team, "ann")
    hold = taken(made, ann)
    assert submitted(hold).pk == submitted(hold, FAILED).pk
    assert counters(made) == (1, 1, 0)


def test_a_stale_submit_is_refused_with_what_changed(team: Team) -> None:
    made, ann = queue(team, 1), rooms.person(team, "ann")
    hold = taken(made, ann)
    services.edit(queue=made, name="Notes", guidance="Look twice", priority=0, due_at=None)
    with pytest.raises(Stale) as refused:
        submitted(hold)
    assert refused.value.changes == ("The guidance of this queue has changed.",)
    assert not Decision.objects.exists()
    hold = taken(made, ann)
    assert submitted(hold)


def test_a_submit_after_the_lease_went_to_somebody_else_is_refused(team: Team) -> None:
    made, (ann, bob) = queue(team, 1), rooms.people(team, 2)
    hold = taken(made, ann)
    other = taken(made, bob, at=LATER)
    with pytest.raises(NotYours):
        submitted(hold, at=LATER)
    assert submitted(other, at=LATER).user == bob


def test_a_submit_after_the_lease_ended_counts_if_nobody_came(team: Team) -> None:
    made, ann = queue(team, 1), rooms.person(team, "ann")
    hold = taken(made, ann)
    holding.sweep(at=LATER)
    assert submitted(hold, at=LATER)
    assert QueueItem.objects.get().n_taken == 1


def test_a_closed_queue_takes_no_decision_and_a_paused_one_does(team: Team) -> None:
    made, ann = queue(team, 1), rooms.person(team, "ann")
    hold = taken(made, ann)
    services.close(queue=made, at=NOW)
    with pytest.raises(QueueIsClosed, match="kept"):
        submitted(hold)
    services.reopen(queue=made)
    services.pause(queue=made)
    assert submitted(hold)


def test_a_withdrawn_item_takes_no_decision_and_counts_no_more(team: Team) -> None:
    made, ann = queue(team, 2), rooms.person(team, "ann")
    submitted(taken(made, ann))
    hold = taken(made, ann)
    services.withdraw(item=hold.item, why="It is a duplicate.", at=NOW)
    with pytest.raises(Stale, match=r"withdrawn from the queue. It is a duplicate."):
        submitted(hold)
    made.refresh_from_db()
    assert (made.n_items, made.n_wanted, made.n_decisions, made.n_done) == (1, 1, 1, 1)


def test_an_amended_decision_takes_the_place_of_the_first(team: Team) -> None:
    made, (ann, bob) = queue(team, 1, wanted=2), rooms.people(team, 2)
    hold = taken(made, ann)
    decision = submitted(hold)
    submitted(taken(made, bob), FAILED)
    assert counters(made) == (2, 0, 1)
    new = deciding.amend(decision=decision, by=ann, opinion=FAILED, at=NOW)
    assert state(hold) == (ItemState.DECIDED, "failed")
    assert counters(made) == (2, 1, 0)
    decision.refresh_from_db()
    assert (decision.is_current, new.is_current) == (False, True)
    with pytest.raises(NotYours, match="latest"):
        deciding.amend(decision=decision, by=ann, opinion=PASSED, at=NOW)
    with pytest.raises(NotYours, match="latest"):
        deciding.amend(decision=new, by=bob, opinion=PASSED, at=NOW)


def test_an_opinion_has_to_fit_the_run(team: Team) -> None:
    run = stories.stored(team)
    verdict = stories.given(run)
    made = services.create(team=team, by=None, terms=Terms(name="One"), made_from={}, at=NOW)
    entry = Entry(trajectory_id=run.pk, verdict_id=verdict.pk)
    services.add(queue=made, entries=[entry], made_from={})
    services.finish_filling(queue=made)
    hold = taken(made, rooms.person(team, "ann"))
    seen = Region(screen=3, box=Box(x=0, y=0, width=64, height=48))
    unfit = Opinion(
        ruling=Ruling.PASSED,
        error_class=ErrorClass.WRONG_ACTION,
        failing_step=3,
        answers=(
            Answer(milestone="m9"),
            Answer(milestone="own-1", step=3, regions=(Region(screen=4, box=seen.box),)),
            Answer(
                milestone="m1", regions=(Region(screen=0, box=Box(x=9, y=0, width=64, height=4)),)
            ),
        ),
    )
    with pytest.raises(UnfitOpinion) as refused:
        submitted(hold, unfit)
    assert set(refused.value.fields) == {
        "error_class",
        "failing_step",
        "answers.0.milestone",
        "answers.1.goal",
        "answers.1.step",
        "answers.1.regions.0",
        "answers.2.regions.0",
    }
    with pytest.raises(UnfitOpinion, match="how the run came out"):
        submitted(hold, Opinion())
    fit = Opinion(
        ruling=Ruling.FAILED,
        error_class=ErrorClass.WRONG_ACTION,
        failing_step=2,
        answers=(Answer(milestone="m1", achieved=True, regions=(seen,)),),
    )
    assert submitted(hold, fit).opinion == fit
