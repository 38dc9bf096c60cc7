"""What a table says of its judges, gathered once; `telling` puts it into words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from themis.critic.trust import noise
from themis.critic.trust.combine import Rule, alone, chain, quorums
from themis.critic.trust.demand import Demand
from themis.critic.trust.evidence import Dependence
from themis.critic.trust.fitting import TooFewLabels, calibrate, cross_validated
from themis.critic.trust.floor import Promise, choose
from themis.critic.trust.metrics import Confusion, Measured, confusion, measure
from themis.critic.trust.reliability import Bin, Scored, bins, brier, calibration_error
from themis.critic.trust.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Sureness:
    """How far scores can be read as probabilities, before and after calibration."""

    bins: list[Bin]
    brier: float | None
    error: float | None
    calibrated: str  # the shape, or why there is none
    brier_after: float | None = None
    error_after: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One judge, or several combined."""

    name: str
    counts: Confusion
    measures: dict[str, Measured]
    promises: list[Promise]
    sureness: Sureness | None = None  # of one judge
    noise: noise.Noise | str | None = None  # of one judge, or why there is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything the table says."""

    table: Table
    sections: list[Section]


def report(
    table: Table,
    judges: Sequence[str],
    floors: Sequence[float],
    alpha: float,
    dependence: Dependence = Dependence.WORST,
) -> Report:
    """Each judge alone, then all of them, fewer of them, any of them."""
    demands = [Demand(floor=floor, alpha=alpha, dependence=dependence) for floor in floors]
    sections = [_judge(table, judge, demands) for judge in judges]
    if len(judges) > 1:
        sections += [_section(table, rule, [rule], demands) for rule in quorums(judges)]
    return Report(table=table, sections=sections)


def _judge(table: Table, judge: str, demands: list[Demand]) -> Section:
    plain = _section(table, alone(judge), chain(table, judge), demands)
    return Section(
        name=judge,
        counts=plain.counts,
        measures=plain.measures,
        promises=plain.promises,
        sureness=_sureness(table, judge),
        noise=_noise(table, judge),
    )


def _section(table: Table, rule: Rule, rules: list[Rule], demands: list[Demand]) -> Section:
    return Section(
        name=rule.name,
        counts=confusion(table, rule),
        measures=measure(table, rule),
        promises=[choose(table, rules or [rule], demand) for demand in demands],
    )


def _sureness(table: Table, judge: str) -> Sureness:
    scored: list[Scored] = [
        (score, row.right) for row in table.rows if (score := row.score(judge)) is not None
    ]
    before = bins(scored), brier(scored), calibration_error(scored)
    try:
        shape = calibrate(table, judge).curve
        after = cross_validated(table, judge)
    except TooFewLabels as error:
        return Sureness(bins=before[0], brier=before[1], error=before[2], calibrated=str(error))
    return Sureness(
        bins=before[0],
        brier=before[1],
        error=before[2],
        calibrated=type(shape).__name__.lower(),
        brier_after=brier(after),
        error_after=calibration_error(after),
    )


def _noise(table: Table, judge: str) -> noise.Noise | str:
    try:
        return noise.measure(table, judge)
    except noise.NoSignal as error:
        return str(error)
