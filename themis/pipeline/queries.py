"""Reads that join the stages: trajectories with where they stand in the court."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, When

from themis.accounts.models import Team
from themis.pipeline.models import Run, Status
from themis.trajectories import queries as trajectories
from themis.trajectories.models import Trajectory
from themis.verdicts.models import CHAIN, Verdict
from themis.verdicts.models import Status as VerdictStatus

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

JUDGING = "judging"
BROKEN = "broken"
UNJUDGED = "unjudged"
ACTIVE = (Status.WAITING, Status.RUNNING)
AT_WORK_FIRST = Case(
    When(status=Status.RUNNING, then=0), When(status=Status.WAITING, then=1), default=2
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list of trajectories is narrowed to; empty means everything.

    `outcome` is an outcome, or "judging", "broken" or "unjudged". With `critic`, outcome is that
    critic's newest verdict; without, the newest of all.
    """

    platform: str = ""
    outcome: str = ""
    critic: str = ""
    label: str = ""  # passed, failed, none
    text: str = ""


class Standings(TypedDict):
    """What `cases` adds to each trajectory."""

    outcome: str | None
    confidence: float | None
    judged_by: str | None
    run_status: str | None
    run_cause: str | None


def cases(
    team: Team, filters: Filters = Filters()
) -> QuerySet[WithAnnotations[Trajectory, Standings]]:
    """A team's trajectories, the newest first.

    Each carries `outcome`, `confidence` and `judged_by` of its newest verdict (None without one)
    and `run_status` and `run_cause` of the run that is active, else of the newest.
    """
    found = _annotated(trajectories.of_team(team), filters.critic)
    if filters.platform:
        found = found.filter(platform=filters.platform)
    if filters.label:
        found = found.filter(label="" if filters.label == "none" else filters.label)
    if filters.critic:
        found = found.filter(judged_by=filters.critic)
    for word in filters.text.split():
        found = found.filter(
            Q(instruction__icontains=word) | Q(source__icontains=word) | Q(pk__iexact=word)
        )
    return _with_outcome(found, filters.outcome)


def newest_run(trajectory: Trajectory, critic: str = "") -> Run | None:
    """The run that was asked for last, for any critic or for one.

    A run for the default critic counts for the critic that its verdict names. Once
    the trajectory has ended, runs with a provisional verdict no longer count.
    """
    runs = Run.objects.filter(trajectory=trajectory)
    if not trajectory.is_open:
        runs = runs.exclude(verdict__provisional=True, status__in=[Status.DONE, Status.BROKEN])
    if critic:
        runs = runs.filter(Q(verdict__critic=critic) | Q(verdict=None, critic=critic))
    return runs.order_by("-created_at", "-pk").first()


def current_run(trajectory: Trajectory) -> Run | None:
    """What is still to come of a trajectory, which matters more; else what came last."""
    runs = Run.objects.filter(trajectory=trajectory).select_related("verdict")
    active = runs.filter(status__in=ACTIVE).order_by(AT_WORK_FIRST, "-created_at")
    return active.first() or newest_run(trajectory)


def runs_ahead(run: Run | None) -> int:
    """How many wait before a waiting run; workers take the oldest first, of whichever team."""
    if run is None or run.status != Status.WAITING:
        return 0
    return Run.objects.filter(status=Status.WAITING, created_at__lt=run.created_at).count()


def critics_heard(team: Team) -> list[str]:
    """Names of the critics that have judged anything of a team, for a filter."""
    names = Verdict.objects.filter(trajectory__team=team).values_list("critic", flat=True)
    return sorted(set(names.order_by().distinct()))


def judged_lately(team: Team, limit: int = 8) -> list[Verdict]:
    """The verdicts given last."""
    return list(
        Verdict.objects.filter(trajectory__team=team, status=VerdictStatus.GIVEN, provisional=False)
        .select_related("trajectory")
        .defer("trajectory__payload", *CHAIN)
        .order_by("-closed_at", "-pk")[:limit]
    )


def queue(team: Team, limit: int = 8) -> tuple[list[Run], int]:
    """Runs at work, then those that wait, the oldest first; and how many there are altogether."""
    active = Run.objects.filter(trajectory__team=team, status__in=ACTIVE)
    rows = active.select_related("trajectory", "verdict").defer(
        "trajectory__payload", "verdict__finding"
    )
    return list(rows.order_by(AT_WORK_FIRST, "created_at")[:limit]), active.count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How a platform's trajectories came out, by their newest verdict."""

    platform: str
    total: int
    passed: int
    failed: int
    undecided: int

    @property
    def pass_rate(self) -> float | None:
        """Passed among decided, 0 to 1; None if none was decided."""
        decided = self.passed + self.failed
        return self.passed / decided if decided else None


def tallies(team: Team) -> list[Tally]:
    """One tally a platform, the largest first."""
    counted = (
        _annotated(trajectories.of_team(team), "")
        .order_by()
        .values("platform")
        .annotate(
            total=Count("pk"),
            passed=Count("pk", filter=Q(outcome="passed")),
            failed=Count("pk", filter=Q(outcome="failed")),
            undecided=Count("pk", filter=Q(outcome="undecided")),
        )
        .order_by("-total")
    )
    return [Tally(**row) for row in counted]


def _annotated(
    found: QuerySet[Trajectory], critic: str
) -> QuerySet[WithAnnotations[Trajectory, Standings]]:
    given = Verdict.objects.filter(
        trajectory=OuterRef("pk"), status=VerdictStatus.GIVEN, provisional=False
    )
    if critic:
        given = given.filter(critic=critic)
    newest = given.order_by("-closed_at", "-pk")
    runs = Run.objects.filter(trajectory=OuterRef("pk")).order_by(
        AT_WORK_FIRST, "-created_at", "-pk"
    )
    return found.annotate(
        outcome=Subquery(newest.values("outcome")[:1]),
        confidence=Subquery(newest.values("confidence")[:1]),
        judged_by=Subquery(newest.values("critic")[:1]),
        run_status=Subquery(runs.values("status")[:1]),
        run_cause=Subquery(runs.values("cause")[:1]),
    )


def _with_outcome(
    found: QuerySet[WithAnnotations[Trajectory, Standings]], outcome: str
) -> QuerySet[WithAnnotations[Trajectory, Standings]]:
    if outcome == JUDGING:
        return found.filter(run_status__in=ACTIVE)
    if outcome == BROKEN:
        return found.filter(run_status=Status.BROKEN)
    if outcome == UNJUDGED:
        return found.filter(outcome=None)
    return found.filter(outcome=outcome) if outcome else found
