"""Pages of trajectories, narrowed and in order, however many there are.

Every filter but the text is a choice of shelves, and each shelf is kept in order: a page is
merged from the beginnings of a few hundred at most. Nothing is counted beyond COUNTED.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from themis.accounts.models import Team
from themis.domain.cursors import Cursor
from themis.pipeline import finding
from themis.pipeline.finding import Hit
from themis.pipeline.models import Run, Shelf, Status
from themis.trajectories.models import Trajectory

JUDGING = "judging"
BROKEN = "broken"
UNJUDGED = "unjudged"
ACTIVE = (Status.WAITING, Status.RUNNING)
COUNTED = 10_000
PER_PAGE = 50


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

    @property
    def words(self) -> list[str]:
        """What each instruction or source must hold, in any order."""
        return self.text.split()


EVERYTHING = Filters()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A trajectory, its newest verdict, and the run that is active, else the newest."""

    trajectory: Trajectory
    outcome: str | None
    confidence: float | None
    judged_by: str | None
    run_status: str | None
    run_cause: str

    @property
    def pk(self) -> str:
        """The trajectory's id."""
        return self.trajectory.pk


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some rows, the newest first, and where the next pages begin; None where there is none.

    `total` counts what fits, up to COUNTED; None where that is more, or was not counted.
    """

    rows: list[Listed]
    newer: Cursor | None
    older: Cursor | None
    total: int | None
    is_many: bool = False  # more than COUNTED
    is_near: bool = False  # of the words, only those among the newest rows were looked for


def page(team: Team, filters: Filters, *, at: Cursor | None = None, size: int = PER_PAGE) -> Page:
    """The page that begins at a cursor, or the first."""
    shelves = {shelf.pk: shelf for shelf in shelves_of(team, filters)}
    asked = finding.Asked(
        team_id=team.pk,
        critic=filters.critic,
        shelves=tuple(shelves),
        words=tuple(filters.words),
        is_narrowed=bool(filters.platform or filters.outcome or filters.critic or filters.label),
    )
    counted = finding.count(asked, COUNTED + 1)
    hits = finding.find(asked, at, size + 1, is_small=counted <= COUNTED)
    is_more = len(hits) > size
    hits = hits[:size]
    if at is not None and at.is_back:
        if not is_more:  # the first page is a whole one
            return page(team, filters, size=size)
        hits.reverse()
        newer, older = True, True
    else:
        newer, older = at is not None, is_more
    total = _total(filters, counted, len(hits), is_one=not (newer or older))
    return Page(
        rows=_listed(hits, shelves),
        newer=hits[0].cursor(is_back=True) if newer and hits else None,
        older=hits[-1].cursor(is_back=False) if older else None,
        total=total,
        is_many=not filters.words and counted > COUNTED,
        is_near=counted > COUNTED and finding.is_near_only(asked),
    )


def _total(filters: Filters, counted: int, n_hits: int, *, is_one: bool) -> int | None:
    if filters.words:
        return n_hits if is_one else None
    return counted if counted <= COUNTED else None


def shelves_of(team: Team, filters: Filters) -> QuerySet[Shelf]:
    """The shelves that a filter chooses, whatever its words."""
    found = Shelf.objects.filter(team=team, critic=filters.critic)
    if filters.platform:
        found = found.filter(platform=filters.platform)
    if filters.label:
        found = found.filter(label="" if filters.label == "none" else filters.label)
    if filters.outcome:
        found = found.filter(_of_outcome(filters.outcome))
    return found


def _of_outcome(outcome: str) -> Q:
    if outcome == JUDGING:
        return Q(status__in=ACTIVE)
    if outcome == BROKEN:
        return Q(status=Status.BROKEN)
    return Q(outcome="" if outcome == UNJUDGED else outcome)


def _listed(hits: list[Hit], shelves: dict[int, Shelf]) -> list[Listed]:
    ids = [hit.pk for hit in hits]
    rows = Trajectory.objects.filter(pk__in=ids).defer("payload", "warnings").in_bulk()
    broken = [hit.pk for hit in hits if shelves[hit.shelf].status == Status.BROKEN]
    causes = _causes(broken) if broken else {}
    return [
        Listed(
            trajectory=rows[hit.pk],
            outcome=shelves[hit.shelf].outcome or None,
            confidence=hit.confidence,
            judged_by=hit.judged_by or None,
            run_status=shelves[hit.shelf].status or None,
            run_cause=causes.get(hit.pk, ""),
        )
        for hit in hits
        if hit.pk in rows
    ]


def _causes(ids: list[str]) -> dict[str, str]:
    runs = Run.objects.filter(trajectory__in=ids, status=Status.BROKEN).order_by("created_at", "pk")
    return dict(runs.values_list("trajectory", "cause"))
