"""Judges that covered different runs, laid side by side by benchmark and agent.

Each results file holds its pairs once more by benchmark and agent, in one order for all judges.
Where a part has the same labels in two files it holds the same runs. The runs of
AgentRewardBench's test part are known by the labels of each part.
"""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from themis.critic.trust.reading import settle
from themis.critic.trust.table import Row, Table
from themis.domain.errors import UnreadableTable
from themis.domain.trajectory import Label, Platform
from themis.domain.verdict import Outcome

SAID = {1: Outcome.PASSED, 0: Outcome.FAILED}
_HERE = Path(__file__).parent
_RUNS, _CELLS = _HERE / "agentrewardbench_runs.csv", _HERE / "agentrewardbench_cells.csv"
_DEEP = ("-l2", "-l3")  # tasks of WorkArena++, which are named as WorkArena's

Part = tuple[str, str]  # benchmark and agent


@dataclass(frozen=True, slots=True)
class Pairs:
    """Labels and one judge's verdicts, in one order."""

    human: tuple[int, ...]
    said: tuple[int, ...]


def lay_out(folder: Path, judges: Mapping[str, Mapping[Part, Pairs]]) -> Table:
    """One table; UnreadableTable where two judges' runs of a part are not the same."""
    human = _labels(folder, judges)
    named = {part: _tasks(part, labels) for part, labels in human.items()}
    rows = [
        Row(
            id=f"{'/'.join(part)}/{position}",
            task=(named[part] or {}).get(position, f"{'/'.join(part)} {position}"),
            label=Label.PASSED if label == 1 else Label.FAILED,
            said={
                judge: SAID.get(held[part].said[position], Outcome.UNDECIDED)
                for judge, held in judges.items()
                if part in held and held[part].human
            },
            platform=Platform.WEB,
        )
        for part, labels in human.items()
        for position, label in enumerate(labels)
        if label in SAID
    ]
    total = sum(len(labels) for labels in human.values())
    return Table(
        judges=tuple(judges),
        rows=settle(rows, judges, at=str(folder)),
        left_out=total - len(rows),
        tasks_known=None not in named.values(),
    )


def _labels(
    folder: Path, judges: Mapping[str, Mapping[Part, Pairs]]
) -> dict[Part, tuple[int, ...]]:
    """What people said of each part's runs, in their order."""
    human: dict[Part, tuple[int, ...]] = {}
    heard: dict[Part, str] = {}
    for judge, held in judges.items():
        if not any(pairs.human for pairs in held.values()):
            raise UnreadableTable(
                f"{folder}: {judge} judged other runs than the others, and names no benchmark or"
                " agent; compare them"
            )
        for part, pairs in held.items():
            if not pairs.human:
                continue
            first = heard.setdefault(part, judge)
            if human.setdefault(part, pairs.human) != pairs.human:
                raise UnreadableTable(
                    f"{folder}: {judge} and {first} judged other runs of {'/'.join(part)};"
                    " compare them"
                )
    return human


def digest(labels: tuple[int, ...]) -> str:
    """What tells runs apart, where nothing names them."""
    return hashlib.sha256(",".join(map(str, labels)).encode()).hexdigest()


def _tasks(part: Part, labels: tuple[int, ...]) -> dict[int, str] | None:
    """The tasks of a part's runs by their position, if they are known."""
    benchmark, agent = part
    marked = digest(labels)
    for cell in _read(_CELLS):
        is_it = cell["benchmark"] == benchmark and cell["labels"] == marked
        if is_it and cell["agent"] in agent.lower():
            return dict(enumerate(_known()[benchmark, cell["agent"]]))
    return None


def _known() -> dict[Part, list[str]]:
    found: defaultdict[Part, list[str]] = defaultdict(list)
    for run in _read(_RUNS):
        benchmark = run["task"].partition(".")[0]
        if benchmark == "workarena" and any(mark in run["task"] for mark in _DEEP):
            benchmark = "workarena++"
        found[benchmark, run["agent"]].append(run["task"])
    return dict(found)


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
