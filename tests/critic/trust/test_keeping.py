"""What is kept of a report answers later as the report itself did."""

from __future__ import annotations

import json

import pytest

from tests.critic.trust import tables
from themis.critic.trust import keeping, ladder, measuring, reading, report, telling, writing
from themis.critic.trust.combine import chain
from themis.critic.trust.demand import Demand
from themis.critic.trust.floor import FLOORS, choose
from themis.critic.trust.table import Row, Said, Table
from themis.domain.errors import UnreadableTable
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Label, Platform
from themis.domain.verdict import Outcome


def kept(table: Table) -> Json:
    section = report.of_judge(table, "a", report.demands(FLOORS, 0.05))
    told: Json = json.loads(json.dumps(telling.section_json(section)))
    return told


@pytest.mark.parametrize("seed", range(4))
def test_a_floor_nobody_asked_for_is_decided_as_on_the_table(seed: int) -> None:
    table = tables.scored(400, seed, per_task=2)
    read = keeping.read(kept(table))
    for floor in (0.31, 0.55, 0.725, 0.83, 0.97):
        for alpha in (0.01, 0.05, 0.3):
            demand = Demand(floor=floor, alpha=alpha)
            now, later = choose(table, chain(table, "a"), demand), read.promise(demand)
            assert (later.kept, later.rule, later.coverage) == (now.kept, now.rule, now.coverage)
            assert (later.labels_needed, later.sentence) == (now.labels_needed, now.sentence)


def test_corrected_rewards_and_rates_come_back() -> None:
    read = keeping.read(kept(tables.counted(90, 10, 20, 80)))
    passed, failed = read.correct(1.0), read.correct(0.0)
    assert passed.value == pytest.approx((1 - 10 / 90) / (1 - 10 / 90 - 20 / 110))
    assert failed.value is not None
    assert failed.value < 0
    assert passed.false_positive is not None
    assert passed.false_positive.low < 10 / 90 < passed.false_positive.high
    assert read.correct(None).value is None
    assert "undecided" in read.correct(None).reason


@pytest.mark.parametrize(
    "spoiled",
    [None, [], {}, {"ladder": []}, {"ladder": [{"name": "a"}]}, {"ladder": [{"accepted": "x"}]}],
)
def test_what_is_no_report_is_refused(spoiled: Json) -> None:
    with pytest.raises(UnreadableTable, match="measure again"):
        keeping.read(spoiled)


def test_no_rung_lies_below_the_least() -> None:
    table = tables.scored(300, seed=2)
    bounded = Table(judges=table.judges, rows=table.rows, least=0.5)
    assert min(rule.cutoff for rule in chain(table, "a")) < 0.5
    assert min(rule.cutoff for rule in chain(bounded, "a")) >= 0.5


def test_a_ladder_counts_what_its_rule_passes() -> None:
    table = tables.grouped(20, 5, 1.0, seed=1)
    (step,) = [ladder.rung(table, rule) for rule in chain(table, "a")]
    assert (step.evidence.accepted, step.independent, step.labelled) == (100, 20, 100)
    assert ladder.from_json(ladder.to_json([step]), ("a",)) == [step]


@pytest.mark.parametrize("write", [writing.as_json, writing.as_csv])
def test_a_table_that_was_written_is_read_as_it_was(write: object) -> None:
    rows = [
        tables.row(1, True, task='a "quoted", task', a=0.25, b=Outcome.PASSED),
        tables.row(2, False, a=Outcome.UNDECIDED, b=Outcome.FAILED),
        tables.row(3, True, task="=1+1\nnext", b=Outcome.UNDECIDED),
    ]
    table = tables.table(rows)
    told = reading.parse("".join(write(table)), at="t")  # type: ignore[operator]
    assert told.rows == table.rows
    assert told.judges == table.judges
    assert told.digest == table.digest


def test_the_least_is_written_with_the_table() -> None:
    rows = tables.counted(2, 1).rows
    table = Table(judges=("a",), rows=rows, least=0.5)
    assert reading.parse("".join(writing.as_json(table)), at="t").least == 0.5


def test_the_digest_knows_labels_and_verdicts_but_no_order() -> None:
    rows = tables.counted(2, 1).rows
    assert tables.table(rows).digest == tables.table(reversed(rows)).digest
    assert tables.table(rows).digest != tables.table(rows[:2]).digest


def answers(table: Table, **how: bool) -> list[dict[str, Json]]:
    heading: dict[str, Json] = {
        "judges": [*table.judges],
        "left_out": 0,
        "tasks_known": True,
        "least": 0.0,
        "alone": True,
        "together": False,
    }
    lines = [writing.line(heading | how)]
    found: list[dict[str, Json]] = []
    measuring.work(
        lines + [writing.line(writing.row_json(row)) for row in table.rows], found.append
    )
    return found


def test_a_platform_is_measured_by_itself_where_it_has_labels_enough() -> None:
    many = tables.scored(120, seed=1, platform=Platform.WEB).rows
    few = [tables.row(1_000 + n, n % 2 == 0, a=0.5 + n / 100) for n in range(8)]  # unknown platform
    told = answers(tables.table([*many, *few]))
    sections = [each for each in told if "section" in each]
    assert [each["platform"] for each in sections] == ["", "web"]
    steps = [(each["done"], each["total"]) for each in told if "total" in each]
    assert steps == [(number, 8) for number in range(9)]


def test_judges_are_measured_on_the_runs_they_judged_together_on_those_of_both() -> None:
    rows = []
    for n in range(40):
        said: dict[str, Said] = {"a": 0.9} if n < 30 else {}
        said |= {"b": 0.8} if n > 9 else {}
        rows.append(Row(id=str(n), task=f"t{n}", label=Label("passed"), said=said))
    table = Table(judges=("a", "b"), rows=tuple(rows))
    told = [each["section"] for each in answers(table, together=True) if "section" in each]
    runs = {str(each["name"]): each["runs"] for each in told if isinstance(each, dict)}
    assert runs == {"a": 30, "b": 30, "both": 20, "either": 20}
