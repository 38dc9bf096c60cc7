"""Coefficients against another library on any data, resamples against the library, odd cases."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask  # type: ignore[import-untyped]

from tests.agreement.test_published import sample
from themis.agreement import coefficients, figure
from themis.agreement.figure import FEWEST_TASKS

few = settings(max_examples=30, deadline=None)

ANSWER = st.integers(min_value=0, max_value=3)
PAIRS = st.lists(st.tuples(ANSWER, ANSWER), min_size=2, max_size=30)
TRIPLES = st.lists(st.tuples(ANSWER, ANSWER, ANSWER), min_size=2, max_size=20)
MIXED = st.lists(st.lists(ANSWER, min_size=2, max_size=5).map(tuple), min_size=2, max_size=20)


def judged(items: list[tuple[int, ...]]) -> AnnotationTask:
    """The same answers, as NLTK takes them."""
    return AnnotationTask(
        [(f"c{n}", at, said) for at, item in enumerate(items) for n, said in enumerate(item)]
    )


def several(items: list[tuple[int, ...]]) -> bool:
    return len({said for item in items for said in item}) > 1


@few
@given(MIXED)
def test_alpha_is_that_of_nltk(items: list[tuple[int, ...]]) -> None:
    assume(several(items))
    told = figure.krippendorff(sample(*items, columns=4), "x").value
    assert told == pytest.approx(judged(items).alpha(), abs=1e-9)


@few
@given(TRIPLES)
def test_fleiss_is_the_multi_pi_of_nltk(items: list[tuple[int, ...]]) -> None:
    assume(several(items))
    told = figure.fleiss(sample(*items, columns=4), "x").value
    assert told == pytest.approx(judged(items).pi(), abs=1e-9)


@few
@given(PAIRS)
def test_cohen_is_the_kappa_of_nltk(items: list[tuple[int, ...]]) -> None:
    told = figure.cohen(sample(*items, columns=4), "x").value
    assume(told is not None)
    assert told == pytest.approx(judged(items).kappa(), abs=1e-9)


@few
@given(st.lists(st.integers(min_value=0, max_value=9), min_size=9, max_size=9))
def test_what_resamples_are_told_by_is_what_the_library_tells(cells: list[int]) -> None:
    table = np.array(cells, dtype=float).reshape(3, 3)
    assume(table.sum() > 0)
    for one, many in (
        (coefficients.kappa, coefficients.kappas),
        (coefficients.alpha, coefficients.alphas),
        (coefficients.share, coefficients.shares),
    ):
        told, drawn = one(table), float(many(table[None])[0])
        assert (told is None) == math.isnan(drawn)
        assert told is None or told == pytest.approx(drawn, abs=1e-9)


def test_one_answer_only_has_no_kappa_and_never_a_false_one() -> None:
    of = sample(*[(0, 0)] * 40)
    for told in (figure.cohen(of, "x"), figure.fleiss(of, "x"), figure.krippendorff(of, "x")):
        assert told.value is None
        assert told.low is None
        assert "one answer" in told.why


def test_nothing_to_compare_is_said() -> None:
    assert figure.percent(sample(), "x").why == "nothing to compare"


def test_below_ten_tasks_there_is_no_interval() -> None:
    items = [(0, 0), (1, 1), (0, 1)] * 3
    few = figure.cohen(sample(*items), "x")
    assert len(items) == FEWEST_TASKS - 1
    assert few.value is not None
    assert few.low is None
    assert few.why == "9 tasks; an interval takes 10"
    assert figure.cohen(sample(*items, (1, 1)), "x").low is not None


def test_many_items_of_few_tasks_are_still_few() -> None:
    of = sample()
    for number in range(60):
        of.add(number % 3, (0, 0) if number % 4 else (0, 1))
    assert "3 tasks" in figure.percent(of, "x").why


def test_all_alike_is_not_told_as_certain() -> None:
    """Twenty tasks without a difference: the exact interval of 20 begins at .025 ** (1/20)."""
    of = sample(*[(0, 0), (1, 1)] * 10)
    percent, kappa = figure.percent(of, "x"), figure.cohen(of, "x")
    assert percent.value == 1.0
    assert percent.low == pytest.approx(0.025 ** (1 / 20))
    assert percent.high == 1.0
    assert kappa.value == pytest.approx(1.0)
    assert kappa.low is None
    assert "cannot be told" in kappa.why


def test_alike_runs_of_a_task_make_an_interval_wider() -> None:
    apart, together = sample(), sample()
    for number in range(200):
        alike = (0, 1) if number < 60 else (number % 2, number % 2)
        apart.add(number, alike)
        together.add(number // 10, alike)
    single, grouped = figure.percent(apart, "x"), figure.percent(together, "x")
    assert single.value == grouped.value
    assert width(grouped) > 2 * width(single)


def test_the_same_answers_give_the_same_interval() -> None:
    items = [(0, 0), (1, 1), (0, 1), (2, 2)] * 10
    first, again = figure.cohen(sample(*items), "x"), figure.cohen(sample(*items), "x")
    assert first == again
    assert first != figure.cohen(sample(*items), "y")


def width(told: figure.Figure) -> float:
    assert told.low is not None
    assert told.high is not None
    return told.high - told.low
