"""Whatever people do in whichever order: no item is given out too often, and counters are right."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule

from tests.reviews import rooms
from themis.accounts.models import Team
from themis.domain.errors import NotSeated, NotYours, QueueIsClosed, Stale
from themis.domain.opinion import Opinion, Ruling
from themis.reviews import counting, deciding, holding, seating, services
from themis.reviews.models import (
    Decision,
    Hold,
    HoldState,
    ItemState,
    Queue,
    QueueItem,
    Seat,
)

PEOPLE = st.integers(0, 2)
RULINGS = st.sampled_from([Ruling.PASSED, Ruling.FAILED, Ruling.UNDECIDED, Ruling.UNUSABLE])


class Room(RuleBasedStateMachine):
    """Three people, four items of which two want two decisions, and one gold item."""

    holds = Bundle("holds")
    team: Team

    def __init__(self) -> None:
        super().__init__()
        self._atomic = transaction.atomic()
        self._atomic.__enter__()
        self.now: datetime = rooms.NOW
        self.queue = rooms.queue(self.team, 2, gold=1, gold_percent=30)
        extra = [services.Entry(trajectory_id=run.pk, wanted=2) for run in rooms.runs(self.team, 2)]
        services.add(queue=self.queue, entries=extra, made_from={})
        self.people = rooms.people(self.team, 3)
        self.numbers = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._atomic.__exit__(None, None, None)

    def key(self, hold: Hold) -> dict[str, Any]:
        return {"hold_id": hold.pk, "token": hold.token, "at": self.now}

    @rule(target=holds, who=PEOPLE, beside=st.booleans())
    def take(self, who: int, beside: bool) -> Any:  # noqa: ANN401  Hypothesis' own
        mine = Hold.objects.filter(user=self.people[who], state=HoldState.HELD)
        but = list(mine.values_list("item_id", flat=True)) if beside else []
        try:
            hold = holding.take(queue=self.queue, user=self.people[who], at=self.now, but=but)
        except (NotSeated, QueueIsClosed):
            return multiple()
        if hold is None:
            return multiple()
        assert hold.item_id not in but
        assert hold.item.state == ItemState.OPEN
        return hold

    @rule(target=holds, who=PEOPLE, position=st.integers(0, 3))
    def open(self, who: int, position: int) -> Any:  # noqa: ANN401  Hypothesis' own
        item = QueueItem.objects.select_related("queue").get(queue=self.queue, position=position)
        try:
            return holding.open(item=item, user=self.people[who], at=self.now)
        except (NotYours, QueueIsClosed):
            return multiple()

    @rule(hold=holds)
    def renew(self, hold: Hold) -> None:
        self._may_be_lost(lambda: holding.renew(**self.key(hold)))

    @rule(hold=holds)
    def release(self, hold: Hold) -> None:
        self._may_be_lost(lambda: holding.release(**self.key(hold)))

    @rule(hold=holds)
    def skip(self, hold: Hold) -> None:
        self._may_be_lost(lambda: holding.skip(reason="no", **self.key(hold)))

    @rule(hold=holds)
    def unskip(self, hold: Hold) -> None:
        self._may_be_lost(lambda: holding.unskip(**self.key(hold)))

    @rule(hold=holds)
    def put_aside(self, hold: Hold) -> None:
        self._may_be_lost(lambda: holding.put_aside(**self.key(hold)))

    @rule(hold=holds)
    def flag(self, hold: Hold) -> None:
        self._may_be_lost(lambda: holding.flag(reason="odd", **self.key(hold)))

    @rule(hold=holds)
    def draft(self, hold: Hold) -> None:
        self.numbers += 1
        text = Opinion(text=f"draft {self.numbers}")
        before = Hold.objects.get(pk=hold.pk)
        try:
            kept = holding.save_draft(number=self.numbers, opinion=text, **self.key(hold))
        except NotYours:
            assert before.token != hold.token or before.state == HoldState.SUBMITTED
            return
        assert kept == self.numbers

    @rule(hold=holds, ruling=RULINGS, behind=st.integers(0, 1))
    def submit(self, hold: Hold, ruling: Ruling, behind: int) -> None:
        row = Hold.objects.select_related("item").get(pk=hold.pk)
        was = Decision.objects.count()
        try:
            decision = deciding.submit(
                seen_version=row.item.version - behind,
                opinion=Opinion(ruling=ruling),
                seconds=3.0,
                **self.key(hold),
            )
        except (NotYours, Stale, QueueIsClosed):
            assert Decision.objects.count() == was
            return
        assert row.token == hold.token
        assert (decision.item_id, decision.user_id) == (row.item_id, row.user_id)

    @rule(who=PEOPLE, ruling=RULINGS)
    def amend(self, who: int, ruling: Ruling) -> None:
        mine = Decision.objects.filter(user=self.people[who], is_current=True).last()
        if mine is not None:
            self._may_be_lost(
                lambda: deciding.amend(
                    decision=mine,
                    by=self.people[who],
                    opinion=Opinion(ruling=ruling),
                    at=self.now,
                )
            )

    @rule(seconds=st.sampled_from([30, 121, 13 * 3600]))
    def time_goes_by(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def sweep(self) -> None:
        holding.sweep(at=self.now)

    @rule(who=PEOPLE)
    def leave_and_come_back(self, who: int) -> None:
        seating.leave(queue=self.queue, user=self.people[who], at=self.now)
        seating.appoint(queue=self.queue, users=[self.people[who]], at=self.now)

    @rule(text=st.sampled_from(["a", "b"]))
    def edit(self, text: str) -> None:
        services.edit(queue=self.queue, name="Notes", guidance=text, priority=0, due_at=None)

    @rule(position=st.just(3))
    def withdraw(self, position: int) -> None:
        item = QueueItem.objects.get(queue=self.queue, position=position)
        services.withdraw(item=item, why="", at=self.now)

    @rule()
    def pause_or_go_on(self) -> None:
        services.pause(queue=self.queue) or services.reopen(queue=self.queue)

    @invariant()
    def no_item_is_given_out_too_often(self) -> None:
        for item in QueueItem.objects.all():
            states = list(Hold.objects.filter(item=item).values_list("state", flat=True))
            taken = [each for each in states if each in ("held", "aside", "submitted")]
            decided = Decision.objects.filter(item=item, is_current=True).count()
            assert item.n_taken == len(taken) <= item.wanted
            assert item.n_decided == decided == states.count("submitted")

    @invariant()
    def states_follow_from_decisions(self) -> None:
        for item in QueueItem.objects.filter(gold="").exclude(state=ItemState.WITHDRAWN):
            rulings = Decision.objects.filter(item=item, is_current=True)
            found = list(rulings.values_list("ruling", flat=True))
            if len(found) < item.wanted:
                expected = ItemState.OPEN
            else:
                agreed = counting.agreed(found)
                expected = ItemState.DISPUTED if agreed is None else ItemState.DECIDED
            assert item.state == expected

    @invariant()
    def counters_are_right(self) -> None:
        row = Queue.objects.get(pk=self.queue.pk)
        items = QueueItem.objects.filter(queue=row, gold="").exclude(state=ItemState.WITHDRAWN)
        assert row.n_items == items.count()
        assert row.n_wanted == sum(items.values_list("wanted", flat=True))
        assert row.n_decisions == sum(items.values_list("n_decided", flat=True))
        assert row.n_done == items.filter(state=ItemState.DECIDED).count()
        assert row.n_disputed == items.filter(state=ItemState.DISPUTED).count()

    @invariant()
    def seats_are_right(self) -> None:
        for seat in Seat.objects.filter(queue=self.queue):
            mine = Hold.objects.filter(user=seat.user_id, item__gold="")
            assert seat.n_decided == mine.filter(state=HoldState.SUBMITTED).count()

    def _may_be_lost(self, deed: Any) -> None:  # noqa: ANN401  any of the above
        try:
            deed()
        except (NotYours, QueueIsClosed):
            return


@pytest.mark.timeout(600)
@pytest.mark.django_db
def test_whatever_people_do_the_room_stays_right(team: Team) -> None:
    Room.team = team
    machine: Any = Room.TestCase
    machine.settings = settings(
        max_examples=8,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    machine("runTest").runTest()
