"""Queues with people in them, to test with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from tests import stories
from themis.accounts.models import Membership, Role, Team, User
from themis.domain.opinion import Opinion, Ruling
from themis.reviews import deciding, holding, models, services
from themis.reviews.models import Decision, Hold, Queue
from themis.reviews.services import Entry, Terms
from themis.trajectories.models import Trajectory

NOW = stories.NOW
MINUTE = timedelta(minutes=1)
PASSED = Opinion(ruling=Ruling.PASSED)
FAILED = Opinion(ruling=Ruling.FAILED)


def person(team: Team, name: str, role: Role = Role.ANNOTATOR) -> User:
    """Somebody of the team; no password, for hashing one takes longer than a test."""
    user, _ = User.objects.get_or_create(username=name)
    Membership.objects.get_or_create(user=user, team=team, defaults={"role": role})
    return user


def people(team: Team, n: int) -> list[User]:
    """So many annotators."""
    return [person(team, f"reviewer-{number}") for number in range(n)]


def runs(team: Team, n: int) -> list[Trajectory]:
    """Runs without pictures, quickly stored."""
    start = Trajectory.objects.count()
    return Trajectory.objects.bulk_create(
        [
            Trajectory(
                id=f"{start + number:012d}",
                team=team,
                digest=f"{start + number:064d}",
                source=f"runs/{start + number}",
                format="themis",
                platform="web",
                instruction=f"Save note {start + number}",
                n_steps=3,
                n_actions=3,
                n_screens=0,
                payload={},
                created_at=NOW + timedelta(seconds=start + number),
            )
            for number in range(n)
        ]
    )


def queue(
    team: Team,
    n: int = 3,
    *,
    wanted: int = 1,
    gold: int = 0,
    named: Sequence[User] = (),
    **terms: object,
) -> Queue:
    """An open queue of runs of its own; `gold` of them are gold, beside those."""
    made = services.create(
        team=team,
        by=None,
        terms=Terms(name="Notes", is_named=bool(named), **terms),  # type: ignore[arg-type]
        made_from={},
        named=named,
        at=NOW,
    )
    entries = [Entry(trajectory_id=run.pk, wanted=wanted) for run in runs(team, n)]
    entries += [Entry(trajectory_id=run.pk, gold=models.Ruling.PASSED) for run in runs(team, gold)]
    services.add(queue=made, entries=entries, made_from={})
    services.finish_filling(queue=made)
    made.refresh_from_db()
    return made


def taken(queue: Queue, user: User, **how: object) -> Hold:
    """The next item, which there must be."""
    hold = holding.take(queue=queue, user=user, **({"at": NOW} | how))  # type: ignore[arg-type]
    assert hold is not None
    return hold


def submitted(hold: Hold, opinion: Opinion = PASSED, **how: object) -> Decision:
    """What is decided on a hold, as the room does it."""
    fields: dict[str, object] = {
        "hold_id": hold.pk,
        "token": hold.token,
        "seen_version": hold.item.version,
        "opinion": opinion,
        "seconds": 12.0,
        "at": NOW,
    }
    return deciding.submit(**(fields | how))  # type: ignore[arg-type]


def key(hold: Hold) -> dict[str, Any]:
    """What the room sends to do something with a hold."""
    return {"hold_id": hold.pk, "token": hold.token, "at": NOW}
