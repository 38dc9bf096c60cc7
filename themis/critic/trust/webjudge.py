"""WebJudge's recorded verdicts on AgentRewardBench: a folder for each judge.

Each folder holds results/results.json, whose lists of labels and verdicts stand in one order for
all judges. The files name no tasks: a second file, one line a run in that order, may. For the 1,106
runs of AgentRewardBench's test part it is known: they stand in the order of the benchmark's
published annotations, told apart here by their labels.
"""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

from themis.critic.trust.plainfile import json_of, text_of
from themis.critic.trust.reading import MAX_ROWS, settle
from themis.critic.trust.table import Row, Said, Table
from themis.domain.errors import UnreadableTable
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Label, Platform
from themis.domain.verdict import Outcome

_FILE = Path("results") / "results.json"
_WAY = ("webjudge", "all", "all", "trajectory_success")
_KNOWN = Path(__file__).with_name("agentrewardbench_runs.csv")
_KNOWN_LABELS = "10f563afac9942fee7521cf2ea8ed149b3a7c97519b1a0477ee0e27dbbe25f14"
_SAID = {1: Outcome.PASSED, 0: Outcome.FAILED}


def is_webjudge(folder: Path) -> bool:
    """Whether some folder in it holds recorded verdicts."""
    return folder.is_dir() and bool(_files(folder))


def read(folder: Path, tasks: Path | None = None) -> Table:
    """The judges of a folder over the same runs; UnreadableTable where they differ in the runs."""
    files = _files(folder)
    if not files:
        raise UnreadableTable(f"{folder}: no judge with {_FILE} in it; give the folder above them")
    lists = {path.parts[-3]: _lists(path) for path in files}
    (first, (human, _)), *others = lists.items()
    for judge, (labels, _) in others:
        if labels != human:
            raise UnreadableTable(f"{folder}: {judge} and {first} judged other runs; compare them")
    tasks = tasks or (_KNOWN if _digest(human) == _KNOWN_LABELS else None)
    names = read_tasks(tasks, len(human)) if tasks else [f"run {n}" for n in range(len(human))]
    rows = [
        Row(
            id=str(position),
            task=names[position],
            label=Label.PASSED if label == 1 else Label.FAILED,
            said=_said(lists, position),
            platform=Platform.WEB,
        )
        for position, label in enumerate(human)
        if label in _SAID
    ]
    judges = tuple(lists)
    return Table(
        judges=judges,
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
    return sorted(folder.glob(f"*/{_FILE.as_posix()}"))[:32]


def _lists(path: Path) -> tuple[list[int], list[int]]:
    value: Json = json_of(path, text_of(path))
    for name in _WAY:
        value = value.get(name) if isinstance(value, dict) else None
    found = value if isinstance(value, dict) else {}
    human, judge = (_numbers(path, found.get(name), name) for name in ("y_human", "y_judge"))
    if not 0 < len(human) == len(judge) <= MAX_ROWS:
        raise UnreadableTable(f"{path}: {len(human)} labels for {len(judge)} verdicts; pair them")
    return human, judge


def _digest(labels: list[int]) -> str:
    return hashlib.sha256(",".join(map(str, labels)).encode()).hexdigest()


def _numbers(path: Path, value: Json, name: str) -> list[int]:
    if not isinstance(value, list):
        raise UnreadableTable(f"{path}: {'.'.join(_WAY)}.{name}: expected a list of 0 and 1")
    numbers = [each for each in value if isinstance(each, int) and not isinstance(each, bool)]
    if len(numbers) != len(value):
        raise UnreadableTable(f"{path}: {'.'.join(_WAY)}.{name}: expected 0, 1 or -1 only")
    return numbers


def _said(lists: dict[str, tuple[list[int], list[int]]], position: int) -> dict[str, Said]:
    return {
        judge: _SAID.get(said[position], Outcome.UNDECIDED) for judge, (_, said) in lists.items()
    }
