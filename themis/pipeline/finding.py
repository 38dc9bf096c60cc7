"""The rows of one page, by shelves and words, in as little time as the database can do it in.

PostgreSQL is told how: it merges shelves only when asked for each one's beginning. Words are
looked for among the newest rows first, where frequent ones fill the page; what is rarer than
that is found by the trigram index. SQLite, which keeps small installations, just sorts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q

from themis.domain.cursors import Cursor
from themis.pipeline.models import Standing

Value = str | int | datetime | list[int]

NEARBY = 5_000  # rows of a team that are looked through before the index is asked
NEARBY_NARROWED = 2_000  # of some shelves
SHORT = 3  # letters; the index knows no shorter words


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the rows have to fit."""

    team_id: int
    critic: str
    shelves: tuple[int, ...]
    words: tuple[str, ...]
    is_narrowed: bool  # by more than the words


@dataclass(frozen=True, slots=True)
class Hit:
    """One row, and its place in the order."""

    pk: str
    at: datetime
    shelf: int
    judged_by: str
    confidence: float | None

    def cursor(self, *, is_back: bool) -> Cursor:
        """Where a page beside this row begins."""
        return Cursor(at=self.at, pk=self.pk, is_back=is_back)


def count(asked: Asked, limit: int) -> int:
    """How many stand on the shelves, whatever the words, up to a limit."""
    return Standing.objects.filter(shelf__in=asked.shelves)[:limit].count()


def find(asked: Asked, at: Cursor | None, limit: int, *, is_small: bool) -> list[Hit]:
    """The first rows beyond a cursor; going back, the nearest first.

    `is_small` says that few enough stand on the shelves to look at all of them.
    """
    if not asked.shelves:
        return []
    if connection.vendor != "postgresql":
        return _sorted(asked, at, limit)
    scope = _Scope.of(asked, at)
    if not asked.words:
        near = OF_SHELVES if asked.is_narrowed else NEWEST
        return scope.hits(near, limit, inner=limit)
    if is_small:
        return scope.hits(ALL_OF_SHELVES, limit)
    if asked.is_narrowed:
        hits = scope.hits(OF_SHELVES_WITH_WORDS, limit, inner=NEARBY_NARROWED)
    else:
        hits = scope.hits(NEWEST, limit, inner=NEARBY)
    if len(hits) < limit and not is_near_only(asked):
        found = HITS_OF_SHELVES if asked.is_narrowed else HITS
        return scope.hits(found, limit, before=INDEXED)
    return hits


def is_near_only(asked: Asked) -> bool:
    """Whether words are so short that no index knows them: with many rows only near ones count."""
    is_short = any(len(word) < SHORT for word in asked.words)
    return is_short and connection.vendor == "postgresql"


def _sorted(asked: Asked, at: Cursor | None, limit: int) -> list[Hit]:
    found = Standing.objects.filter(shelf__in=asked.shelves)
    for word in asked.words:
        found = found.filter(
            Q(trajectory__instruction__icontains=word)
            | Q(trajectory__source__icontains=word)
            | Q(trajectory=word.lower())
        )
    is_back = at is not None and at.is_back
    if at is not None:
        way = "gt" if is_back else "lt"
        beyond = Q(**{f"created_at__{way}": at.at})
        found = found.filter(beyond | Q(created_at=at.at, **{f"trajectory__{way}": at.pk}))
    order = ("created_at", "trajectory_id") if is_back else ("-created_at", "-trajectory_id")
    columns = ("trajectory_id", "created_at", "shelf_id", "judged_by", "confidence")
    return [Hit(*row) for row in found.order_by(*order).values_list(*columns)[:limit]]


