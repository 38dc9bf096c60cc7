"""Ten runs, two judges, three rulings, and what has to come out of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tests import stories
from tests.rewards.labels import JUDGE, OTHER, Told, runs, verdict
from themis.accounts.models import Team
from themis.domain.verdict import Outcome
from themis.reviews.models import Decision, ItemState, Queue, QueueItem
from themis.trajectories.models import Trajectory
from themis.verdicts.models import Verdict

P, F, U = Outcome.PASSED, Outcome.FAILED, Outcome.UNDECIDED
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Story:
    """The runs by number, and the queue with the rulings."""

    runs: list[Trajectory]
    queue: Queue


# label, what JUDGE says, how sure it is, what OTHER says ("" nothing)
CAST: list[tuple[str, Outcome, float, str]] = [
    ("passed", P, 0.95, "passed"),  # 0
    ("passed", P, 0.85, "failed"),  # 1
    ("passed", F, 0.70, "passed"),  # 2: too strict; people say it failed
    ("passed", U, 0.50, "passed"),  # 3
    ("failed", P, 0.60, "failed"),  # 4: too lenient
    ("failed", F, 0.90, "failed"),  # 5
    ("failed", F, 0.80, ""),  # 6
    ("failed", F, 0.80, "undecided"),  # 7: people cannot tell
    ("", P, 0.90, ""),  # 8: no label, people say it passed
    ("", F, 0.90, ""),  # 9: nobody said anything
]
RULED = {2: ("failed", "wrong_action", ""), 7: ("unusable", "", ""), 8: ("passed", "", "")}


def told(team: Team) -> Story:
    """The whole of it, stored."""
    rows = runs(team, [Told(label=label, outcome=said) for label, said, *_ in CAST])
    for number, row in enumerate(rows):
        row.platform = "web" if number < 6 else "android"
        row.app = "Shop" if number in {0, 1, 2} else "Notes" if number == 4 else ""
        row.agent = "scripted" if number % 2 else ""
        row.n_steps = (3, 5, 6, 10, 11, 20, 50, 51, 100, 400)[number]
    Trajectory.objects.bulk_update(rows, ["platform", "app", "agent", "n_steps"])
    given = []
    for number, (run, (_, said, confidence, other)) in enumerate(zip(rows, CAST, strict=True)):
        at = stories.NOW + (WEEK if number >= 5 else timedelta())
        given.append(verdict(run, said, confidence, at=at, **_bill(number)))  # type: ignore[arg-type]
        if other:
            earlier = at - timedelta(hours=1)
            given.append(verdict(run, Outcome(other), 0.9, judge=OTHER, at=earlier, calls=0))
    # What was said before, provisionally, or not to the end, does not count.
    given.append(verdict(rows[0], F, 0.9, at=stories.NOW - WEEK, error_class="wrong_action"))
    given.append(verdict(rows[0], F, 0.9, at=stories.NOW + WEEK, provisional=True))
    Verdict.objects.bulk_create(given)
    return Story(runs=rows, queue=_ruled(team, rows))


def _bill(number: int) -> dict[str, object]:
    classes = {2: "task_incomplete", 5: "task_incomplete", 6: "wrong_action", 0: "strict_on_path"}
    priced: dict[str, object] = {"price": 0.02 * number} if number < 5 else {}
    return {"error_class": classes.get(number, ""), **priced}


def _ruled(team: Team, rows: list[Trajectory]) -> Queue:
    queue = Queue.objects.create(team=team, name="Audit", created_at=stories.NOW)
    for position, (number, (ruling, named, own)) in enumerate(RULED.items()):
        settled(queue, rows[number], ruling, position, error_class=named, own_class=own)
    QueueItem.objects.create(queue=queue, trajectory=rows[4], position=9)  # still open
    return queue


def settled(
    queue: Queue,
    run: Trajectory,
    ruling: str,
    position: int = 0,
    *,
    at: datetime = stories.NOW,
    **decision: str,
) -> QueueItem:
    """An item that people have decided."""
    item = QueueItem.objects.create(
        queue=queue, trajectory=run, position=position, ruling=ruling, settled_at=at,
        state=ItemState.DECIDED, n_taken=1, n_decided=1,
    )  # fmt: skip
    Decision.objects.create(item=item, ruling=ruling, payload={}, seen_version=1, at=at, **decision)
    return item


__all__ = ["CAST", "JUDGE", "OTHER", "Story", "settled", "told"]
