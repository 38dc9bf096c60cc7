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
