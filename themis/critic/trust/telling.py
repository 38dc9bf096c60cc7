"""The report as lines for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator

from themis.critic.trust.floor import Promise
from themis.critic.trust.noise import Noise
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
    if isinstance(section.noise, Noise):
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
