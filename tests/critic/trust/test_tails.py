"""Tails against sums of whole numbers, and the published limit."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themis.critic.trust.tails import binomial_upper, hypergeometric_upper, lower_limit, wilson


@settings(deadline=None)
@given(st.integers(1, 60), st.data(), st.floats(0.05, 0.95))
def test_the_binomial_tail_is_the_sum_of_its_terms(
    trials: int, data: st.DataObject, share: float
) -> None:
    right = data.draw(st.integers(0, trials))
    whole = sum(
        math.comb(trials, k) * share**k * (1 - share) ** (trials - k)
        for k in range(right, trials + 1)
    )
    assert binomial_upper(trials, right, share) == pytest.approx(whole, rel=1e-6, abs=1e-9)


@settings(deadline=None)
@given(st.integers(1, 40), st.data())
def test_the_hypergeometric_tail_is_the_sum_of_its_terms(total: int, data: st.DataObject) -> None:
    good = data.draw(st.integers(0, total))
    drawn = data.draw(st.integers(0, total))
    right = data.draw(st.integers(0, total))
    ways = sum(
        math.comb(good, k) * math.comb(total - good, drawn - k) for k in range(right, drawn + 1)
    )
    expected = ways / math.comb(total, drawn)
    found = hypergeometric_upper(total, good, drawn, right)
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_the_limit_without_a_mistake_has_a_closed_form() -> None:
    assert lower_limit(59, 59, 0.05) == pytest.approx(0.05 ** (1 / 59))


def test_the_limit_is_where_the_tail_meets_alpha() -> None:
    assert binomial_upper(100, 80, lower_limit(100, 80, 0.05)) == pytest.approx(0.05)


def test_no_trial_promises_nothing() -> None:
    assert lower_limit(0, 0, 0.05) == 0.0


@pytest.mark.parametrize(
    ("trials", "right", "low", "high"),
    [
        (263, 81, 0.2553, 0.3662),
        (148, 15, 0.0624, 0.1605),
        (20, 0, 0.0, 0.1611),
        (29, 1, 0.0061, 0.1718),
    ],
)
def test_score_intervals_are_the_published_ones(
    trials: int, right: int, low: float, high: float
) -> None:
    """Newcombe, Statistics in Medicine 1998, table I, method 3."""
    assert wilson(trials, right) == pytest.approx((low, high), abs=5e-5)


def test_of_nothing_the_interval_is_everything() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
