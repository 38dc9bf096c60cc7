"""The one door to scikit-learn, which has no types: curves fitted to scores, folds over tasks."""

from __future__ import annotations

from collections.abc import Sequence

from sklearn.isotonic import IsotonicRegression  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.model_selection import GroupKFold  # type: ignore[import-untyped]

_LOOSE = 1e6  # the inverse of a penalty too weak to matter; separable scores still end


def logistic(scores: Sequence[float], passed: Sequence[bool]) -> tuple[float, float]:
    """Slope and offset of the likeliest logistic curve, labels softened as Platt does.

    A label of "passed" counts as (n+1)/(n+2) passed, n the number of those, and likewise for
    "failed": each run enters twice, once for either label, with these weights.
    """
    right = sum(passed)
    wrong = len(passed) - right
    hopes = [(right + 1) / (right + 2) if hit else 1 / (wrong + 2) for hit in passed]
    model = LogisticRegression(C=_LOOSE, max_iter=1_000)
    model.fit(
        [[score] for score in scores] * 2,
        [1] * len(hopes) + [0] * len(hopes),
        sample_weight=[*hopes, *(1 - hope for hope in hopes)],
    )
    return float(model.coef_[0][0]), float(model.intercept_[0])


def staircase(
    scores: Sequence[float], passed: Sequence[bool]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The corners of the rising staircase nearest to the labels: scores and probabilities."""
    model = IsotonicRegression(y_min=0.0, y_max=1.0, increasing=True)
    model.fit(list(scores), [float(hit) for hit in passed])
    at = tuple(float(score) for score in model.X_thresholds_)
    return at, tuple(float(share) for share in model.y_thresholds_)


def folds(tasks: Sequence[str], most: int) -> list[tuple[list[int], list[int]]]:
    """Positions to fit on and to check on, several times; a task is never on both sides."""
    parts = GroupKFold(n_splits=min(most, len(set(tasks)))).split(list(tasks), groups=list(tasks))
    return [([int(at) for at in fit], [int(at) for at in check]) for fit, check in parts]
