"""Finding a judge's calibration on people's labels.

The shape is chosen by cross-validation over tasks: a run is never checked by a curve that saw
another run of its task. The staircase bends to anything, so it is tried only where there are
labels enough and taken only where it is better on tasks it did not see. With too few labels there
is no calibration, and a sentence says what it would take.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from themis.critic.trust import learning
from themis.critic.trust.calibration import Calibration, Curve, Isotonic, Platt
from themis.critic.trust.table import Table
from themis.domain.trajectory import Platform

FEWEST_EACH = 10  # labels of either kind, below which nothing is fitted
FEWEST_TASKS = 10
FEWEST_FOR_STAIRCASE = 200  # labels
FOLDS = 5

Fit = Callable[[Sequence[float], Sequence[bool]], Curve]
Unseen = tuple[float, bool, str]  # probability, whether it truly passed, task


class TooFewLabels(ValueError):
    """Labels that carry no calibration. The text says how many would."""


@dataclass(frozen=True, slots=True)
class _Labels:
    scores: list[float]
    passed: list[bool]
    tasks: list[str]


@dataclass(frozen=True, slots=True)
class _Best:
    """The shape that was taken, its error, and what it said of tasks it had not seen."""

    fit: Fit
    error: float
    unseen: list[Unseen]


def calibrate(table: Table, judge: str) -> Calibration:
    """The judge's curve over all platforms; TooFewLabels where the labels carry none."""
    return _calibrate(table, judge, None)


def calibrate_each(table: Table, judge: str) -> dict[Platform | None, Calibration]:
    """One curve for all platforms (under None) and one for each that has labels enough."""
    found: dict[Platform | None, Calibration] = {None: calibrate(table, judge)}
    for platform in sorted({row.platform for row in table.rows}):
        try:
            found[platform] = _calibrate(table.on(platform), judge, platform)
        except TooFewLabels:
            continue  # the curve for all platforms stands in
    return found


def cross_validated(table: Table, judge: str) -> list[tuple[float, bool]]:
    """(probability, truly passed) of each run by a curve that saw no run of its task."""
    found = _best(_labels(table, judge)).unseen
    return [(probability, hit) for probability, hit, _ in found]


def calibrate_and_check(table: Table, judge: str) -> tuple[Calibration, list[Unseen]]:
    """`calibrate` and `cross_validated`, each run with its task, for the work of one."""
    labels = _labels(table, judge)
    best = _best(labels)
    return _fitted(labels, best, judge, None), best.unseen


def _calibrate(table: Table, judge: str, platform: Platform | None) -> Calibration:
    labels = _labels(table, judge)
    return _fitted(labels, _best(labels), judge, platform)


def _fitted(labels: _Labels, best: _Best, judge: str, platform: Platform | None) -> Calibration:
    return Calibration(
        judge=judge,
        curve=best.fit(labels.scores, labels.passed),
        labels=len(labels.scores),
        tasks=len(set(labels.tasks)),
        brier=best.error,
        platform=platform,
    )


def _labels(table: Table, judge: str) -> _Labels:
    held = [
        (score, row.right, row.task)
        for row in table.rows
        if (score := row.score(judge)) is not None
    ]
    right, tasks = sum(hit for _, hit, _ in held), len({task for _, _, task in held})
    if min(right, len(held) - right) < FEWEST_EACH or tasks < FEWEST_TASKS:
        raise TooFewLabels(
            f"{judge} has {right} passed and {len(held) - right} failed labels on {tasks} tasks;"
            f" a calibration takes {FEWEST_EACH} of each on {FEWEST_TASKS} tasks"
        )
    return _Labels([each[0] for each in held], [each[1] for each in held],
                   [each[2] for each in held])  # fmt: skip


def _best(labels: _Labels) -> _Best:
    """The shape with the smaller squared error on unseen tasks."""
    shapes: list[Fit] = [_platt]
    if len(labels.scores) >= FEWEST_FOR_STAIRCASE:
        shapes.append(_isotonic)
    tried = [(shape, _unseen(labels, shape)) for shape in shapes]
    shape, found = min(tried, key=lambda each: _error(each[1]))
    return _Best(shape, _error(found), found)


def _unseen(labels: _Labels, shape: Fit) -> list[Unseen]:
    found: list[Unseen] = []
    for fitted, checked in learning.folds(labels.tasks, FOLDS):
        passed = [labels.passed[at] for at in fitted]
        curve = shape([labels.scores[at] for at in fitted], passed)
        found += [
            (curve.probability(labels.scores[at]), labels.passed[at], labels.tasks[at])
            for at in checked
        ]
    return found


def _error(found: Sequence[Unseen]) -> float:
    return sum((probability - hit) ** 2 for probability, hit, _ in found) / len(found)


def _platt(scores: Sequence[float], passed: Sequence[bool]) -> Curve:
    if len(set(passed)) < 2:  # a fold with one kind of label: what is left is the softened share
        scores, passed = [*scores, 0.0, 1.0], [*passed, not passed[0], not passed[0]]
    slope, offset = learning.logistic(scores, passed)
    return Platt(slope=max(0.0, slope), offset=offset) if slope >= 0 else _level(passed)


def _level(passed: Sequence[bool]) -> Platt:
    """A judge whose higher scores mean less: the share of passed runs, whatever the score."""
    slope, offset = learning.logistic([0.5] * len(passed), passed)
    return Platt(slope=0.0, offset=offset + slope * 0.5)


def _isotonic(scores: Sequence[float], passed: Sequence[bool]) -> Curve:
    at, share = learning.staircase(scores, passed)
    return Isotonic(scores=at, probabilities=share)
