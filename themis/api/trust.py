"""What a reward answers of its judge: calibrated, corrected, and the promise of a floor."""

from __future__ import annotations

from dataclasses import dataclass

from ninja import Field, Schema

from themis.accounts.models import Team
from themis.api.replies import Refused
from themis.api.schemas import Calibrated, Corrected, Interval, Promise
from themis.critic.trust.demand import Demand
from themis.critic.trust.keeping import Bounded, Kept
from themis.critic.trust.table import HALF
from themis.domain.errors import UnreadableTable
from themis.domain.jsontypes import Json
from themis.domain.verdict import Outcome
from themis.rewards import queries
from themis.rewards.judges import judge_of
from themis.rewards.models import Measurement
from themis.rewards.queries import Reward

ALPHA = 0.05


class Asked(Schema):
    """What is asked for beside the trajectory."""

    critic: str = Field("", description="only verdicts of this critic")
    floor: float | None = Field(
        None, gt=0, lt=1, description="precision that must be promised of what passes, say 0.85"
    )
    alpha: float | None = Field(
        None, gt=0, le=0.5, description="chance that a promise is false: 0.05 unless told"
    )
    measurement: int | None = Field(
        None, ge=1, lt=2**63, description="this measurement of the judge, not the newest"
    )
    corrected: bool | None = Field(
        None, description="may be left out: it is told wherever the judge was measured"
    )

    dense: bool = Field(False, description="with feedback on every milestone and step")

    @property
    def demand(self) -> Demand | None:
        """The floor; raises Refused (422) for an alpha without one."""
        if self.floor is None:
            if self.alpha is not None:
                raise Refused(422, "invalid", "alpha: goes with a floor; add floor, say 0.85")
            return None
        return Demand(floor=self.floor, alpha=ALPHA if self.alpha is None else self.alpha)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A measurement and its report; None for a report of another time."""

    row: Measurement
    report: Kept | None


def known_of(team: Team, found: Reward, asked: Asked) -> Known | None:
    """What is known of the judge that gave a verdict; raises Refused as `_measurement`."""
    row = _measurement(team, found, asked)
    if row is None:
        return None
    try:
        return Known(row=row, report=queries.report_of(row))
    except UnreadableTable:
        return Known(row=row, report=None)


def _measurement(team: Team, found: Reward, asked: Asked) -> Measurement | None:
    """The pinned one, else the newest of the judge that gave the verdict.

    Raises Refused (404, 409) where the pinned one is none of the team's, or not of that judge.
    """
    if asked.measurement is None:
        return queries.measurement_of(team, found.judge, found.platform)
    row = queries.measurement(team, asked.measurement)
    if row is None:
        raise Refused(
            404, "not_found", f"measurement: no measurement {asked.measurement} in your team"
        )
    if judge_of(row) != found.judge or row.brought_id is not None:
        raise Refused(
            409,
            "other_judge",
            f"measurement {row.pk} is of {row.name}, the verdict by {found.judge.name};"
            " pin one of that judge, or leave measurement out",
            measurement=row.pk,
        )
    if row.platform not in {"", found.platform}:
        raise Refused(
            409,
            "other_platform",
            f"measurement {row.pk} is of {row.platform}, the run on {found.platform};"
            " pin one of all platforms",
            measurement=row.pk,
        )
    return row


def promised(found: Reward, known: Known | None, demand: Demand) -> Promise:
    """The promise that a floor is given; raises Refused (409) where it is none."""
    if known is None or known.report is None:
        raise Refused(
            409,
            "not_measured",
            f"{found.judge.name} was never measured: judge labelled runs with it, then"
            " POST /api/v1/measurements, or press “Measure” on the page Trust",
            **_of(demand),
        )
    row, told = known.row, known.report.promise(demand)
    if not told.kept:
        raise Refused(
            409,
            "not_promised",
            f"{told.sentence} ({row.n_labels} of {row.name} were counted)",
            labels_needed=told.labels_needed,
            n_labels=row.n_labels,
            measurement=row.pk,
            platform=row.platform or None,
            **_of(demand),
        )
    return Promise(
        floor=demand.floor,
        alpha=demand.alpha,
        threshold=told.rule.cutoff,
        score=found.score,
        said=Outcome(found.outcome),
        coverage=told.coverage,
        n_labels=row.n_labels,
        measurement=row.pk,
        measured_at=row.measured_at.isoformat(),
        platform=row.platform or None,
    )


def keeps(found: Reward, promise: Promise) -> bool:
    """Whether the verdict passes under the promise."""
    passed = found.outcome == Outcome.PASSED
    return passed and found.score is not None and found.score >= promise.threshold


def calibrated(found: Reward, known: Known | None) -> Calibrated | None:
    """The probability of success; None where there is no curve."""
    curve = known.report.calibration if known and known.report else None
    if known is None or curve is None:
        return None
    row = known.row
    return Calibrated(
        probability=curve.probability(HALF if found.score is None else found.score),
        n_labels=curve.labels,
        n_tasks=curve.tasks,
        brier=curve.brier,
        measurement=row.pk,
        platform=row.platform or None,
    )


def corrected(found: Reward, known: Known | None) -> Corrected | None:
    """The reward without bias, or why there is none; None where nobody measured."""
    if known is None or known.report is None:
        return None
    row, told = known.row, known.report.correct(found.reward)
    return Corrected(
        value=told.value,
        reason=told.reason or None,
        fpr=_interval(told.false_positive),
        fnr=_interval(told.false_negative),
        measurement=row.pk,
        platform=row.platform or None,
    )


def _of(demand: Demand) -> dict[str, Json]:
    return {"floor": demand.floor, "alpha": demand.alpha}


def _interval(rate: Bounded | None) -> Interval | None:
    return Interval(value=rate.value, low=rate.low, high=rate.high) if rate else None
