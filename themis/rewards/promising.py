"""What is known of the judge behind a verdict: its probability, its bias, the promise of a floor.

Each is told as the API tells it, in plain JSON.
"""

from __future__ import annotations

from dataclasses import dataclass

from themis.critic.trust.demand import Demand
from themis.critic.trust.keeping import Bounded, Kept
from themis.critic.trust.table import HALF
from themis.domain.errors import NoPromise, UnreadableTable
from themis.domain.jsontypes import Json
from themis.domain.verdict import Outcome
from themis.rewards import queries
from themis.rewards.models import Measurement
from themis.rewards.queries import Reward


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A measurement and its report; None for a report of another time."""

    row: Measurement
    report: Kept | None


def known_by(row: Measurement | None) -> Known | None:
    """What a measurement tells; None without one."""
    if row is None:
        return None
    try:
        return Known(row=row, report=queries.report_of(row))
    except UnreadableTable:
        return Known(row=row, report=None)


def promised(found: Reward, known: Known | None, demand: Demand) -> dict[str, Json]:
    """The promise that a floor is given; raises NoPromise where it is none."""
    asked: dict[str, Json] = {"floor": demand.floor, "alpha": demand.alpha}
    if known is None or known.report is None:
        raise NoPromise(
            "not_measured",
            f"{found.judge.name} was never measured: judge labelled runs with it, then"
            " POST /api/v1/measurements, or press “Measure” on the page Trust",
            **asked,
        )
    row, told = known.row, known.report.promise(demand)
    if not told.kept:
        raise NoPromise(
            "not_promised",
            f"{told.sentence} ({row.n_labels} of {row.name} were counted)",
            labels_needed=told.labels_needed,
            n_labels=row.n_labels,
            measurement=row.pk,
            platform=row.platform or None,
            **asked,
        )
    return {
        **asked,
        "threshold": told.rule.cutoff,
        "score": found.score,
        "said": Outcome(found.outcome).value,
        "coverage": told.coverage,
        "n_labels": row.n_labels,
        "measurement": row.pk,
        "measured_at": row.measured_at.isoformat(),
        "platform": row.platform or None,
    }


def keeps(found: Reward, promise: dict[str, Json]) -> bool:
    """Whether the verdict passes under the promise."""
    passed = found.outcome == Outcome.PASSED
    return passed and found.score is not None and found.score >= float(str(promise["threshold"]))


def calibrated(found: Reward, known: Known | None) -> dict[str, Json] | None:
    """The probability of success; None where there is no curve."""
    curve = known.report.calibration if known and known.report else None
    if known is None or curve is None:
        return None
    return {
        "probability": curve.probability(HALF if found.score is None else found.score),
        "n_labels": curve.labels,
        "n_tasks": curve.tasks,
        "brier": curve.brier,
        "measurement": known.row.pk,
        "platform": known.row.platform or None,
    }


def corrected(found: Reward, known: Known | None) -> dict[str, Json] | None:
    """The reward without bias, or why there is none; None where nobody measured."""
    if known is None or known.report is None:
        return None
    told = known.report.correct(found.reward)
    return {
        "value": told.value,
        "reason": told.reason or None,
        "fpr": _interval(told.false_positive),
        "fnr": _interval(told.false_negative),
        "measurement": known.row.pk,
        "platform": known.row.platform or None,
    }


def _interval(rate: Bounded | None) -> dict[str, Json] | None:
    return {"value": rate.value, "low": rate.low, "high": rate.high} if rate else None
