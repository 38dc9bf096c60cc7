"""People and queues to test with, made as rows: who holds what, who decided what."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F

from tests import stories
from themis.accounts.models import Membership, Role, Team, User
from themis.domain import wire
from themis.domain.action import Box
from themis.domain.evidence import Region
from themis.domain.opinion import Answer, Opinion, Quote, Ruling
from themis.reviews.models import Decision, Hold, HoldState, ItemState, Queue, QueueItem, Seat
from themis.trajectories.models import Trajectory
from themis.verdicts.models import Verdict


def person(team: Team, name: str, role: Role = Role.ANNOTATOR) -> User:
    """Somebody of the team; without a password, for hashing one takes longer than a test."""
    user = User.objects.create(username=name)
    Membership.objects.create(user=user, team=team, role=role)
    return user


def queue(team: Team, *, blind: bool = True, reviewers: int = 2, name: str = "Audit") -> Queue:
    """An open queue without items."""
    return Queue.objects.create(
        team=team,
        name=name,
        state="open",
        is_blind=blind,
        reviewers=reviewers,
        created_at=stories.NOW,
    )


def item(where: Queue, trajectory: Trajectory, *, verdict: Verdict | None = None) -> QueueItem:
    """A run in a queue."""
    row = QueueItem.objects.create(
        queue=where,
        trajectory=trajectory,
        position=where.items.count(),
        wanted=where.reviewers,
        verdict=verdict,
    )
    _count(where, n_items=1, n_wanted=where.reviewers)
    return row


def seated(where: Queue, user: User) -> Seat:
    """Somebody takes part in a queue."""
    return Seat.objects.get_or_create(queue=where, user=user, defaults={"joined_at": stories.NOW})[
        0
    ]


def held(of: QueueItem, user: User, state: HoldState = HoldState.HELD) -> Hold:
    """Somebody has an item before them."""
    seated(of.queue, user)
    QueueItem.objects.filter(pk=of.pk).update(n_taken=of.n_taken + 1)
    of.refresh_from_db()
    return Hold.objects.create(
        item=of,
        user=user,
        state=state,
        taken_at=stories.NOW,
        expires_at=stories.NOW + timedelta(days=10_000),
    )


def opinion(ruling: Ruling = Ruling.PASSED, text: str = "It is there.") -> Opinion:
    """What somebody says of the run of `stories`, with all that can be said."""
    return Opinion(
        ruling=ruling,
        confidence=0.75,
        text=text,
        failing_step=1 if ruling is Ruling.FAILED else None,
        own_class="late click" if ruling is Ruling.FAILED else "",
        answers=(
            Answer(
                milestone="m1",
                achieved=ruling is Ruling.PASSED,
                regions=(Region(screen=2, box=Box(x=4, y=4, width=20, height=10)),),
                quotes=(Quote(text="Thought 1", step=1),),
                note="Seen in the list",
            ),
            Answer(milestone="own-1", achieved=True, goal="The title is right", step=0),
        ),
        regions=(Region(screen=1, box=Box(x=8, y=8, width=30, height=20)),),
    )


def decided(of: QueueItem, user: User, said: Opinion | None = None) -> Decision:
    """Somebody has decided on an item; its state follows once all have."""
    said = said or opinion()
    assert said.ruling is not None
    held(of, user, HoldState.SUBMITTED)
    decision = Decision.objects.create(
        item=of,
        user=user,
        ruling=said.ruling.value,
        confidence=said.confidence,
        own_class=said.own_class,
        failing_step=said.failing_step,
        payload=wire.dump(said),
        verdict=of.verdict,
        seen_version=of.version,
        seconds=42.0,
        at=stories.NOW,
    )
    of.n_decided += 1
    _count(of.queue, n_decisions=1)
    if of.n_decided == of.wanted:
        rulings = set(of.decisions.values_list("ruling", flat=True))
        of.state = ItemState.DECIDED if len(rulings) == 1 else ItemState.DISPUTED
        of.ruling = rulings.pop() if of.state == ItemState.DECIDED else ""
        is_done = of.state == ItemState.DECIDED
        _count(of.queue, n_done=int(is_done), n_disputed=int(not is_done))
    of.save()
    return decision


def disputed(where: Queue, trajectory: Trajectory, one: User, other: User) -> QueueItem:
    """An item on which two people disagree."""
    row = item(where, trajectory)
    decided(row, one, opinion(Ruling.PASSED))
    decided(row, other, opinion(Ruling.FAILED, "Nothing was saved."))
    row.refresh_from_db()
    return row


def _count(where: Queue, **by: int) -> None:
    """As other handles on the same queue see it, too."""
    Queue.objects.filter(pk=where.pk).update(**{name: F(name) + n for name, n in by.items()})
    where.refresh_from_db()
