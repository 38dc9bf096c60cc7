"""Reads that join the stages: trajectories with where they stand in the court."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Case, Count, Q, When

from themis.accounts.models import Team
from themis.domain.cursors import Cursor
from themis.pipeline import listing
from themis.pipeline.listing import ACTIVE, EVERYTHING, Filters, Listed
from themis.pipeline.models import Run, Shelf, Standing, Status
from themis.trajectories.models import Trajectory
from themis.verdicts.models import CHAIN, Verdict
from themis.verdicts.models import Status as VerdictStatus

QUEUE_COUNTED = 1_000
AT_WORK_FIRST = Case(
    When(status=Status.RUNNING, then=0), When(status=Status.WAITING, then=1), default=2
)


def cases(team: Team, filters: Filters = EVERYTHING, *, at: Cursor | None = None) -> list[Listed]:
    """A page of a team's trajectories, the newest first, each with where it stands."""
    return listing.page(team, filters, at=at).rows


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
    """Names of the critics that have given a verdict on anything of a team, for a filter."""
    shelves = Shelf.objects.filter(team=team).exclude(critic="")
    return sorted(set(shelves.values_list("critic", flat=True).distinct()))


def judged_lately(team: Team, limit: int = 8) -> list[Verdict]:
    """The verdicts given last."""
    return list(
        Verdict.objects.filter(trajectory__team=team, status=VerdictStatus.GIVEN, provisional=False)
        .select_related("trajectory")
        .defer("trajectory__payload", *CHAIN)
        .order_by("-closed_at", "-pk")[:limit]
    )


def queue(team: Team, limit: int = 8) -> tuple[list[Run], int]:
    """Runs at work, then those that wait, the oldest first; and how many, up to QUEUE_COUNTED."""
    active = Run.objects.filter(trajectory__team=team, status__in=ACTIVE)
    rows = active.select_related("trajectory", "verdict").defer(
        "trajectory__payload", "verdict__finding"
    )
    # By status, because each is an index in order.
    shown: list[Run] = []
    for status in (Status.RUNNING, Status.WAITING):
        left = limit - len(shown)
        shown += rows.filter(status=status).order_by("created_at")[:left] if left else []
    return shown, active[:QUEUE_COUNTED].count()


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
    """One tally a platform, the largest first.

    Counting a million takes a while: of so many, the count is kept ten times as long as it took.
    """
    name = f"tallies-{team.pk}"
    kept: list[Tally] | None = cache.get(name)
    if kept is not None:
        return kept
    started = time.monotonic()
    counted = _counted(team)
    took = time.monotonic() - started
    if sum(tally.total for tally in counted) > listing.COUNTED:
        cache.set(name, counted, timeout=10 * took)
    return counted


def _counted(team: Team) -> list[Tally]:
    shelves = Shelf.objects.filter(team=team, critic="")
    counted = dict(
        Standing.objects.filter(shelf__in=[shelf.pk for shelf in shelves])
        .values_list("shelf")
        .annotate(Count("pk"))
    )
    kept: dict[str, Counter[str]] = defaultdict(Counter)
    for shelf in shelves:
        kept[shelf.platform][shelf.outcome] += counted.get(shelf.pk, 0)
    found = [
        Tally(
            platform=platform,
            total=outcomes.total(),
            passed=outcomes["passed"],
            failed=outcomes["failed"],
            undecided=outcomes["undecided"],
        )
        for platform, outcomes in kept.items()
        if outcomes.total()
    ]
    return sorted(found, key=lambda tally: (-tally.total, tally.platform))
