"""Curves from scores to probabilities."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.critic.trust import tables
from themis.critic.trust import learning
from themis.critic.trust.calibration import Calibration, Isotonic, Platt, from_json
from themis.critic.trust.fitting import TooFewLabels, calibrate, calibrate_each, cross_validated
from themis.critic.trust.reliability import brier, calibration_error
from themis.critic.trust.table import Table
from themis.domain.errors import UnreadableTable
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Platform
from themis.domain.verdict import Outcome

PAIRS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=60)


def overconfident(runs: int, seed: int) -> Table:
    """Scores pushed to the ends: what is .9 in truth is told as .99 and so on."""
    honest = tables.scored(runs, seed, per_task=2)
    rows = []
    for each in honest.rows:
        score = each.score("a") or 0.0
        pushed = score**3 / (score**3 + (1 - score) ** 3)
        rows.append(tables.row(int(each.id), each.right, task=each.task, a=pushed))
    return tables.table(rows)


def test_calibration_mends_overconfidence_on_unseen_tasks() -> None:
    told = overconfident(600, seed=2)
    raw = [(row.score("a") or 0.0, row.right) for row in told.rows]
    mended = cross_validated(told, "a")
    assert (brier(mended) or 1) < (brier(raw) or 0)
    assert (calibration_error(mended) or 1) < (calibration_error(raw) or 0) / 2


def test_few_labels_never_get_the_staircase() -> None:
    assert isinstance(calibrate(overconfident(150, seed=2), "a").curve, Platt)


def test_steps_are_told_by_the_staircase() -> None:
    draw = tables.dice(8)
    rows = []
    for number in range(1_000):
        score = draw.random()
        share = 0.05 if score < 0.5 else 0.5 if score < 0.9 else 1.0
        rows.append(tables.row(number, draw.random() < share, a=score))
    assert isinstance(calibrate(tables.table(rows), "a").curve, Isotonic)


def test_too_few_labels_are_refused_with_what_it_takes() -> None:
    with pytest.raises(TooFewLabels, match=r"10 of each on 10 tasks"):
        calibrate(tables.counted(5, 2, 3, 40), "a")


def test_one_task_is_no_ground_for_a_calibration() -> None:
    rows = [tables.row(n, n % 2 == 0, task="one", a=n / 100) for n in range(100)]
    with pytest.raises(TooFewLabels, match="on 1 tasks"):
        calibrate(tables.table(rows), "a")


def test_a_judge_with_two_words_gets_the_share_behind_each() -> None:
    curve = calibrate(tables.counted(80, 20, 30, 170), "a").curve
    assert curve.probability(1.0) == pytest.approx(0.8, abs=0.02)
    assert curve.probability(0.0) == pytest.approx(0.15, abs=0.02)


def test_scores_that_mean_the_opposite_are_worth_nothing() -> None:
    rows = [tables.row(n, n < 60, a=n / 120) for n in range(120)]
    curve = calibrate(tables.table(rows), "a").curve
    assert curve.probability(0.0) == pytest.approx(curve.probability(1.0))
    assert curve.probability(0.5) == pytest.approx(0.5, abs=0.01)


def test_each_platform_with_labels_enough_has_its_own() -> None:
    web = tables.scored(200, seed=1, platform=Platform.WEB)
    few = tables.scored(12, seed=2, platform=Platform.IOS)
    both = Table(judges=("a",), rows=web.rows + few.rows)
    found = calibrate_each(both, "a")
    assert set(found) == {None, Platform.WEB}
    assert found[Platform.WEB].labels == 200


def test_outcomes_are_scores_of_their_own() -> None:
    rows = [tables.row(n, n % 2 == 0, a=Outcome.UNDECIDED) for n in range(60)]
    assert calibrate(tables.table(rows), "a").probability(0.5) == pytest.approx(0.5, abs=0.02)


@settings(max_examples=50, deadline=None)
@given(PAIRS)
def test_the_staircase_never_falls(pairs: list[tuple[float, bool]]) -> None:
    curve = Isotonic(*learning.staircase([p[0] for p in pairs], [p[1] for p in pairs]))
    found = [curve.probability(at / 50) for at in range(51)]
    assert all(low <= high + 1e-12 for low, high in pairwise(found))
    assert all(0.0 <= each <= 1.0 for each in found)


@settings(deadline=None)
@given(st.integers(1, 40), st.integers(2, 8))
def test_no_task_is_on_both_sides_of_a_fold(tasks: int, most: int) -> None:
    names = [f"t{n % (tasks + 1)}" for n in range(tasks * 3 + 3)]
    for fitted, checked in learning.folds(names, most):
        assert not {names[at] for at in fitted} & {names[at] for at in checked}


@pytest.mark.parametrize(
    "curve", [Platt(slope=3.25, offset=-1.5), Isotonic((0.0, 0.4, 1.0), (0.1, 0.1, 0.95))]
)
def test_a_calibration_survives_json(curve: Platt | Isotonic) -> None:
    made = Calibration(
        judge="a", curve=curve, labels=90, tasks=30, brier=0.12, platform=Platform.WEB
    )
    assert from_json(json.loads(json.dumps(made.to_json()))) == made


BROKEN: list[Json] = [
    None,
    {"version": "themis/calibration/9"},
    {"version": "themis/calibration/1", "judge": "a"},
    {"version": "themis/calibration/1", "judge": "a", "curve": {"kind": "magic"}, "labels": 1,
     "tasks": 1, "brier": 0.1},
    {"version": "themis/calibration/1", "judge": "a", "labels": 1, "tasks": 1, "brier": 0.1,
     "curve": {"kind": "isotonic", "scores": [0.5, 0.1], "probabilities": [0.1, 0.2]}},
    {"version": "themis/calibration/1", "judge": "a", "labels": 1, "tasks": 1, "brier": 0.1,
     "curve": {"kind": "isotonic", "scores": [0.1, 0.5], "probabilities": [0.9, 0.2]}},
    {"version": "themis/calibration/1", "judge": "a", "labels": "many", "tasks": 1, "brier": 0.1,
     "curve": {"kind": "platt", "slope": 1, "offset": 0}},
]  # fmt: skip


@pytest.mark.parametrize("value", BROKEN)
def test_a_broken_calibration_is_refused(value: Json) -> None:
    with pytest.raises(UnreadableTable, match="calibration"):
        from_json(value)


def test_a_score_outside_its_range_is_refused() -> None:
    made = calibrate(tables.scored(100, seed=1), "a")
    with pytest.raises(ValueError, match="scores go from 0 to 1"):
        made.probability(1.5)
