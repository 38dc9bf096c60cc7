"""The figures of a data set: coverage, agreement with labels, limits, calibration, trade-off.

Intervals draw tasks anew with all of their runs (`critic/trust/metrics.py`). Where nothing is wrong
no resample is either, so exact limits stand beside them, every task counted once
(`critic/trust/evidence.py`, `tails.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from benchmarks.evidence_judges import (
    CORRECTED,
    CRITIC,
    JUDGES,
    WORDS,
    Judged,
    settings,
    table,
)
from themis.critic.trust.combine import alone
from themis.critic.trust.evidence import weigh
from themis.critic.trust.metrics import Measured, confusion, measure
from themis.critic.trust.reliability import brier, calibration_error
from themis.critic.trust.table import Row, Table
from themis.critic.trust.tails import lower_limit
from themis.domain.trajectory import Label
from themis.domain.verdict import Outcome

ALPHA = 0.05
MEASURES = ("accuracy", "balanced accuracy", "precision", "recall", "false-positive rate")


def report(name: str, rows: list[Judged]) -> Iterator[str]:
    """One data set, line by line."""
    whole = table(rows)
    decided = _decided(whole)
    passed = sum(row.right for row in whole.rows)
    yield f"{name}: {len(whole.rows)} labelled runs of {len(whole.tasks)} tasks, {passed} passed"
    held = settings(rows)
    if isinstance(held, dict):
        yield "  recorded: " + ", ".join(f"{what} {count}" for what, count in held.items())
    yield from _confusion(whole)
    yield f"  coverage {_shown(_coverage(whole))} ({len(decided.rows)} of {len(whole.rows)})"
    yield from _compared("where it decides", decided, JUDGES)
    yield from _compared("all runs, undecided is no pass", whole, (*JUDGES, CORRECTED))
    yield from _limits(decided)
    yield from _calibration(rows)
    yield from _trade_off(rows)
    yield ""


def _decided(whole: Table) -> Table:
    rows = (row for row in whole.rows if row.outcome(CRITIC) is not Outcome.UNDECIDED)
    return replace(whole, rows=tuple(rows))


def _confusion(whole: Table) -> Iterator[str]:
    yield "  label      " + "".join(f"{outcome.value:>11}" for outcome in Outcome)
    for label in Label:
        said = [row.outcome(CRITIC) for row in whole.rows if row.label is label]
        yield f"  {label.value:<11}" + "".join(f"{said.count(outcome):>11}" for outcome in Outcome)


def _coverage(whole: Table) -> Measured:
    """The share that is decided; an interval over tasks by the same resampling."""
    told = replace(
        whole,
        rows=tuple(
            replace(row, label=Label.PASSED, said={CRITIC: _is_decided(row)}) for row in whole.rows
        ),
    )
    return measure(told, alone(CRITIC))["recall"]


def _is_decided(row: Row) -> Outcome:
    undecided = row.outcome(CRITIC) is Outcome.UNDECIDED
    return Outcome.FAILED if undecided else Outcome.PASSED


def _compared(title: str, runs: Table, judges: tuple[str, ...]) -> Iterator[str]:
    yield f"  {title}: {len(runs.rows)} runs of {len(runs.tasks)} tasks"
    if not runs.rows:
        return
    yield "    " + f"{'':<21}" + "".join(f"{name:>21}" for name in MEASURES)
    for judge in judges:
        figures = measure(runs, alone(judge))
        yield f"    {judge:<21}" + "".join(f"{_shown(figures[name]):>21}" for name in MEASURES)
    right = confusion(runs, alone(CRITIC)).balanced_accuracy
    words = confusion(runs, alone(WORDS)).balanced_accuracy
    if right is None or words is None:
        yield "    balanced accuracy needs runs of both labels among these"


def _limits(decided: Table) -> Iterator[str]:
    """Exact one-sided limits of the share of right ones, each task counted once."""
    for outcome, label in ((Outcome.PASSED, Label.PASSED), (Outcome.FAILED, Label.FAILED)):
        said = [r for r in decided.rows if r.outcome(CRITIC) is outcome]
        runs = [(row.task, row.label is label) for row in said]
        right = sum(hit for _, hit in runs)
        weight = weigh(runs)
        low = lower_limit(weight.weight, weight.weight_right, ALPHA) if runs else 0.0
        apart = lower_limit(len(runs), right, ALPHA) if runs else 0.0
        yield (
            f"  {outcome.value}: {right} of {len(runs)} right; 95 % limit {apart:.3f} were runs"
            f" independent, {low:.3f} with tasks counted once ({weight.tasks} tasks)"
        )


def _calibration(rows: list[Judged]) -> Iterator[str]:
    scored = [(row.finding.confidence, _is_right(row)) for row in _deciding(rows)]
    error, score = calibration_error(scored), brier(scored)
    if error is not None and score is not None:
        mean = sum(confidence for confidence, _ in scored) / len(scored)
        share = sum(right for _, right in scored) / len(scored)
        yield (
            f"  confidence where it decides: mean {mean:.3f}, right {share:.3f},"
            f" ECE {error:.3f}, Brier {score:.3f}"
        )


def _trade_off(rows: list[Judged]) -> Iterator[str]:
    """Coverage and right decisions if only findings of at least some confidence counted."""
    deciding = _deciding(rows)
    for floor in sorted({row.finding.confidence for row in deciding}):
        kept = [row for row in deciding if row.finding.confidence >= floor]
        right = sum(_is_right(row) for row in kept)
        yield (
            f"    confidence >= {floor:.2f}: {len(kept)} decided"
            f" ({len(kept) / len(rows):.2f}), {right} right"
        )


def _deciding(rows: list[Judged]) -> list[Judged]:
    return [row for row in rows if row.finding.outcome is not Outcome.UNDECIDED]


def _is_right(row: Judged) -> bool:
    wanted = {Outcome.PASSED: Label.PASSED, Outcome.FAILED: Label.FAILED}
    return wanted.get(row.finding.outcome) is row.trajectory.label


def _shown(figure: Measured) -> str:
    def plain(value: float | None) -> str:
        return "-" if value is None else f"{value:.3f}".lstrip("0") if value < 1 else "1"

    if figure.value is None:
        return "-"
    return f"{plain(figure.value)} [{plain(figure.low)}, {plain(figure.high)}]"
