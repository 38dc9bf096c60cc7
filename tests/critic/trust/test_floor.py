"""A promise is a promise: bounds against dice whose odds are known."""

from __future__ import annotations

import pytest

from benchmarks.trust import tally
from tests.critic.trust import tables
from themis.critic.trust.combine import alone, quorums, thresholds
from themis.critic.trust.demand import Demand
from themis.critic.trust.evidence import Dependence, weigh
from themis.critic.trust.floor import choose, promise
from themis.critic.trust.table import Table
from themis.domain.verdict import Outcome

WORLDS = 300


def broken(worlds: list[Table], demand: Demand) -> int:
    """Promises given in worlds whose true precision lies just below the floor."""
    return sum(promise(world, alone("a"), demand).kept for world in worlds)


def test_plenty_of_right_passes_carry_a_promise() -> None:
    told = promise(tables.counted(190, 10), alone("a"), Demand(floor=0.85))
    assert told.kept
    assert "promised with confidence 95%" in told.sentence
    assert told.at_least > 0.9


def test_too_few_labels_are_refused_with_their_number() -> None:
    told = promise(tables.counted(10, 0), alone("a"), Demand(floor=0.9))
    assert not told.kept
    assert told.labels_needed == Demand(floor=0.9).fewest == 40
    assert "40 labelled runs" in told.sentence


def test_the_number_of_labels_it_takes_is_enough() -> None:
    few, demand = tables.counted(45, 5, 20, 30), Demand(floor=0.8)
    refused = promise(few, alone("a"), demand)
    assert not refused.kept
    assert refused.labels_needed is not None
    times = -(-refused.labels_needed // 100)
    more = tables.counted(45 * times, 5 * times, 20 * times, 30 * times)
    assert promise(more, alone("a"), demand).kept


def test_no_number_of_labels_lifts_a_precision_below_the_floor() -> None:
    told = promise(tables.counted(70, 30), alone("a"), Demand(floor=0.8))
    assert told.labels_needed is None
    assert "any number of labels" in told.sentence


def test_a_rule_that_passes_nothing_promises_nothing() -> None:
    told = promise(tables.counted(0, 0, 5, 5), alone("a"), Demand(floor=0.7))
    assert not told.kept
    assert told.evidence.precision is None


def test_below_the_promise_stands_undecided() -> None:
    told = tables.counted(190, 10, 5, 50)
    kept = promise(told, alone("a"), Demand(floor=0.8))
    assert kept.outcome(told.rows[0]) is Outcome.PASSED
    assert kept.outcome(told.rows[-1]) is Outcome.UNDECIDED
    refused = promise(told, alone("a"), Demand(floor=0.98))
    assert {refused.outcome(row) for row in told.rows} == {Outcome.UNDECIDED}


def test_runs_of_one_task_count_once_when_they_share_its_fate() -> None:
    told = tables.grouped(20, 5, 1.0, seed=1)
    evidence = weigh((row.task, row.right) for row in told.rows)
    assert (evidence.accepted, evidence.weight) == (100, 20)


def test_independent_runs_are_measured_as_nearly_independent() -> None:
    draw = tables.dice(3)
    runs = [(f"t{n // 4}", draw.random() < 0.7) for n in range(2_000)]
    assert weigh(runs, Dependence.MEASURED).design_effect < 1.3
    assert weigh(runs).design_effect == 4.0


def test_dependence_is_not_measured_on_a_few_mistakes() -> None:
    runs = [(f"t{n // 4}", n > 3) for n in range(400)]
    assert weigh(runs, Dependence.MEASURED).design_effect == 4.0


@pytest.mark.parametrize("dependence", list(Dependence))
@pytest.mark.parametrize("per_task", [1, 4])
def test_a_false_promise_is_rarer_than_alpha(per_task: int, dependence: Dependence) -> None:
    worlds = [tables.grouped(80, per_task, 0.79, seed=seed) for seed in range(WORLDS)]
    demand = Demand(floor=0.8, dependence=dependence)
    assert broken(worlds, demand) <= 0.05 * WORLDS


def test_counting_every_run_would_break_the_promise() -> None:
    worlds = [tables.grouped(80, 4, 0.79, seed=seed) for seed in range(WORLDS)]
    naive = [
        tables.table(tables.row(n, row.right, a=row.said["a"]) for n, row in enumerate(world.rows))
        for world in worlds
    ]
    assert broken(naive, Demand(floor=0.8)) > 0.05 * WORLDS


def test_a_search_over_thresholds_keeps_the_promise() -> None:
    demand, false = Demand(floor=0.8), 0
    for seed in range(100):
        told = choose(world := tables.scored(400, seed), thresholds(world, "a"), demand)
        # scores are true probabilities, even over 0 to 1: the mean above a cutoff is known
        false += told.kept and (1 + told.rule.cutoff) / 2 < 0.8
    assert false <= 5


def test_a_search_finds_a_threshold_where_there_is_one() -> None:
    world = tables.scored(2_000, seed=5)
    told = choose(world, thresholds(world, "a"), Demand(floor=0.8))
    assert told.kept
    assert 0.6 <= told.rule.cutoff <= 0.8


def test_a_lower_floor_never_costs_coverage() -> None:
    world = tables.scored(2_000, seed=6)
    rules = thresholds(world, "a")
    found = [choose(world, rules, Demand(floor=floor)) for floor in (0.9, 0.8, 0.7, 0.6)]
    assert all(each.kept for each in found)
    coverage = [each.coverage for each in found]
    assert coverage == sorted(coverage)


def test_the_widest_quorum_that_holds_is_chosen() -> None:
    rows = [tables.row(n, True, a=Outcome.PASSED, b=Outcome.PASSED) for n in range(100)]
    rows += [tables.row(100 + n, n % 2 == 0, a=Outcome.PASSED, b=Outcome.FAILED) for n in range(80)]
    told = tables.table(rows)
    assert choose(told, quorums(["a", "b"]), Demand(floor=0.9)).rule.name == "both"
    assert choose(told, quorums(["a", "b"]), Demand(floor=0.6)).rule.name == "either"


@pytest.mark.parametrize("precision", [0.74, 0.77, 0.80, 0.84])
def test_splits_by_task_break_few_promises(precision: float) -> None:
    draw = tables.dice(17)
    rows = [
        tables.row(n, draw.random() < precision, task=f"t{n // 3}", a=Outcome.PASSED)
        for n in range(240)
    ]
    found = tally(tables.table(rows), Demand(floor=0.75), splits=100)["a"]
    assert found.broken <= 5


def test_a_batch_holds_what_was_promised_where_the_long_run_is_near() -> None:
    # half of a bound's margin above the floor: there the long-run bound alone, which is right of
    # the long run, is broken by the other half in about one split of eight
    found = tally(tables.counted(188, 52), Demand(floor=0.75), splits=200)["a"]
    assert found.broken <= 10


@pytest.mark.parametrize(("floor", "alpha"), [(0.0, 0.05), (1.0, 0.05), (0.8, 0.0), (0.8, 0.9)])
def test_demands_nobody_can_meet_are_refused(floor: float, alpha: float) -> None:
    with pytest.raises(ValueError, match="a floor lies between"):
        Demand(floor=floor, alpha=alpha)
