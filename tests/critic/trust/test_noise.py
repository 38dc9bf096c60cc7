"""The corrected reward: right on average, refused where the judge is a coin."""

from __future__ import annotations

import pytest

from tests.critic.trust import tables
from themis.critic.trust.noise import Noise, NoSignal, Rate, measure
from themis.domain.verdict import Outcome


def certain(value: float) -> Rate:
    """A rate that nobody doubts."""
    return Rate(value=value, variance=0.0, low=value, high=value)


CLEAR = Noise(false_positive=certain(0.1), false_negative=certain(0.3))


def test_rates_are_counted_among_the_decided() -> None:
    found = measure(tables.counted(right=70, wrong=20, missed=30, refused=180), "a")
    assert found.false_positive.value == pytest.approx(20 / 200)
    assert found.false_negative.value == pytest.approx(30 / 100)
    assert found.usable


def test_the_corrected_reward_has_the_true_mean() -> None:
    seen = 0.4 * (1 - 0.3) + 0.6 * 0.1  # where 40 % truly pass
    mean = seen * CLEAR.reward(1.0) + (1 - seen) * CLEAR.reward(0.0)
    assert mean == pytest.approx(0.4)


def test_the_variance_is_that_of_the_corrected_reward() -> None:
    seen = 0.4 * (1 - 0.3) + 0.6 * 0.1
    low, high = CLEAR.reward(0.0), CLEAR.reward(1.0)
    expected = seen * (high - 0.4) ** 2 + (1 - seen) * (low - 0.4) ** 2
    assert CLEAR.variance(0.4) == pytest.approx(expected)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    draw, held = tables.dice(4), 0
    for _ in range(200):
        said = [draw.random() < (0.7 if draw.random() < 0.4 else 0.1) for _ in range(300)]
        found = CLEAR.mean([float(each) for each in said])
        held += abs(found.value - 0.4) <= 1.96 * found.error
    assert held >= 180


def test_uncertain_rates_widen_the_error() -> None:
    doubtful = Rate(value=0.1, variance=0.01, low=0.02, high=0.3)
    unsure = Noise(false_positive=doubtful, false_negative=certain(0.3))
    rewards = [1.0] * 30 + [0.0] * 70
    assert unsure.mean(rewards).error > CLEAR.mean(rewards).error
    assert unsure.mean(rewards).value == CLEAR.mean(rewards).value


def test_a_coin_is_not_corrected() -> None:
    coin = measure(tables.counted(right=50, wrong=50, missed=50, refused=50), "a")
    assert not coin.usable
    with pytest.raises(NoSignal, match="use the raw one"):
        coin.reward(1.0)


def test_a_good_judge_on_few_labels_is_not_corrected_yet() -> None:
    assert not measure(tables.counted(right=3, wrong=1, missed=1, refused=3), "a").usable
    assert measure(tables.counted(right=75, wrong=25, missed=25, refused=75), "a").usable


def test_no_mistake_on_a_few_labels_is_no_certainty() -> None:
    found = measure(tables.counted(right=5, wrong=0, missed=0, refused=5), "a")
    assert found.false_positive.value == 0.0
    assert found.false_positive.variance > 0.0
    assert found.false_positive.high > 0.4


def test_the_interval_counts_runs_of_one_task_once() -> None:
    runs = tables.counted(right=50, wrong=10, missed=10, refused=50).rows
    tasks = [
        tables.row(n, each.right, task=f"t{n % 12}", **each.said) for n, each in enumerate(runs)
    ]
    alone, together = measure(tables.table(runs), "a"), measure(tables.table(tasks), "a")
    assert together.false_positive.value == alone.false_positive.value
    assert together.false_positive.high > alone.false_positive.high


def test_undecided_runs_are_neither_mistake_nor_success() -> None:
    rows = [tables.row(n, n % 2 == 0, a=Outcome.UNDECIDED) for n in range(20)]
    with pytest.raises(NoSignal, match="decides no run"):
        measure(tables.table(rows), "a")


def test_labels_of_one_kind_measure_nothing() -> None:
    with pytest.raises(NoSignal, match="decides no run of one kind"):
        measure(tables.counted(right=50, wrong=0), "a")


def test_nothing_has_no_mean() -> None:
    with pytest.raises(ValueError, match="no reward"):
        CLEAR.mean([])
