"""WebJudge's recorded verdicts on AgentRewardBench: a folder for each judge.

Each folder holds results/results.json, whose lists of labels and verdicts stand in one order for
all judges. The files name no tasks: a second file, one line a run in that order, may. For the 1,106
runs of AgentRewardBench's test part it is known: they stand in the order of the benchmark's
published annotations, told apart here by their labels.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from themis.critic.trust import webjudge_parts as parts
from themis.critic.trust.plainfile import json_of, text_of
from themis.critic.trust.reading import MAX_JUDGES, MAX_ROWS, settle
from themis.critic.trust.table import Row, Table
from themis.critic.trust.webjudge_parts import Pairs
from themis.domain.errors import UnreadableTable
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Label, Platform
from themis.domain.verdict import Outcome

_FILE = Path("results") / "results.json"
_NAME, _ALL, _ASPECT = "webjudge", "all", "trajectory_success"
_LISTS = ("y_human", "y_judge")
_KNOWN = Path(__file__).with_name("agentrewardbench_runs.csv")
_KNOWN_LABELS = "10f563afac9942fee7521cf2ea8ed149b3a7c97519b1a0477ee0e27dbbe25f14"


@dataclass(frozen=True, slots=True)
class _Judge:
    """All pairs in their order, and the same by benchmark and agent."""

    whole: Pairs
    parts: dict[tuple[str, str], Pairs]


def is_webjudge(folder: Path) -> bool:
    """Whether some folder in it holds recorded verdicts."""
    return folder.is_dir() and bool(_files(folder))


def read(folder: Path, tasks: Path | None = None) -> Table:
    """The judges of a folder; UnreadableTable where their runs cannot be told to be the same.

    Where one covers other benchmarks or agents than another, they are laid side by side by these;
    a judge is silent on the runs of which it says nothing.
    """
    files = _files(folder)
    if not files:
        raise UnreadableTable(f"{folder}: no judge with {_FILE} in it; give the folder above them")
    if len(files) > MAX_JUDGES:
        raise UnreadableTable(f"{folder}: {len(files)} judges; a table has up to {MAX_JUDGES}")
    judges = {path.parts[-3]: _judge(path) for path in files}
    human = next(iter(judges.values())).whole.human
    if all(judge.whole.human == human for judge in judges.values()):
        return _side_by_side(folder, judges, tasks)
    if tasks is not None:
        raise UnreadableTable(
            f"{tasks}: names runs in one order, and these judges judged different runs; write a"
            " table that names each run"
        )
    for name, judge in judges.items():
        held = sum(len(pairs.human) for pairs in judge.parts.values())
        if held not in (0, len(judge.whole.human)):
            raise UnreadableTable(
                f"{folder}: {name}: {held} runs by benchmark and agent,"
                f" {len(judge.whole.human)} in all; export it again"
            )
    return parts.lay_out(folder, {name: judge.parts for name, judge in judges.items()})


def _side_by_side(folder: Path, judges: dict[str, _Judge], tasks: Path | None) -> Table:
    """All of the same runs, in the same order."""
    human = next(iter(judges.values())).whole.human
    tasks = tasks or (_KNOWN if parts.digest(human) == _KNOWN_LABELS else None)
    names = read_tasks(tasks, len(human)) if tasks else [f"run {n}" for n in range(len(human))]
    rows = [
        Row(
            id=str(position),
            task=names[position],
            label=Label.PASSED if label == 1 else Label.FAILED,
            said={
                name: parts.SAID.get(judge.whole.said[position], Outcome.UNDECIDED)
                for name, judge in judges.items()
            },
            platform=Platform.WEB,
        )
        for position, label in enumerate(human)
        if label in parts.SAID
    ]
    return Table(
        judges=tuple(judges),
        rows=settle(rows, judges, at=str(folder)),
        left_out=len(human) - len(rows),
        tasks_known=tasks is not None,
    )


def read_tasks(path: Path, runs: int) -> list[str]:
    """The task of each run: a CSV with a column `task`, in the order of the runs."""
    try:
        records = list(csv.DictReader(io.StringIO(text_of(path), newline=""), strict=True))
    except csv.Error as error:
        raise UnreadableTable(f"{path}: not valid CSV ({error}); export it again") from error
    tasks = [record.get("task") or "" for record in records]
    if len(tasks) != runs or "" in tasks:
        raise UnreadableTable(f"{path}: {len(tasks)} lines for {runs} runs; name each run's task")
    return tasks


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*/{_FILE.as_posix()}"))


def _judge(path: Path) -> _Judge:
    document = json_of(path, text_of(path))
    held = document.get(_NAME) if isinstance(document, dict) else None
    cells = {
        (benchmark, agent): _pairs(path, (benchmark, agent), cell)
        for benchmark, agents in (held.items() if isinstance(held, dict) else ())
        for agent, cell in (agents.items() if isinstance(agents, dict) else ())
    }
    whole = cells.get((_ALL, _ALL)) or _pairs(path, (_ALL, _ALL), None)
    if not 0 < len(whole.human) <= MAX_ROWS:
        raise UnreadableTable(
            f"{path}: {len(whole.human)} labels for {len(whole.said)} verdicts; pair them"
        )
    return _Judge(whole, {key: pairs for key, pairs in cells.items() if _ALL not in key})


def _pairs(path: Path, key: tuple[str, str], cell: Json) -> Pairs:
    found = cell.get(_ASPECT) if isinstance(cell, dict) else None
    held = found if isinstance(found, dict) else {}
    way = ".".join((_NAME, *key, _ASPECT))
    human, said = (_numbers(path, held.get(name), f"{way}.{name}") for name in _LISTS)
    if len(human) != len(said):
        raise UnreadableTable(
            f"{path}: {way}: {len(human)} labels for {len(said)} verdicts; pair them"
        )
    return Pairs(tuple(human), tuple(said))


def _numbers(path: Path, value: Json, way: str) -> list[int]:
    if not isinstance(value, list):
        raise UnreadableTable(f"{path}: {way}: expected a list of 0 and 1")
    numbers = [each for each in value if isinstance(each, int) and not isinstance(each, bool)]
    if len(numbers) != len(value):
        raise UnreadableTable(f"{path}: {way}: expected 0, 1 or -1 only")
    return numbers
