"""Keeping current where trajectories stand in lists.

Standings are derived from trajectories, verdicts and runs by one statement, for a few at a time
or for all. Whoever changes one of these calls `refresh` in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

from themis.pipeline.models import Standing
from themis.trajectories import services as trajectories

CHUNK = 500  # trajectories a statement; SQLite takes no more than 32,766 values

WANTED = """
WITH given AS (
    SELECT trajectory_id, critic, outcome, confidence,
        row_number() OVER (
            PARTITION BY trajectory_id ORDER BY closed_at DESC, id DESC
        ) AS of_all,
        row_number() OVER (
            PARTITION BY trajectory_id, critic ORDER BY closed_at DESC, id DESC
        ) AS of_critic
    FROM verdicts_verdict WHERE status = 'given' AND NOT provisional {and_trajectory}
), latest AS (
    SELECT trajectory_id, status, row_number() OVER (
        PARTITION BY trajectory_id ORDER BY
            CASE status WHEN 'running' THEN 0 WHEN 'waiting' THEN 1 ELSE 2 END,
            created_at DESC, id DESC
        ) AS place
    FROM pipeline_run WHERE true {and_trajectory}
), wanted AS (
    SELECT each.id AS trajectory_id, each.team_id, each.platform, each.label, each.created_at,
        '' AS critic, coalesce(given.outcome, '') AS outcome,
        coalesce(given.critic, '') AS judged_by, given.confidence,
        coalesce(latest.status, '') AS status
    FROM trajectories_trajectory AS each
    LEFT JOIN given ON given.trajectory_id = each.id AND given.of_all = 1
    LEFT JOIN latest ON latest.trajectory_id = each.id AND latest.place = 1
    WHERE true {and_id}
    UNION ALL
    SELECT each.id, each.team_id, each.platform, each.label, each.created_at,
        given.critic, given.outcome, given.critic, given.confidence,
        coalesce(latest.status, '')
    FROM trajectories_trajectory AS each
    JOIN given ON given.trajectory_id = each.id AND given.of_critic = 1
    LEFT JOIN latest ON latest.trajectory_id = each.id AND latest.place = 1
    WHERE true {and_id}
)
"""
SHELVES = """
INSERT INTO pipeline_shelf (team_id, critic, platform, label, outcome, status)
SELECT DISTINCT team_id, critic, platform, label, outcome, status FROM wanted WHERE true
ON CONFLICT DO NOTHING
"""
STANDINGS = """
INSERT INTO pipeline_standing
    (trajectory_id, critic, shelf_id, created_at, judged_by, confidence)
SELECT wanted.trajectory_id, wanted.critic, shelf.id, wanted.created_at, judged_by, confidence
FROM wanted JOIN pipeline_shelf AS shelf
    ON shelf.team_id = wanted.team_id AND shelf.critic = wanted.critic
    AND shelf.platform = wanted.platform AND shelf.label = wanted.label
    AND shelf.outcome = wanted.outcome AND shelf.status = wanted.status
"""


_put_off: ContextVar[set[str] | None] = ContextVar("put_off", default=None)


@contextmanager
def once() -> Iterator[None]:
    """A transaction at whose end all that changed in it is written down anew, each one once."""
    with transaction.atomic():
        changed: set[str] = set()
        outer = _put_off.set(changed)
        try:
            yield
        finally:
            _put_off.reset(outer)
        refresh(sorted(changed))


def refresh(trajectory_ids: Sequence[str]) -> None:
    """Write down anew where these stand; within the transaction that changed it."""
    put_off = _put_off.get()
    if put_off is not None:
        put_off.update(trajectory_ids)
        return
    for at in range(0, len(trajectory_ids), CHUNK):
        _refresh(trajectory_ids[at : at + CHUNK])


@transaction.atomic
def rebuild() -> int:
    """Write down anew where every trajectory stands; how many standings there are now."""
    if connection.vendor == "postgresql":  # a plan made without figures takes minutes
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE trajectories_trajectory, verdicts_verdict, pipeline_run")
    Standing.objects.all().delete()
    _derive("", "", [])
    return Standing.objects.count()


@transaction.atomic
def _refresh(ids: Sequence[str]) -> None:
    # Another transaction may be changing the same: the second one sees what the first one did.
    trajectories.hold(ids)
    marks = ", ".join(["%s"] * len(ids))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM pipeline_standing WHERE trajectory_id IN ({marks})", list(ids))  # noqa: S608  marks only
    _derive(f"AND trajectory_id IN ({marks})", f"AND each.id IN ({marks})", list(ids))


def _derive(and_trajectory: str, and_id: str, ids: list[str]) -> None:
    wanted = WANTED.format(and_trajectory=and_trajectory, and_id=and_id)
    with connection.cursor() as cursor:
        cursor.execute(wanted + SHELVES, ids * 4)
        cursor.execute(wanted + STANDINGS, ids * 4)
