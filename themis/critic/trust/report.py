"""What a table says of its judges, gathered once; `telling` puts it into words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from themis.critic.trust import noise
from themis.critic.trust.calibration import Calibration
from themis.critic.trust.combine import Rule, alone, chain, quorums
from themis.critic.trust.demand import Demand
from themis.critic.trust.evidence import Dependence
from themis.critic.trust.fitting import TooFewLabels, calibrate_and_check
from themis.critic.trust.floor import Promise, climb
from themis.critic.trust.ladder import Rung, rung
from themis.critic.trust.metrics import Confusion, Measured, confusion, measure
from themis.critic.trust.reliability import Bin, Scored, bins_by_task, brier, calibration_error
from themis.critic.trust.table import Table

Tell = Callable[[str], object]
STAGES = 4  # of one judge; `tell` hears of each as it begins
STAGES_TOGETHER = 2  # of a combination


@dataclass(frozen=True, slots=True, kw_only=True)
class Sureness:
    """How far scores can be read as probabilities, before and after calibration."""

    bins: list[Bin]
    brier: float | None
    error: float | None
    calibrated: str  # the shape, or why there is none
    calibration: Calibration | None = None
    bins_after: list[Bin] | None = None  # by curves that saw no run of the same task
    brier_after: float | None = None
    error_after: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One judge, or several combined, on the runs that all of them judged."""

    name: str
    judges: tuple[str, ...]
    quorum: int
    runs: int
    tasks: int
    counts: Confusion
    measures: dict[str, Measured]
    promises: list[Promise]
    ladder: list[Rung]
    decided: Confusion | None = None  # of one judge: among the runs it decides
    measures_decided: dict[str, Measured] | None = None
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
    asked = demands(floors, alpha, dependence)
    sections = [of_judge(table, judge, asked) for judge in judges]
    if len(judges) > 1:
        sections += [of_rule(table, rule, asked) for rule in quorums(judges)]
    return Report(table=table, sections=sections)


def demands(
    floors: Sequence[float], alpha: float, dependence: Dependence = Dependence.WORST
) -> list[Demand]:
    """The floors as they are asked for."""
    return [Demand(floor=floor, alpha=alpha, dependence=dependence) for floor in floors]


def of_judge(table: Table, judge: str, asked: list[Demand], tell: Tell = str) -> Section:
    """One judge on the runs it judged."""
    table = table.judged_by([judge])
    tell("figures")
    counts, measures = confusion(table, alone(judge)), measure(table, alone(judge))
    tell("figures where it decides")
    decided, measures_decided = counts, measures
    if len((told := table.decided_by(judge)).rows) < len(table.rows):
        decided, measures_decided = confusion(told, alone(judge)), measure(told, alone(judge))
    tell("calibration")
    sure = _sureness(table, judge)
    tell("floors")
    ladder = [rung(table, rule, asked[0].dependence) for rule in chain(table, judge)]
    return Section(
        name=judge,
        judges=(judge,),
        quorum=1,
        runs=len(table.rows),
        tasks=len(table.tasks),
        counts=counts,
        measures=measures,
        decided=decided,
        measures_decided=measures_decided,
        sureness=sure,
        noise=_noise(table, judge),
        ladder=ladder,
        promises=[climb(ladder, demand) for demand in asked],
    )


def of_rule(table: Table, rule: Rule, asked: list[Demand], tell: Tell = str) -> Section:
    """Several judges by a rule that was chosen beforehand, on the runs that all of them judged."""
    table = table.judged_by(rule.judges)
    tell("figures")
    counts, measures = confusion(table, rule), measure(table, rule)
    tell("floors")
    ladder = [rung(table, rule, asked[0].dependence)]
    return Section(
        name=rule.name,
        judges=rule.judges,
        quorum=rule.quorum,
        runs=len(table.rows),
        tasks=len(table.tasks),
        counts=counts,
        measures=measures,
        ladder=ladder,
        promises=[climb(ladder, demand) for demand in asked],
    )


def _sureness(table: Table, judge: str) -> Sureness:
    held = [
        (score, row.right, row.task)
        for row in table.rows
        if (score := row.score(judge)) is not None
    ]
    scored: list[Scored] = [(score, right) for score, right, _ in held]
    before = bins_by_task(held), brier(scored), calibration_error(scored)
    try:
        found, after = calibrate_and_check(table, judge)
    except TooFewLabels as error:
        return Sureness(bins=before[0], brier=before[1], error=before[2], calibrated=str(error))
    told: list[Scored] = [(probability, right) for probability, right, _ in after]
    return Sureness(
        bins=before[0],
        brier=before[1],
        error=before[2],
        calibrated=type(found.curve).__name__.lower(),
        calibration=found,
        bins_after=bins_by_task(after),
        brier_after=brier(told),
        error_after=calibration_error(told),
    )


def _noise(table: Table, judge: str) -> noise.Noise | str:
    try:
        return noise.measure(table, judge)
    except noise.NoSignal as error:
        return str(error)
