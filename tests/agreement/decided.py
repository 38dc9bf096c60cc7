"""Queues whose items people decided on, written as rows: what agreement is counted of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tests import stories
from tests.rewards import labels
from tests.rewards.labels import JUDGE, Told
from themis.accounts import services as accounts
from themis.accounts.models import Role, Team, User
from themis.domain.verdict import Outcome
from themis.reviews.models import Decision, ItemState, Queue, QueueItem, QueueState
from themis.rewards.judges import Judge
from themis.verdicts.models import Verdict


@dataclass(frozen=True, kw_only=True)
class Decided:
    """One item: who ruled what, how it ended, what a critic said, where and when."""

    said: Mapping[str, str] = field(default_factory=dict)  # username -> ruling
    final: str = ""  # in the end; empty: still open
    settled_by: str = ""  # the adjudicator who settled it
    gold: str = ""
    critics: Mapping[Judge, str] = field(default_factory=dict)
    task: str = ""
    platform: str = "web"
    at: datetime = stories.NOW


def people(team: Team, *names: str, role: Role = Role.ANNOTATOR) -> dict[str, User]:
    """Reviewers of the team, by name."""
    return {
        name: accounts.enrol(username=name, password=f"{name}-pass", team=team, role=role)
        for name in names
    }


def queue(team: Team, *, name: str = "Nightly runs", is_blind: bool = True) -> Queue:
    """An open queue without items."""
    return Queue.objects.create(
        team=team,
        name=name,
        is_blind=is_blind,
        reviewers=2,
        state=QueueState.OPEN,
        created_at=stories.NOW,
    )


def decide(
    queue: Queue, reviewers: Mapping[str, User], *items: Decided, first: int = 0
) -> list[QueueItem]:
    """Items of a queue with what was said of them; the queue counts decisions as services do."""
    team = queue.team
    told = [
        Told(
            label="",
            outcome=Outcome.PASSED,
            task=each.task or f"{queue.pk}: item {first + number}",
            platform=each.platform,
        )
        for number, each in enumerate(items)
    ]
    made = []
    for number, (run, each) in enumerate(zip(labels.runs(team, told), items, strict=True)):
        item = QueueItem.objects.create(
            queue=queue,
            trajectory=run,
            position=first + number,
            wanted=max(2, len(each.said)),
            n_taken=len(each.said),
            n_decided=len(each.said),
            state=_state(each),
            ruling=each.final,
            gold=each.gold,
        )
        for who, ruling in each.said.items():
            says(item, reviewers[who], ruling, at=each.at)
        if each.settled_by:
            says(item, reviewers[each.settled_by], each.final, at=each.at, is_final=True)
        Verdict.objects.bulk_create(
            labels.verdict(run, Outcome(outcome), judge=judge, at=each.at)
            for judge, outcome in each.critics.items()
        )
        made.append(item)
    queue.n_decisions += sum(len(each.said) for each in items)
    queue.n_items += len(items)
    queue.save()
    return made


def says(item: QueueItem, user: User, ruling: str, *, at: datetime, is_final: bool = False) -> None:
    """A current decision; one that the same person took before is no longer current."""
    Decision.objects.filter(item=item, user=user, is_final=is_final).update(is_current=False)
    Decision.objects.create(
        item=item,
        user=user,
        ruling=ruling,
        is_final=is_final,
        payload={},
        seen_version=1,
        at=at,
    )


def _state(each: Decided) -> ItemState:
    if each.settled_by:
        return ItemState.RESOLVED
    return ItemState.DECIDED if each.final else ItemState.OPEN


__all__ = ["JUDGE", "Decided", "decide", "people", "queue", "says"]
