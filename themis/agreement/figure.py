"""Figures with their intervals: tasks are drawn again and again, and the middle 95 % is told.

Tasks are drawn, not items: runs of one task are alike, and a run may lie in several queues. Where
tasks have one item each, this is the bootstrap over items. What cannot be told is not told: a
figure without a value, or a value without an interval, says why.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from themis.agreement import coefficients
from themis.agreement.coefficients import Table, Tables, Values
from themis.agreement.sample import Sample, of_all, of_pair
from themis.domain.jsontypes import Json

LEVEL = 0.95
RESAMPLES = 1_000
FEWEST_TASKS = 10  # below which resamples say more of luck than of the figure
MOST_UNDEFINED = 0.05  # of resamples
SEED = 20_260_207
NO_SPREAD = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A value, its interval, and why either is missing."""

    value: float | None
    low: float | None = None
    high: float | None = None
    why: str = ""

    @property
    def told(self) -> dict[str, Json]:
        """As JSON."""
        return asdict(self)


_ALIKE = {
    True: "never apart so far: how rare that is cannot be told",
    False: "every task came out alike: no spread to tell from",
}


@dataclass(frozen=True, slots=True)
class _Measure:
    point: Callable[[Table], float | None]
    many: Callable[[Tables], Values]


_SHARE = _Measure(coefficients.share, coefficients.shares)
_KAPPA = _Measure(coefficients.kappa, coefficients.kappas)
_ALPHA = _Measure(coefficients.alpha, coefficients.alphas)


def percent(sample: Sample, name: str) -> Figure:
    """How often two reviewers of an item say the same, an item counting once however many it has.

    `name` seeds the draws: the same answers under the same name give the same interval.
    """
    weights = [of_all(each, sample.columns, 1.0) for each in sample.patterns]
    found = _figure(_SHARE, sample, weights, name)
    return _one_sided(found, sample.tasks)


def cohen(sample: Sample, name: str) -> Figure:
    """Cohen's kappa of two raters, each with a leaning of their own."""
    weights = [of_pair(each, sample.columns) for each in sample.patterns]
    return _figure(_KAPPA, sample, weights, name)


def fleiss(sample: Sample, name: str) -> Figure:
    """Fleiss' kappa of items that all have the same number of answers, whoever gave them."""
    weights = [of_all(each, sample.columns, 1.0) for each in sample.patterns]
    return _figure(_KAPPA, sample, weights, name)


def krippendorff(sample: Sample, name: str) -> Figure:
    """Krippendorff's alpha, nominal, of items with two answers or more."""
    weights = [of_all(each, sample.columns, float(len(each))) for each in sample.patterns]
    return _figure(_ALPHA, sample, weights, name)


def _figure(measure: _Measure, sample: Sample, weights: Sequence[Table], name: str) -> Figure:
    if not sample.items:
        return Figure(value=None, why="nothing to compare")
    tables = np.asarray(weights)
    value = measure.point(np.tensordot(sample.totals, tables, axes=1))
    if value is None:
        return Figure(value=None, why="one answer is all that was ever given")
    if sample.tasks < FEWEST_TASKS:
        return Figure(value=value, why=f"{_tasks(sample.tasks)}; an interval takes {FEWEST_TASKS}")
    drawn = sample.drawn(RESAMPLES, [SEED, zlib.crc32(name.encode())])
    found = measure.many(np.tensordot(drawn, tables, axes=1))
    known = found[~np.isnan(found)]
    if len(known) < len(found) * (1 - MOST_UNDEFINED):
        return Figure(value=value, why="one answer is nearly all that was given")
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    if high - low < NO_SPREAD:
        return Figure(value=value, why=_ALIKE[value == 1])
    return Figure(value=value, low=float(low), high=float(high))


def _one_sided(found: Figure, tasks: int) -> Figure:
    """A share of all or none gets the exact interval, a task counting as one try."""
    if found.value not in {0.0, 1.0} or tasks < FEWEST_TASKS:
        return found
    low, high = coefficients.exact(int(found.value) * tasks, tasks, LEVEL)
    return Figure(value=found.value, low=low, high=high)


def _tasks(n: int) -> str:
    return "1 task" if n == 1 else f"{n} tasks"
