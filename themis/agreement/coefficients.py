"""The one door to scikit-learn and SciPy for agreement: coefficients of a table of answers.

A table says how much weight answers i and j have that were given to the same item. Filled with the
pairs of two raters it is theirs; filled with all ordered pairs of answers to an item, whoever gave
them, it is symmetric, and its kappa is that of Fleiss (equal weight to every pair) or, with a
correction for the number of answers, the alpha of Krippendorff (an item's pairs weigh as much as
it has answers).
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest  # type: ignore[import-untyped]
from sklearn.metrics import (  # type: ignore[import-untyped]
    accuracy_score,
    cohen_kappa_score,
)

Table: TypeAlias = NDArray[np.float64]  # one, square
Tables: TypeAlias = NDArray[np.float64]  # many, one behind the other
Values: TypeAlias = NDArray[np.float64]

_NOTHING_LEFT = 1e-12  # of what chance does not explain


def kappa(table: Table) -> float | None:
    """Cohen's, by scikit-learn; None where one answer is all there is: chance explains it."""
    if math.isnan(float(kappas(table[None])[0])):
        return None
    size = len(table)
    first, second = np.repeat(np.arange(size), size), np.tile(np.arange(size), size)
    return float(
        cohen_kappa_score(first, second, labels=np.arange(size), sample_weight=table.ravel())
    )


def share(table: Table) -> float | None:
    """The share of the weight on which both are the same; None of an empty table."""
    if not table.sum():
        return None
    size = len(table)
    first, second = np.repeat(np.arange(size), size), np.tile(np.arange(size), size)
    return float(accuracy_score(first, second, sample_weight=table.ravel()))


def alpha(table: Table) -> float | None:
    """Krippendorff's, nominal, of a table whose weights add up to the number of answers.

    Chance is drawn without putting back: expected disagreement is n / (n - 1) times kappa's.
    """
    found = kappa(table)
    return None if found is None else float(_corrected(found, float(table.sum())))


def kappas(tables: Tables) -> Values:
    """The kappa of each table, all at once, for resamples; NaN where there is none."""
    total = tables.sum(axis=(1, 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        agreed = np.trace(tables, axis1=1, axis2=2) / total
        chance = (tables.sum(axis=2) * tables.sum(axis=1)).sum(axis=1) / total**2
        left = np.where(1 - chance > _NOTHING_LEFT, 1 - chance, np.nan)
        return np.asarray((agreed - chance) / left)


def shares(tables: Tables) -> Values:
    """The share on the diagonal of each table, all at once; NaN of an empty one."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.trace(tables, axis1=1, axis2=2) / tables.sum(axis=(1, 2)))


def alphas(tables: Tables) -> Values:
    """The alpha of each table, all at once; NaN where there is none."""
    return np.asarray(_corrected(kappas(tables), tables.sum(axis=(1, 2))))


def exact(hits: int, tries: int, level: float) -> tuple[float, float]:
    """The interval of Clopper and Pearson for a share."""
    found = binomtest(hits, tries).proportion_ci(confidence_level=level, method="exact")
    return float(found.low), float(found.high)


def _corrected(kappa_: float | Values, answers: float | Values) -> float | Values:
    return 1 - (1 - kappa_) * (answers - 1) / answers
