"""The table that a measurement was made on, run by run."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import TypeAlias

from themis.critic.trust import reading
from themis.critic.trust.combine import Rule
from themis.critic.trust.table import HALF, Row, Table
from themis.domain.trajectory import Platform
from themis.domain.verdict import Outcome
from themis.rewards import labelled
from themis.rewards.judges import Judge, judge_of
from themis.rewards.models import Brought, Measurement

NOT_PASSED = "not-passed"  # several together do not tell a failure from silence
Picks: TypeAlias = Callable[[Row], bool]


def table_of(row: Measurement) -> Table:
    """The whole of it, as it stood then, on the platform that was measured."""
    table = _brought_or_none(row)
    if table is None:
        names = names_of(row)
        held = tuple(labelled.rows(row.team, _judges(row), until=row.measured_at))
        table = Table(judges=names, rows=held, least=HALF).judged_by(names)
    return table.on(Platform(row.platform)) if row.platform else table


def brought(table: Brought) -> Table:
    """What was brought in."""
    return reading.parse(table.content, at=table.name)


def runs(row: Measurement, fits: Picks, limit: int) -> list[Row]:
    """The first runs behind a figure; no more are read than it takes to find them."""
    table = _brought_or_none(row)
    rows = iter(table.rows) if table else labelled.rows(row.team, _judges(row), row.measured_at)
    names = names_of(row)
    judged = (each for each in rows if all(name in each.said for name in names))
    on_it = (each for each in judged if not row.platform or each.platform == row.platform)
    return list(islice(filter(fits, on_it), limit))


def cell(row: Measurement, said: str, label: str) -> Picks:
    """Runs with a label of which one thing was said; several together pass or do not."""
    names = names_of(row)
    rule = Rule(name=row.name, judges=names, quorum=int(row.report.get("quorum") or 1))

    def fits(each: Row) -> bool:
        if each.label != label:
            return False
        if said == NOT_PASSED:
            return not rule.accepts(each)
        if len(names) > 1:
            return said == Outcome.PASSED and rule.accepts(each)
        return each.outcome(names[0]) == said

    return fits


def span(row: Measurement, low: float, high: float) -> Picks:
    """Runs whose score lies between two, both included."""
    (name, *_) = names_of(row)

    def fits(each: Row) -> bool:
        score = each.score(name)
        return score is not None and low <= score <= high

    return fits


def names_of(row: Measurement) -> tuple[str, ...]:
    """What the table calls those that were measured."""
    return tuple(str(each) for each in row.report["judges"])


def _brought_or_none(row: Measurement) -> Table | None:
    return brought(row.brought) if row.brought is not None else None


def _judges(row: Measurement) -> list[Judge]:
    if row.critic:
        return [judge_of(row)]
    return [Judge(*columns) for columns in row.measuring.together] if row.measuring else []
