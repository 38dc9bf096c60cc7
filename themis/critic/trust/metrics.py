"""How well a rule's word agrees with people's: counts, shares, intervals over tasks.

"Positive" is "passed": a false positive rewards a failed run.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from themis.critic.trust.combine import Rule
from themis.critic.trust.table import Table

RESAMPLES = 1_000
_WIDTH = 32  # bits of one count
MOST_DRAWN = 5_000_000  # tasks in all resamples; large tables have fewer, and need fewer


@dataclass(frozen=True, slots=True)
class Confusion:
    """Right and wrong passes, and right and wrong refusals; undecided is no pass."""

    true_passed: int = 0
    false_passed: int = 0
    false_failed: int = 0
    true_failed: int = 0

    def __add__(self, other: Confusion) -> Confusion:
        """Both counted together."""
        return Confusion(
            self.true_passed + other.true_passed,
            self.false_passed + other.false_passed,
            self.false_failed + other.false_failed,
            self.true_failed + other.true_failed,
        )

    @property
    def total(self) -> int:
        """All runs."""
        return self.true_passed + self.false_passed + self.false_failed + self.true_failed

    @property
    def precision(self) -> float | None:
        """Share of the passed that is rightly passed."""
        return _share(self.true_passed, self.true_passed + self.false_passed)

    @property
    def recall(self) -> float | None:
        """Share of the truly passed that is passed."""
        return _share(self.true_passed, self.true_passed + self.false_failed)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall."""
        wrong = self.false_passed + self.false_failed
        return _share(2 * self.true_passed, 2 * self.true_passed + wrong)

    @property
    def accuracy(self) -> float | None:
        """Share that is right."""
        return _share(self.true_passed + self.true_failed, self.total)

    @property
    def false_positive_rate(self) -> float | None:
        """Share of the truly failed that is passed."""
        return _share(self.false_passed, self.false_passed + self.true_failed)

    @property
    def balanced_accuracy(self) -> float | None:
        """The mean of recall and its counterpart among the failed."""
        recall, wrong = self.recall, self.false_positive_rate
        return None if recall is None or wrong is None else (recall + 1 - wrong) / 2


Measure = Callable[[Confusion], float | None]

MEASURES: dict[str, Measure] = {
    "precision": lambda counts: counts.precision,
    "recall": lambda counts: counts.recall,
    "f1": lambda counts: counts.f1,
    "accuracy": lambda counts: counts.accuracy,
    "balanced accuracy": lambda counts: counts.balanced_accuracy,
    "false-positive rate": lambda counts: counts.false_positive_rate,
}


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure and the interval that holds it in 95 of 100 resamples of the tasks."""

    value: float | None
    low: float | None
    high: float | None


def confusion(table: Table, rule: Rule) -> Confusion:
    """Labels against what the rule says, over all runs."""
    return sum(_by_task(table, rule).values(), Confusion())


def measure(table: Table, rule: Rule, resamples: int = RESAMPLES) -> dict[str, Measured]:
    """Every measure with its interval: tasks are drawn anew, with all of their runs.

    The percentile bootstrap (Efron, Annals of Statistics, 1979) over groups rather than runs: runs
    of one task are not independent. The draws are the same every time.
    """
    groups = list(_by_task(table, rule).values())
    resamples = min(resamples, MOST_DRAWN // max(1, len(groups)))
    draw = random.Random(20)  # noqa: S311 - figures that can be repeated, no secret
    packed = [_pack(counts) for counts in groups]
    drawn = [
        _unpack(sum(draw.choices(packed, k=len(packed)))) for _ in range(resamples if groups else 0)
    ]
    whole = _unpack(sum(packed))
    return {name: _interval(whole, drawn, figure) for name, figure in MEASURES.items()}


def _by_task(table: Table, rule: Rule) -> dict[str, Confusion]:
    groups: defaultdict[str, Confusion] = defaultdict(Confusion)
    for row in table.rows:
        groups[row.task] += _one(row.right, passed=rule.accepts(row))
    return dict(groups)


def _one(right: bool, *, passed: bool) -> Confusion:
    if passed:
        return Confusion(true_passed=int(right), false_passed=int(not right))
    return Confusion(false_failed=int(right), true_failed=int(not right))


def _pack(counts: Confusion) -> int:
    """Four counts in one number: adding these is what resampling spends its time on."""
    held = (counts.true_passed, counts.false_passed, counts.false_failed, counts.true_failed)
    return sum(count << (_WIDTH * at) for at, count in enumerate(held))


def _unpack(packed: int) -> Confusion:
    return Confusion(*(packed >> (_WIDTH * at) & (1 << _WIDTH) - 1 for at in range(4)))


def _interval(whole: Confusion, drawn: list[Confusion], figure: Measure) -> Measured:
    values = sorted(value for counts in drawn if (value := figure(counts)) is not None)
    if not values:
        return Measured(figure(whole), None, None)
    last = len(values) - 1
    return Measured(figure(whole), values[round(last * 0.025)], values[round(last * 0.975)])


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
