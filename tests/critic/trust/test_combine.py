"""Judges combined."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.critic.trust import tables
from themis.critic.trust.combine import alone, chain, quorum, quorums, thresholds
from themis.domain.trajectory import Label
from themis.domain.verdict import Outcome

PASSED, FAILED, UNDECIDED = Outcome.PASSED, Outcome.FAILED, Outcome.UNDECIDED


@pytest.mark.parametrize(
    ("said", "passes"),
    [((PASSED, PASSED, PASSED), 3), ((PASSED, UNDECIDED, FAILED), 1), ((0.5, 0.49, FAILED), 1)],
)
def test_a_quorum_counts_those_that_pass(said: tuple[Outcome | float, ...], passes: int) -> None:
    row = tables.row(1, True, a=said[0], b=said[1], c=said[2])
    for needed in (1, 2, 3):
        assert quorum(["a", "b", "c"], needed).accepts(row) is (passes >= needed)


def test_quorums_go_from_unanimous_to_any() -> None:
    assert [rule.name for rule in quorums(["a", "b"])] == ["both", "either"]
    assert [rule.name for rule in quorums(["a", "b", "c"])] == ["all", "2 of 3", "any"]


def test_more_than_all_is_no_quorum() -> None:
    with pytest.raises(ValueError, match="no quorum"):
        quorum(["a", "b"], 3)


def test_a_silent_judge_passes_nothing() -> None:
    assert not alone("a").accepts(tables.row(1, True, b=PASSED))


def test_thresholds_widen_step_by_step() -> None:
    told = tables.scored(500, seed=3)
    counts = [sum(map(rule.accepts, told.rows)) for rule in thresholds(told, "a")]
    assert counts == sorted(set(counts))
    assert counts[-1] == 500


def test_thresholds_do_not_look_at_labels() -> None:
    told = tables.scored(100, seed=3)
    turned = tables.table(
        replace(row, label=Label.FAILED if row.right else Label.PASSED) for row in told.rows
    )
    assert thresholds(told, "a") == thresholds(turned, "a")


def test_a_judge_of_outcomes_has_one_rule() -> None:
    assert chain(tables.counted(1, 1), "a") == [alone("a")]
