"""What a table says of its judges, gathered once: for people as lines, for programs as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from themis.critic.trust import noise
from themis.critic.trust.combine import Rule, alone, chain, quorums
from themis.critic.trust.evidence import Dependence
from themis.critic.trust.fitting import TooFewLabels, calibrate, cross_validated
from themis.critic.trust.floor import Demand, Promise, choose
from themis.critic.trust.metrics import Confusion, Measured, confusion, measure
from themis.critic.trust.reliability import Bin, Scored, bins, brier, calibration_error
from themis.critic.trust.table import Table
from themis.domain.jsontypes import Json


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


def lines(told: Report) -> Iterator[str]:
    """The report for people."""
    table = told.table
    yield (
        f"{len(table.rows)} labelled runs of {len(table.tasks)} tasks,"
        f" {table.left_out} left out without a usable label"
    )
    if not table.tasks_known:
        yield (
            "The tasks are not known: each run counts as a task of its own, and promises may be"
            " too bold. Name them."
        )
    for section in told.sections:
        yield ""
        yield from _lines(section)


def _lines(section: Section) -> Iterator[str]:
    counts = section.counts
    yield (
        f"{section.name}: TP {counts.true_passed} FP {counts.false_passed}"
        f" FN {counts.false_failed} TN {counts.true_failed}"
    )
    for name, figure in section.measures.items():
        low, high = _figure(figure.low), _figure(figure.high)
        yield f"  {name:<20} {_figure(figure.value)}  ({low} to {high})"
    if section.sureness:
        yield from _sure_lines(section.sureness)
    if isinstance(section.noise, noise.Noise):
        yield from _noise_lines(section.noise)
    elif section.noise:
        yield f"  corrected reward: {section.noise}"
    yield "  floor  promised  coverage  precision  at least  labels needed"
    for promise in section.promises:
        yield _promise_line(promise)


def _sure_lines(sure: Sureness) -> Iterator[str]:
    yield f"  Brier {_figure(sure.brier)}, calibration error {_figure(sure.error)}"
    if sure.brier_after is None:
        yield f"  not calibrated: {sure.calibrated}"
    else:
        yield (
            f"  calibrated ({sure.calibrated}), on unseen tasks: Brier"
            f" {_figure(sure.brier_after)}, calibration error {_figure(sure.error_after)}"
        )
    for each in sure.bins:
        scores = f"score {each.low:.2f} to {each.high:.2f}"
        yield f"    {scores}: {each.share:.3f} of {each.count} passed"


def _noise_lines(found: noise.Noise) -> Iterator[str]:
    wrong = (
        f"{found.false_positive.value:.3f} passed wrongly, {found.false_negative.value:.3f} failed"
    )
    if not found.usable:
        yield f"  reward: {wrong} wrongly; too noisy to be corrected"
        return
    low, high = found.reward(0.0), found.reward(1.0)
    yield f"  reward: {wrong} wrongly; corrected {high:.3f} for passed, {low:.3f} for failed"


def _promise_line(promise: Promise) -> str:
    needed = promise.labels_needed
    tell = "-" if promise.kept else "no number" if needed is None else str(needed)
    chosen = promise.rule.name if promise.kept and " >= " in promise.rule.name else ""
    line = (
        f"  {promise.demand.floor:.2f}   {'yes' if promise.kept else 'no':<8}"
        f"  {promise.coverage if promise.kept else 0:8.1%}"
        f"  {_figure(promise.evidence.precision):>9}  {promise.at_least:8.3f}  {tell:>13}  {chosen}"
    )
    return line.rstrip()


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def as_json(told: Report) -> Json:
    """The report for programs."""
    return {
        "version": "themis/trust/1",
        "runs": len(told.table.rows),
        "tasks": len(told.table.tasks) if told.table.tasks_known else None,
        "left_out": told.table.left_out,
        "sections": [_section_json(section) for section in told.sections],
    }


def _section_json(section: Section) -> Json:
    counts = section.counts
    sure = section.sureness
    measures: dict[str, Json] = {
        name: {"value": figure.value, "low": figure.low, "high": figure.high}
        for name, figure in section.measures.items()
    }
    told: dict[str, Json] = {
        "name": section.name,
        "tp": counts.true_passed,
        "fp": counts.false_passed,
        "fn": counts.false_failed,
        "tn": counts.true_failed,
        "measures": measures,
        "floors": [_promise_json(promise) for promise in section.promises],
    }
    if sure:
        told["reliability"] = _sure_json(sure)
    if isinstance(section.noise, noise.Noise):
        told["noise"] = {
            "false_positive": section.noise.false_positive.value,
            "false_negative": section.noise.false_negative.value,
            "usable": section.noise.usable,
        }
    return told


def _sure_json(sure: Sureness) -> Json:
    held: list[Json] = [
        {"low": b.low, "high": b.high, "count": b.count, "score": b.score, "share": b.share}
        for b in sure.bins
    ]
    return {
        "bins": held,
        "brier": sure.brier,
        "ece": sure.error,
        "calibrated": sure.calibrated,
        "brier_calibrated": sure.brier_after,
        "ece_calibrated": sure.error_after,
    }


def _promise_json(promise: Promise) -> Json:
    return {
        "floor": promise.demand.floor,
        "alpha": promise.demand.alpha,
        "promised": promise.kept,
        "rule": promise.rule.name,
        "cutoff": promise.rule.cutoff,
        "coverage": promise.coverage if promise.kept else 0.0,
        "precision": promise.evidence.precision,
        "precision_at_least": promise.at_least,
        "chance": promise.chance,
        "accepted": promise.evidence.accepted,
        "counts_for": promise.evidence.weight,
        "labels_needed": promise.labels_needed,
        "sentence": promise.sentence,
    }
