"""The reward without the judge's bias, from how often it is wrong.

A judge that passes failed runs at rate `false_positive` and fails passed ones at rate
`false_negative` reports, on average, a straight line of the truth; turning the line back gives
(r - false_positive) / (1 - false_positive - false_negative), whose mean is the true reward (Rogan &
Gladen, American Journal of Epidemiology, 1978; Natarajan et al., NeurIPS 2013; for rewards Wang,
Liu & Li, AAAI 2020). It may lie outside 0 to 1, and clipping it would bring the bias back.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from themis.critic.trust.evidence import weigh
from themis.critic.trust.table import Table
from themis.critic.trust.tails import interval
from themis.domain.verdict import Outcome

LEAST_SIGNAL = 0.2  # below, the variance grows more than 25-fold


class NoSignal(ValueError):
    """Rates with which the reward cannot be corrected. The text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How often a kind of run is judged wrongly, its variance, and the interval that holds it."""

    value: float
    variance: float
    low: float = 0.0  # Clopper and Pearson's 95 %, runs of one task counted once
    high: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A corrected mean reward and its standard error."""

    value: float
    error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """A judge as a noisy channel: both rates among the runs it decides."""

    false_positive: Rate
    false_negative: Rate

    @property
    def signal(self) -> float:
        """1 minus both rates: 1 for a perfect judge, 0 for a coin."""
        return 1 - self.false_positive.value - self.false_negative.value

    @property
    def surely(self) -> float:
        """The signal's lower limit, from the upper ones of both rates.

        Distances to exact limits are added as variances are (Zou & Donner, Statistics in
        Medicine, 2008), which holds where few labels make a variance say too little.
        """
        rates = (self.false_positive, self.false_negative)
        return self.signal - math.hypot(*(rate.high - rate.value for rate in rates))

    @property
    def usable(self) -> bool:
        """Whether correcting is better than noise."""
        return self.surely >= LEAST_SIGNAL

    def reward(self, raw: float) -> float:
        """The unbiased reward beside a raw one of 0 to 1; NoSignal where there is none."""
        self._check()
        return (raw - self.false_positive.value) / self.signal

    def variance(self, true_share: float) -> float:
        """The variance of one corrected reward where so large a share truly passes."""
        self._check()
        seen = self.false_positive.value + true_share * self.signal
        return seen * (1 - seen) / self.signal**2

    def mean(self, rewards: Sequence[float]) -> Estimate:
        """The corrected mean of raw rewards; its error has the rates' own uncertainty in it."""
        if not rewards:
            raise ValueError("there is no reward to take the mean of")
        raw = sum(rewards) / len(rewards)
        value = self.reward(raw)
        share = min(1.0, max(0.0, value))
        ours = raw * (1 - raw) / len(rewards)
        rates = (1 - share) ** 2 * self.false_positive.variance
        rates += share**2 * self.false_negative.variance
        return Estimate(value=value, error=math.sqrt(ours + rates) / abs(self.signal))

    def _check(self) -> None:
        if not self.usable:
            raise NoSignal(
                f"the error rates add up to {1 - self.signal:.2f}, and to as much as"
                f" {1 - self.surely:.2f} within their uncertainty; the reward cannot be corrected"
                f" above {1 - LEAST_SIGNAL:.2f}: use the raw one, or label more runs"
            )


def measure(table: Table, judge: str) -> Noise:
    """A judge's rates on labelled runs it decides; NoSignal without labels of both kinds."""
    decided = [
        (row.task, row.right, row.outcome(judge))
        for row in table.rows
        if row.outcome(judge) is not Outcome.UNDECIDED
    ]
    failed = [(task, said is Outcome.PASSED) for task, right, said in decided if not right]
    passed = [(task, said is Outcome.FAILED) for task, right, said in decided if right]
    if not failed or not passed:
        raise NoSignal(
            f"{judge} decides no run of one kind; label runs that passed and that failed"
        )
    return Noise(false_positive=_rate(failed), false_negative=_rate(passed))


def _rate(runs: list[tuple[str, bool]]) -> Rate:
    """The share of wrong ones; its variance after one half is added to either side, by tasks."""
    evidence = weigh(runs)
    count = max(1, evidence.weight)
    wrong = evidence.right / evidence.accepted
    softened = (wrong * count + 0.5) / (count + 1)
    low, high = interval(evidence.accepted, evidence.right, evidence.design_effect)
    return Rate(value=wrong, variance=softened * (1 - softened) / count, low=low, high=high)
