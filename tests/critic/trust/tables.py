"""Small verdict tables made by hand or by dice whose odds are known."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

from themis.critic.trust import webjudge
from themis.critic.trust.table import Row, Said, Table
from themis.domain.trajectory import Label, Platform
from themis.domain.verdict import Outcome

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"
WEBJUDGE = DATA / "online_mind2web" / "webjudge"
TASKS = Path(webjudge.__file__).with_name("agentrewardbench_runs.csv")
NO_DATA = f"the recorded judges are not at {WEBJUDGE}"


def dice(seed: int) -> random.Random:
    """Dice that fall the same way every time."""
    return random.Random(seed)  # noqa: S311


def row(number: int, right: bool, *, task: str = "", **said: Said) -> Row:
    label = Label.PASSED if right else Label.FAILED
    return Row(id=str(number), task=task or f"t{number}", label=label, said=said)


def table(rows: Iterable[Row]) -> Table:
    held = tuple(rows)
    judges = dict.fromkeys(judge for each in held for judge in each.said)
    return Table(judges=tuple(judges), rows=held)


def outcome(*, passed: bool) -> Outcome:
    return Outcome.PASSED if passed else Outcome.FAILED


def counted(right: int, wrong: int, missed: int = 0, refused: int = 0) -> Table:
    """One judge `a` with so many true and false passes, false and true refusals."""
    kinds = [(True, True)] * right + [(False, True)] * wrong
    kinds += [(True, False)] * missed + [(False, False)] * refused
    return table(row(n, hit, a=outcome(passed=said)) for n, (hit, said) in enumerate(kinds))


def scored(
    runs: int, seed: int, *, per_task: int = 1, platform: Platform = Platform.UNKNOWN
) -> Table:
    """A judge `a` whose score is the very probability that the run passed."""
    draw = dice(seed)
    rows = []
    for number in range(runs):
        score = round(draw.random(), 3)
        passed = draw.random() < score
        label = Label.PASSED if passed else Label.FAILED
        task = f"t{number // per_task}"
        rows.append(
            Row(id=str(number), task=task, label=label, said={"a": score}, platform=platform)
        )
    return table(rows)


def grouped(tasks: int, per_task: int, precision: float, seed: int) -> Table:
    """A judge that passes everything; every run of a task shares its fate."""
    draw = dice(seed)
    rows = []
    for task in range(tasks):
        right = draw.random() < precision
        rows += [
            row(task * per_task + run, right, task=f"t{task}", a=Outcome.PASSED)
            for run in range(per_task)
        ]
    return table(rows)
