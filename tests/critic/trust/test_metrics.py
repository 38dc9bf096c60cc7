"""Figures against counts worked out by hand."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.critic.trust import tables
from themis.critic.trust.combine import alone
from themis.critic.trust.metrics import Confusion, confusion, measure
from themis.critic.trust.reliability import bins, brier, calibration_error
from themis.domain.verdict import Outcome

SCORED = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=80)


def test_measures_are_those_of_the_counts() -> None:
    counts = Confusion(true_passed=6, false_passed=2, false_failed=4, true_failed=8)
    assert counts.precision == pytest.approx(6 / 8)
    assert counts.recall == pytest.approx(6 / 10)
    assert counts.f1 == pytest.approx(12 / 18)
    assert counts.accuracy == pytest.approx(14 / 20)
    assert counts.false_positive_rate == pytest.approx(2 / 10)
    assert counts.balanced_accuracy == pytest.approx((0.6 + 0.8) / 2)


def test_a_judge_that_passes_nothing_has_no_precision() -> None:
    counts = confusion(tables.counted(right=0, wrong=0, missed=3, refused=3), alone("a"))
    assert counts.precision is None
    assert counts.recall == 0.0


def test_undecided_is_no_pass() -> None:
    told = tables.table([tables.row(1, True, a=Outcome.UNDECIDED), tables.row(2, True)])
    assert confusion(told, alone("a")) == Confusion(false_failed=2)


def test_an_interval_holds_its_figure() -> None:
    found = measure(tables.counted(30, 10, 10, 50), alone("a"), resamples=200)["precision"]
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.75 < found.high


def test_intervals_widen_where_tasks_hang_together() -> None:
    free = measure(tables.grouped(200, 1, 0.7, seed=1), alone("a"), resamples=200)["precision"]
    bound = measure(tables.grouped(40, 5, 0.7, seed=1), alone("a"), resamples=200)["precision"]
    assert (bound.high or 0) - (bound.low or 0) > 1.5 * ((free.high or 0) - (free.low or 0))


def test_perfect_scores_have_no_error() -> None:
    scored = [(0.0, False)] * 5 + [(1.0, True)] * 5
    assert brier(scored) == 0.0
    assert calibration_error(scored) == 0.0


def test_equal_scores_share_a_bin() -> None:
    found = bins([(0.0, False)] * 90 + [(1.0, True)] * 8 + [(1.0, False)] * 2)
    assert [(each.count, each.share) for each in found] == [(90, 0.0), (10, 0.8)]


def test_different_scores_fill_bins_evenly() -> None:
    assert [each.count for each in bins([(n / 100, True) for n in range(100)])] == [10] * 10


@settings(deadline=None)
@given(SCORED)
def test_bins_lose_no_run_and_never_overlap(scored: list[tuple[float, bool]]) -> None:
    found = bins(scored)
    assert sum(each.count for each in found) == len(scored)
    assert len(found) <= 10
    assert all(low.high < high.low for low, high in pairwise(found))
    error = calibration_error(scored)
    assert error is not None
    assert 0.0 <= error <= 1.0
