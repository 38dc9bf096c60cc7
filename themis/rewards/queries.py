"""What an RL job may train on, read off the verdicts and what is known of those who gave them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from themis.accounts.models import Team
from themis.critic.trust import keeping
from themis.critic.trust.keeping import Kept
from themis.critic.trust.table import HALF
from themis.domain.errors import UnreadableTable
from themis.domain.evidence import Injection
from themis.domain.feedback import Feedback, feedback
from themis.rewards.judges import Judge, judge_of, said
from themis.rewards.models import Brought, Measurement, Measuring, Status
from themis.trajectories.models import Trajectory
from themis.verdicts import queries as verdicts
from themis.verdicts.models import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Reward:
    """One trajectory's reward; None where the critic could not decide."""

    trajectory: str
    platform: str
    outcome: str
    reward: float | None
    confidence: float
    judge: Judge
    verdict: int
    n_steps: int
    injections: tuple[Injection, ...]  # words in the run that address whoever judges it

    @property
    def score(self) -> float | None:
        """How far it is for "passed", 0 to 1; None where it is undecided."""
        held = said(self.outcome, self.confidence)
        return held if isinstance(held, float) else None


def newest(trajectory: Trajectory, critic: str = "") -> Reward | None:
    """The reward of the last verdict given, by any critic or by one; None without a verdict."""
    verdict = verdicts.newest(trajectory, critic, with_chain=False)
    return None if verdict is None else reward_of(trajectory, verdict)


def reward_of(trajectory: Trajectory, verdict: Verdict) -> Reward | None:
    """The reward of one verdict; None where it is not given."""
    if verdict.confidence is None:
        return None
    return Reward(
        trajectory=trajectory.pk,
        platform=trajectory.platform,
        outcome=verdict.outcome,
        reward=verdict.reward,
        confidence=verdict.confidence,
        judge=judge_of(verdict),
        verdict=verdict.pk,
        n_steps=trajectory.n_steps if verdict.n_steps is None else verdict.n_steps,
        injections=verdicts.injections(verdict),
    )


def feedback_on(reward: Reward) -> Feedback | None:
    """Dense feedback from the verdict's own finding, whatever is paid for it."""
    finding = verdicts.finding(reward.verdict)
    return feedback(finding, reward.n_steps) if finding else None


def measurement_of(team: Team, judge: Judge, platform: str) -> Measurement | None:
    """The newest of a judge: of the platform where it had labels enough then, else of all.

    Both are made together: an older one of the platform alone is not fallen back on.
    """
    found = measurements_of(team, judge).filter(platform__in=["", platform])
    return found.order_by("-measured_at", "-platform", "-pk").first()


@dataclass(frozen=True, slots=True, kw_only=True)
class Likely:
    """How often runs with such a score truly passed, and on how many labels that was found."""

    probability: float
    n_labels: int
    measurement: int
    platform: str


def likely(verdict: Verdict, team: Team, platform: str) -> Likely | None:
    """The probability of success behind a final verdict; None where the judge has no curve."""
    if verdict.provisional or verdict.confidence is None:
        return None
    row = measurement_of(team, judge_of(verdict), platform)
    score = said(verdict.outcome, verdict.confidence)
    try:
        curve = report_of(row).calibration if row else None
    except UnreadableTable:  # of another time
        return None
    if row is None or curve is None:
        return None
    return Likely(
        probability=curve.probability(score if isinstance(score, float) else HALF),
        n_labels=curve.labels,
        measurement=row.pk,
        platform=row.platform,
    )


def measurements_of(team: Team, judge: Judge) -> QuerySet[Measurement]:
    """All of a judge on the team's own labels, the newest first."""
    return Measurement.objects.filter(judge.is_it, team=team, brought=None)


def measurements(team: Team, critic: str = "") -> QuerySet[Measurement]:
    """All of a team, the newest first, without their reports."""
    found = Measurement.objects.filter(team=team)
    if critic:
        found = found.filter(critic=critic)
    return found.select_related("brought").defer("brought__content", "report")


def measurement(team: Team, pk: int) -> Measurement | None:
    """One of the team's measurements."""
    found = Measurement.objects.filter(team=team, pk=pk).select_related("brought", "measuring")
    return found.defer("brought__content").first()


def report_of(row: Measurement) -> Kept:
    """What a measurement can be asked; UnreadableTable where it is of another time."""
    return keeping.read(row.report)


def newest_of_each(team: Team) -> dict[Judge, Measurement]:
    """The newest measurement of each judge on all platforms."""
    found = Measurement.objects.filter(team=team, brought=None, platform="").exclude(critic="")
    kept: dict[Judge, Measurement] = {}
    for row in found.order_by("-measured_at", "-pk")[:1_000]:
        kept.setdefault(judge_of(row), row)
    return kept


def combinations(team: Team, limit: int) -> list[Measurement]:
    """Measurements of several judges of the team together, the newest first."""
    found = Measurement.objects.filter(team=team, brought=None, critic="")
    return list(found.order_by("-measured_at", "pk")[:limit])


def brought_tables(team: Team) -> QuerySet[Brought]:
    """The tables of a team that were brought in, the newest first, without what they hold."""
    return Brought.objects.filter(team=team).defer("content").select_related("brought_by")


def measurements_in(table: Brought) -> list[Measurement]:
    """What was measured on a table last, in the order of its judges, those together at the end."""
    last = table.measurings.filter(status=Status.DONE).first()
    return list(last.measurements.order_by("pk").select_related("brought")) if last else []


def measurings(team: Team) -> QuerySet[Measuring]:
    """Work on measurements of a team, the newest first."""
    return Measuring.objects.filter(team=team).select_related("brought").defer("brought__content")


def next_to_measure() -> Measuring | None:
    """The work that has waited longest."""
    waiting = Measuring.objects.filter(status=Status.WAITING).order_by("asked_at", "pk")
    return waiting.select_related("team", "brought").first()
