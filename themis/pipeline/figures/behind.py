"""The runs behind a count: the very rows that were counted, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from themis.accounts.models import Team
from themis.pipeline.figures.asked import Asked, Pick
from themis.pipeline.figures.facts import chosen, facts
from themis.trajectories.models import Trajectory
from themis.verdicts.models import CHAIN, Verdict

PER_PAGE = 50
COUNT = "SELECT count(*) FROM facts WHERE {conditions}"
ROWS = """
SELECT trajectory_id, id, truth, ruling IS NOT NULL FROM facts WHERE {conditions}
ORDER BY closed_at DESC, id DESC LIMIT %(limit)s OFFSET %(offset)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """A run, the verdict that was counted, and what people say; by a ruling or by a label."""

    trajectory: Trajectory
    verdict: Verdict
    truth: str
    is_ruled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """Some of the runs, those judged last first, and how many there are."""

    rows: list[Behind]
    total: int
    page: int

    @property
    def n_pages(self) -> int:
        """At least one."""
        return max(1, -(-self.total // PER_PAGE))

    @property
    def before(self) -> int:
        """The number of the page before."""
        return self.page - 1

    @property
    def after(self) -> int:
        """The number of the page after."""
        return self.page + 1


def runs(team: Team, asked: Asked, pick: Pick, page: int = 1) -> Runs:
    """A page of them; the last one where there are not so many."""
    beginning, values = facts(team, asked)
    conditions, more = chosen(pick)
    values |= more
    with connection.cursor() as cursor:
        cursor.execute(beginning + COUNT.format(conditions=conditions), values)
        total = int(cursor.fetchone()[0])
        page = min(max(page, 1), max(1, -(-total // PER_PAGE)))
        values |= {"limit": PER_PAGE, "offset": (page - 1) * PER_PAGE}
        cursor.execute(beginning + ROWS.format(conditions=conditions), values)
        found = cursor.fetchall()
    return Runs(rows=_behind(found), total=total, page=page)


def _behind(found: list[tuple[str, int, str, bool]]) -> list[Behind]:
    runs_ = Trajectory.objects.defer("payload", "warnings").in_bulk([each[0] for each in found])
    verdicts = Verdict.objects.defer(*CHAIN).in_bulk([each[1] for each in found])
    return [
        Behind(trajectory=runs_[run], verdict=verdicts[verdict], truth=truth, is_ruled=bool(ruled))
        for run, verdict, truth, ruled in found
        if run in runs_ and verdict in verdicts
    ]
