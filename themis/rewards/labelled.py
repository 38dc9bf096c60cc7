"""What judges said of the team's labelled runs: the newest final verdict of each on each.

Rows stream: of a run only its task, platform and label are held, never a payload or a chain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from django.db.models import Avg, Count, F, Max, Q, QuerySet

from themis.accounts.models import Team
from themis.critic.trust.table import Row
from themis.domain import trajectory as domain
from themis.domain.jsontypes import Json
from themis.rewards.judges import COLUMNS, Judge, said, task_of
from themis.trajectories.models import Label, Trajectory
from themis.verdicts.models import Status, Verdict

CHUNK = 2_000  # rows at a time
MOST_JUDGES = 32  # of one table; those heard last
KNOWN = (Label.PASSED, Label.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A judge with verdicts on labelled runs."""

    judge: Judge
    n_labels: int  # runs
    last: datetime
    since: int = 0  # runs that it judged after it was measured


def verdicts_of(team: Team, until: datetime | None = None) -> QuerySet[Verdict]:
    """Final verdicts on labelled runs, as they stood at a time; unordered."""
    found = Verdict.objects.filter(
        trajectory__team=team,
        trajectory__label__in=KNOWN,
        status=Status.GIVEN,
        provisional=False,
    ).order_by()
    return found if until is None else found.filter(closed_at__lte=until)


def heard(
    team: Team, critic: str = "", *, measured: dict[Judge, datetime] | None = None
) -> list[Heard]:
    """The judges with verdicts on labelled runs, those with most labels first; one query."""
    later = Q(pk__in=[])
    for judge, at in (measured or {}).items():
        later |= judge.is_it & Q(closed_at__gt=at)
    found = verdicts_of(team)
    if critic:
        found = found.filter(critic=critic)
    rows = (
        found.values_list(*COLUMNS)
        .annotate(
            n=Count("trajectory", distinct=True),
            last=Max("closed_at"),
            since=Count("trajectory", distinct=True, filter=later),
        )
        .order_by("-last")[:MOST_JUDGES]
    )
    each = [
        Heard(judge=Judge(*columns), n_labels=n, last=last, since=since)
        for *columns, n, last, since in rows
    ]
    return sorted(each, key=lambda one: (-one.n_labels, one.judge))


def cost(team: Team, judge: Judge) -> dict[str, Json]:
    """What a verdict of a judge on labelled runs costs on average; None where no price is known."""
    found = verdicts_of(team).filter(judge.is_it)
    return dict(
        found.aggregate(
            calls=Avg("calls"),
            tokens=Avg(F("prompt_tokens") + F("completion_tokens")),
            seconds=Avg("seconds"),
            price=Avg("price"),
        )
    )


def rows(team: Team, judges: Sequence[Judge], until: datetime | None = None) -> Iterator[Row]:
    """A row for each labelled run that one of the judges judged; two queries."""
    wanted = Q(pk__in=[])
    for judge in judges:
        wanted |= judge.is_it
    runs = _runs(team)
    found = (
        verdicts_of(team, until)
        .filter(wanted)
        .order_by("trajectory_id", "-closed_at", "-pk")
        .values_list("trajectory_id", *COLUMNS, "outcome", "confidence")
    )
    for pk, each in groupby(found.iterator(chunk_size=CHUNK), key=itemgetter(0)):
        newest: dict[Judge, tuple[str, float]] = {}
        for _, *columns, outcome, confidence in each:
            newest.setdefault(Judge(*columns), (outcome, confidence or 0.0))
        if pk in runs:  # it was labelled before the verdicts were asked for
            task, platform, label = runs[pk]
            yield Row(
                id=pk,
                task=task,
                platform=domain.Platform(platform),
                label=domain.Label(label),
                said={judge.name: said(*one) for judge, one in newest.items()},
            )


def _runs(team: Team) -> dict[str, tuple[str, str, str]]:
    found = Trajectory.objects.filter(team=team, label__in=KNOWN).order_by()
    columns = found.values_list("pk", "instruction", "platform", "label")
    return {
        pk: (task_of(instruction), platform, label)
        for pk, instruction, platform, label in columns.iterator(chunk_size=CHUNK)
    }
