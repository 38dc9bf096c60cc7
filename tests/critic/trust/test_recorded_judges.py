"""The recorded judges: published figures, tasks checked against files that name them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.trust import tally
from tests.critic.trust.tables import NO_DATA, TASKS, WEBJUDGE
from themis.critic.trust import webjudge
from themis.critic.trust.combine import alone, quorums
from themis.critic.trust.demand import Demand
from themis.critic.trust.floor import FLOORS, promise
from themis.critic.trust.metrics import Confusion, confusion
from themis.critic.trust.table import Table
from themis.domain.errors import UnreadableTable
from themis.domain.verdict import Outcome


def folder(place: Path, **judges: tuple[list[int], list[int]]) -> Path:
    """A folder as WebJudge leaves it."""
    for judge, (human, said) in judges.items():
        pairs = {"trajectory_success": {"y_human": human, "y_judge": said}}
        path = place / judge / "results" / "results.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({"webjudge": {"all": {"all": pairs}}}), encoding="utf-8")
    return place


def test_judges_over_the_same_runs_are_one_table(tmp_path: Path) -> None:
    told = webjudge.read(folder(tmp_path, a=([1, 0, 1], [1, 1, -1]), b=([1, 0, 1], [0, 0, 1])))
    assert told.judges == ("a", "b")
    assert not told.tasks_known
    assert [row.outcome("a") for row in told.rows] == [
        Outcome.PASSED,
        Outcome.PASSED,
        Outcome.UNDECIDED,
    ]


def test_a_file_of_tasks_names_them(tmp_path: Path) -> None:
    (tmp_path / "tasks.csv").write_text("task\nx\ny\nx\n", encoding="utf-8")
    told = webjudge.read(folder(tmp_path, a=([1, 0, 2], [1, 1, 0])), tmp_path / "tasks.csv")
    assert told.tasks == ("x", "y")
    assert told.left_out == 1


@pytest.mark.parametrize(
    ("judges", "complaint"),
    [
        ({}, "no judge with"),
        ({"a": ([1, 0], [1, 0]), "b": ([0, 0], [1, 0])}, "judged other runs"),
        ({"a": ([1, 0], [1])}, "2 labels for 1 verdicts"),
        ({"a": ([], [])}, "0 labels for 0 verdicts"),
    ],
)
def test_folders_that_do_not_fit_are_refused(
    tmp_path: Path, judges: dict[str, tuple[list[int], list[int]]], complaint: str
) -> None:
    with pytest.raises(UnreadableTable, match=complaint):
        webjudge.read(folder(tmp_path, **judges))


def test_tasks_for_other_runs_are_refused(tmp_path: Path) -> None:
    (tmp_path / "tasks.csv").write_text("task\nx\n", encoding="utf-8")
    with pytest.raises(UnreadableTable, match="1 lines for 2 runs"):
        webjudge.read(folder(tmp_path, a=([1, 0], [1, 0])), tmp_path / "tasks.csv")


Cells = dict[tuple[str, str], tuple[list[int], list[int]]]


def by_part(place: Path, **judges: Cells) -> Path:
    """A folder whose files hold their pairs by benchmark and agent, and all together."""
    for judge, cells in judges.items():
        held: dict[str, dict[str, object]] = {"all": {}}
        human = [label for cell, _ in cells.values() for label in cell]
        said = [word for _, cell in cells.values() for word in cell]
        held["all"]["all"] = {"trajectory_success": {"y_human": human, "y_judge": said}}
        for (benchmark, agent), (labels, words) in cells.items():
            pairs = {"trajectory_success": {"y_human": labels, "y_judge": words}}
            held.setdefault(benchmark, {})[agent] = pairs
        path = place / judge / "results" / "results.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({"webjudge": held}), encoding="utf-8")
    return place


SHOP: Cells = {("shop", "x"): ([1, 0, 1], [1, 0, 0]), ("shop", "y"): ([0, 0], [1, 0])}
BANK: Cells = {("bank", "x"): ([1, 1], [1, 1])}


def test_a_judge_of_some_benchmarks_is_silent_on_the_others(tmp_path: Path) -> None:
    told = webjudge.read(by_part(tmp_path, a=SHOP | BANK, b=BANK, c=SHOP))
    assert len(told.rows) == 7
    runs = {judge: len(told.judged_by([judge]).rows) for judge in told.judges}
    assert runs == {"a": 7, "b": 2, "c": 5}
    assert len(told.judged_by(["a", "b"]).rows) == 2
    assert not told.judged_by(["b", "c"]).rows
    assert not told.tasks_known
    assert confusion(told.judged_by(["c"]), alone("c")) == Confusion(1, 1, 1, 2)


def test_judges_of_different_agents_make_one_table(tmp_path: Path) -> None:
    (x, y) = SHOP.items()
    told = webjudge.read(by_part(tmp_path, a=dict([x]), b=dict([y])))
    assert [sorted(row.said) for row in told.rows] == [["a"], ["a"], ["a"], ["b"], ["b"]]


@pytest.mark.parametrize(
    ("cells", "complaint"),
    [
        ({("shop", "x"): ([1, 1, 1], [1, 0, 0])}, "judged other runs of shop/x"),
        ({("shop", "x"): ([1, 0], [1, 0])}, "judged other runs of shop/x"),
    ],
)
def test_parts_that_do_not_fit_are_refused(tmp_path: Path, cells: Cells, complaint: str) -> None:
    with pytest.raises(UnreadableTable, match=complaint):
        webjudge.read(by_part(tmp_path, a=SHOP, b=cells))


def test_parts_that_do_not_add_up_are_refused(tmp_path: Path) -> None:
    by_part(tmp_path, a=SHOP, b=BANK)
    path = tmp_path / "b" / "results" / "results.json"
    document = json.loads(path.read_text())
    document["webjudge"]["all"]["all"]["trajectory_success"] = {"y_human": [1], "y_judge": [1]}
    path.write_text(json.dumps(document))
    with pytest.raises(UnreadableTable, match="b: 2 runs by benchmark and agent, 1 in all"):
        webjudge.read(tmp_path)


def test_tasks_for_judges_of_different_runs_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableTable, match="write a table"):
        webjudge.read(by_part(tmp_path, a=SHOP, b=BANK), tmp_path / "tasks.csv")


def test_no_judge_is_left_out_in_silence(tmp_path: Path) -> None:
    many = {f"judge{n}": ([1, 0], [1, 0]) for n in range(33)}
    with pytest.raises(UnreadableTable, match="33 judges"):
        webjudge.read(folder(tmp_path, **many))


def copied(place: Path, name: str, keeps: tuple[str, ...], *, flip: int = 0) -> None:
    """A judge like GPT-4o on some benchmarks, which says the contrary every so often."""
    source = json.loads((WEBJUDGE / "gpt4o" / "results" / "results.json").read_text("utf-8"))
    held = source["webjudge"]
    cells: Cells = {}
    for benchmark in keeps:
        for agent, cell in held[benchmark].items():
            pairs = cell["trajectory_success"]
            said = [
                1 - word if flip and at % flip == 0 else word
                for at, word in enumerate(pairs["y_judge"])
            ]
            if agent != "all":
                cells[benchmark, agent] = (pairs["y_human"], said)
    by_part(place, **{name: cells})


@pytest.fixture(scope="module")
def recorded() -> Table:
    return webjudge.read(WEBJUDGE)


@pytest.mark.data
@pytest.mark.skipif(not WEBJUDGE.is_dir(), reason=NO_DATA)
class TestRecorded:
    @pytest.mark.parametrize(
        ("judge", "counts", "figures"),
        [
            ("o4_mini", (141, 31, 154, 780), (0.820, 0.478, 0.604, 0.833)),
            ("gpt4o", (210, 75, 85, 736), (0.737, 0.712, 0.724, 0.855)),
        ],
    )
    def test_published_figures_are_reproduced(
        self,
        recorded: Table,
        judge: str,
        counts: tuple[int, int, int, int],
        figures: tuple[float, ...],
    ) -> None:
        found = confusion(recorded, alone(judge))
        assert found == Confusion(*counts)
        told = (found.precision, found.recall, found.f1, found.accuracy)
        assert told == pytest.approx(figures, abs=5e-4)

    def test_each_run_has_its_task(self, recorded: Table) -> None:
        assert len(recorded.rows) == 1106
        assert len(recorded.tasks) == 300

    def test_the_named_runs_bear_the_verdict_of_their_task(self, recorded: Table) -> None:
        lines = TASKS.read_text(encoding="utf-8").splitlines()[1:]
        checked = 0
        for path in (WEBJUDGE / "o4_mini").glob("*/*/webjudge/*.json"):
            task = path.stem.replace(".improved", "").replace(".resized", "")
            places = [
                at
                for at, line in enumerate(lines)
                if line.split(",")[0] == task and line.split(",")[1] in path.parts[-3].lower()
            ]
            if not places:
                continue  # runs of the part that was set aside for development
            reply = json.loads(path.read_text(encoding="utf-8"))["response"]["choices"][0]
            passed = "success" in reply["message"]["content"].lower().split("status:")[-1]
            said = recorded.rows[places[0]].outcome("o4_mini")
            assert said is (Outcome.PASSED if passed else Outcome.FAILED)
            checked += 1
        assert checked == 24

    def test_further_judges_of_some_benchmarks_stand_beside_them(self, tmp_path: Path) -> None:
        for judge in ("gpt4o", "o4_mini"):
            path = tmp_path / judge / "results" / "results.json"
            path.parent.mkdir(parents=True)
            path.write_bytes((WEBJUDGE / judge / "results" / "results.json").read_bytes())
        copied(tmp_path, "of_the_web", ("webarena", "visualwebarena"), flip=5)
        copied(tmp_path, "at_work", ("workarena", "workarena++", "assistantbench"))
        told = webjudge.read(tmp_path)
        assert told.tasks_known
        assert len(told.rows) == 1106
        assert len(told.tasks) == 300
        runs = {judge: len(told.judged_by([judge]).rows) for judge in told.judges}
        assert runs == {"gpt4o": 1106, "o4_mini": 1106, "of_the_web": 586, "at_work": 520}
        assert confusion(told, alone("o4_mini")) == Confusion(141, 31, 154, 780)
        theirs, ours = told.judged_by(["at_work"]), told.judged_by(["at_work", "gpt4o"])
        assert confusion(theirs, alone("at_work")) == confusion(ours, alone("gpt4o"))
        known = {
            (row.task, row.label, row.outcome("gpt4o")) for row in webjudge.read(WEBJUDGE).rows
        }
        assert {(row.task, row.label, row.outcome("gpt4o")) for row in told.rows} == known

    def test_a_third_judge_of_the_same_runs_is_counted_with_them(self, tmp_path: Path) -> None:
        for judge in ("gpt4o", "o4_mini"):
            path = tmp_path / judge / "results" / "results.json"
            path.parent.mkdir(parents=True)
            path.write_bytes((WEBJUDGE / judge / "results" / "results.json").read_bytes())
        flipped = json.loads((tmp_path / "gpt4o" / "results" / "results.json").read_text("utf-8"))
        pairs = flipped["webjudge"]["all"]["all"]["trajectory_success"]
        pairs["y_judge"] = [1 - word for word in pairs["y_judge"]]
        third = tmp_path / "contrary" / "results" / "results.json"
        third.parent.mkdir(parents=True)
        third.write_text(json.dumps(flipped), encoding="utf-8")
        told = webjudge.read(tmp_path)
        assert confusion(told, alone("contrary")) == Confusion(85, 736, 210, 75)
        names = [rule.name for rule in quorums(told.judges)]
        assert names == ["all", "2 of 3", "any"]

    def test_only_what_the_labels_carry_is_promised(self, recorded: Table) -> None:
        rules = [alone("o4_mini"), alone("gpt4o"), *quorums(recorded.judges)]
        given = {
            (rule.name, floor)
            for rule in rules
            for floor in FLOORS
            if promise(recorded, rule, Demand(floor=floor)).kept
        }
        assert given == {("both", 0.70), ("both", 0.75)}

    @pytest.mark.parametrize("floor", [0.70, 0.80])
    def test_promises_hold_on_the_other_half(self, recorded: Table, floor: float) -> None:
        for found in tally(recorded, Demand(floor=floor), splits=60).values():
            assert found.broken <= 3
