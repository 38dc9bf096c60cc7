"""The report as lines for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator

from themis.critic.trust import ladder
from themis.critic.trust.floor import Promise
from themis.critic.trust.keeping import VERSION
from themis.critic.trust.metrics import Confusion, Measured
from themis.critic.trust.noise import Noise, NoSignal, Rate
from themis.critic.trust.reliability import Bin
from themis.critic.trust.report import Report, Section, Sureness
from themis.domain.jsontypes import Json


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
    if isinstance(section.noise, Noise):
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


def _noise_lines(found: Noise) -> Iterator[str]:
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
        "version": VERSION,
        "runs": len(told.table.rows),
        "tasks": len(told.table.tasks) if told.table.tasks_known else None,
        "left_out": told.table.left_out,
        "sections": [section_json(section) for section in told.sections],
    }


def section_json(section: Section) -> dict[str, Json]:
    """One judge or combination for programs; `keeping` reads it back."""
    told: dict[str, Json] = {
        "name": section.name,
        "judges": [*section.judges],
        "quorum": section.quorum,
        "runs": section.runs,
        "tasks": section.tasks,
        **_counts_json(section.counts),
        "measures": _measures_json(section.measures),
        "floors": [promise_json(promise) for promise in section.promises],
        "ladder": ladder.to_json(section.ladder),
    }
    if section.decided is not None and section.measures_decided is not None:
        told["decided"] = {
            **_counts_json(section.decided),
            "measures": _measures_json(section.measures_decided),
        }
    if section.sureness:
        told["reliability"] = _sure_json(section.sureness)
    if section.noise is not None:
        told["noise"] = _noise_json(section.noise)
    return told


def _counts_json(counts: Confusion) -> dict[str, Json]:
    return {
        "tp": counts.true_passed,
        "fp": counts.false_passed,
        "fn": counts.false_failed,
        "tn": counts.true_failed,
    }


def _measures_json(measures: dict[str, Measured]) -> Json:
    return {
        name: {"value": figure.value, "low": figure.low, "high": figure.high}
        for name, figure in measures.items()
    }


def _noise_json(found: Noise | str) -> Json:
    if isinstance(found, str):
        return {"usable": False, "reason": found}
    told: dict[str, Json] = {
        "false_positive": _rate_json(found.false_positive),
        "false_negative": _rate_json(found.false_negative),
        "usable": found.usable,
    }
    try:
        return told | {"passed": found.reward(1.0), "failed": found.reward(0.0)}
    except NoSignal as error:
        return told | {"reason": str(error)}


def _rate_json(rate: Rate) -> Json:
    return {"value": rate.value, "low": rate.low, "high": rate.high}


def _sure_json(sure: Sureness) -> Json:
    return {
        "bins": _bins_json(sure.bins),
        "brier": sure.brier,
        "ece": sure.error,
        "calibrated": sure.calibrated,
        "calibration": sure.calibration.to_json() if sure.calibration else None,
        "bins_calibrated": None if sure.bins_after is None else _bins_json(sure.bins_after),
        "brier_calibrated": sure.brier_after,
        "ece_calibrated": sure.error_after,
    }


def _bins_json(bins: list[Bin]) -> Json:
    held: list[Json] = [
        {
            "low": b.low,
            "high": b.high,
            "count": b.count,
            "score": b.score,
            "share": b.share,
            "share_low": b.least,
            "share_high": b.most,
        }
        for b in bins
    ]
    return held


def promise_json(promise: Promise) -> dict[str, Json]:
    """One floor for programs."""
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
        "labels_needed": None if promise.kept else promise.labels_needed,
        "sentence": promise.sentence,
    }