# Each finds `near`, the places of the page; what else a row shows is looked up for these alone.
ROWS = """
WITH {before} near AS MATERIALIZED (
    SELECT * FROM ({near}) AS found ORDER BY created_at {way}, trajectory_id {way} LIMIT %(limit)s
)
SELECT near.trajectory_id, near.created_at, shelf_id, judged_by, confidence
FROM near JOIN pipeline_standing AS standing
    ON standing.trajectory_id = near.trajectory_id AND standing.critic = %(critic)s
ORDER BY near.created_at {way}, near.trajectory_id {way}
"""
NEWEST = """
SELECT id AS trajectory_id, created_at FROM (
    SELECT id, created_at, instruction, source FROM trajectories_trajectory
    WHERE team_id = %(team)s {beyond_id}
    ORDER BY created_at {way}, id {way} LIMIT %(inner)s
) AS each WHERE {words}
"""
OF_SHELVES = """
SELECT begun.trajectory_id, begun.created_at
FROM unnest(%(shelves)s::bigint[]) AS shelf(id) CROSS JOIN LATERAL (
    SELECT trajectory_id, created_at FROM pipeline_standing
    WHERE shelf_id = shelf.id {beyond}
    ORDER BY created_at {way}, trajectory_id {way} LIMIT %(inner)s
) AS begun
ORDER BY begun.created_at {way}, begun.trajectory_id {way} LIMIT %(inner)s
"""
OF_SHELVES_WITH_WORDS = """
SELECT begun.trajectory_id, begun.created_at FROM ({of_shelves}) AS begun
JOIN trajectories_trajectory AS each ON each.id = begun.trajectory_id WHERE {words}
"""
ALL_OF_SHELVES = """
SELECT standing.trajectory_id, standing.created_at FROM pipeline_standing AS standing
JOIN trajectories_trajectory AS each ON each.id = standing.trajectory_id
WHERE shelf_id = ANY(%(shelves)s::bigint[]) {beyond_standing} AND {words}
"""
INDEXED = """
hit AS MATERIALIZED (
    SELECT id AS trajectory_id, created_at FROM trajectories_trajectory AS each
    WHERE team_id = %(team)s AND {words}
),
"""
HITS = "SELECT trajectory_id, created_at FROM hit WHERE true {beyond}"
# OFFSET 0 keeps the planner to the order written: hit by hit from the nearest, until there are
# enough. It would read the whole shelves.
HITS_OF_SHELVES = """
SELECT hit.trajectory_id, hit.created_at FROM (
    SELECT * FROM hit WHERE true {beyond}
    ORDER BY created_at {way}, trajectory_id {way} OFFSET 0
) AS hit CROSS JOIN LATERAL (
    SELECT shelf_id FROM pipeline_standing
    WHERE trajectory_id = hit.trajectory_id AND critic = %(critic)s OFFSET 0
) AS standing WHERE shelf_id = ANY(%(shelves)s::bigint[])
"""
WORD = """(
    upper(each.instruction) LIKE upper(%({name})s)
    OR upper(each.source) LIKE upper(%({name})s)
    OR each.id = lower(%({name}_id)s)
)"""


@dataclass(frozen=True, slots=True)
class _Scope:
    """The pieces of a statement that depend on what is asked; every value is a parameter."""

    pieces: dict[str, str]
    values: dict[str, Value]

    @classmethod
    def of(cls, asked: Asked, at: Cursor | None) -> _Scope:
        values: dict[str, Value] = {
            "shelves": list(asked.shelves),
            "team": asked.team_id,
            "critic": asked.critic,
        }
        for number, word in enumerate(asked.words):
            values |= {f"w{number}": f"%{_plain(word)}%", f"w{number}_id": word}
        words = [WORD.format(name=f"w{number}") for number in range(len(asked.words))]
        is_back = at is not None and at.is_back
        sign = ">" if is_back else "<"
        beyond = "AND ({0}created_at, {0}{1}) " + sign + " (%(at)s, %(pk)s)"
        if at is None:
            beyond = ""
        else:
            values |= {"at": at.at, "pk": at.pk}
        pieces = {
            "way": "ASC" if is_back else "DESC",
            "words": " AND ".join(words) or "true",
            "beyond": beyond.format("", "trajectory_id"),
            "beyond_id": beyond.format("", "id"),
            "beyond_standing": beyond.format("standing.", "trajectory_id"),
        }
        pieces["of_shelves"] = OF_SHELVES.format(**pieces)
        return cls(pieces, values)

    def hits(self, near: str, limit: int, *, inner: int = 0, before: str = "") -> list[Hit]:
        """What a statement finds, in order."""
        statement = ROWS.format(
            near=near.format(**self.pieces),
            before=before.format(**self.pieces),
            way=self.pieces["way"],
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, self.values | {"limit": limit, "inner": inner})
            return [Hit(*row) for row in cursor.fetchall()]


def _plain(word: str) -> str:
    """The word as LIKE takes it literally."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
