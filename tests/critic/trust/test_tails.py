"""Tails against sums of whole numbers, and the published limit."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themis.critic.trust.tails import binomial_upper, hypergeometric_upper, lower_limit


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
