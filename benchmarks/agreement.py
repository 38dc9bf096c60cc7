"""What counting agreement costs: `python benchmarks/agreement.py [ITEMS]`.

Items with three reviewers each and two critics, on three platforms and 26 weeks, go to the process
that counts as the server feeds it; seconds and memory of that process are told, from its start to
its report with 1,000 resamples a figure.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from themis.agreement import item
from themis.agreement.item import Item

ITEMS = 100_000
RIGHT = 0.85  # of what reviewers and critics say
ANSWERS = ("passed", "failed", "failed", "undecided")


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How items and people are spread."""

    people: int
    runs_a_task: int


SHAPES = (
    Shape(people=3, runs_a_task=1),
    Shape(people=3, runs_a_task=10),
    Shape(people=30, runs_a_task=1),
)


def items(n: int, shape: Shape) -> Iterator[Item]:
    """Decided items, the same each time."""
    draw = random.Random(n)  # noqa: S311  the same ones each time
    for at in range(n):
        truth = draw.choice(ANSWERS)
        who = draw.sample(range(shape.people), 3)
        yield Item(
            task=at // shape.runs_a_task,
            platform=draw.choice(("web", "android", "windows")),
            week=f"2026-W{10 + at * 26 // n:02}",
            queue=at % 5,
            is_blind=True,
            said=tuple((each, _say(draw, truth)) for each in who),
            final=truth,
            critics=((0, _say(draw, truth)), (1, _say(draw, truth))),
        )


def _say(draw: random.Random, truth: str) -> str:
    return truth if draw.random() < RIGHT else draw.choice(ANSWERS)


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Of one process: seconds by the clock and of a core, MB at most, lines of the report."""

    seconds: float
    of_core: float
    memory: float
    lines: int


def counted(lines: Path) -> Cost:
    """What one process takes for the items in a file."""
    begun = time.perf_counter()
    with lines.open() as source, tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "themis.agreement.counting"], stdin=source, stdout=out, cwd=ROOT
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - begun
        out.seek(0)
        *_, last = out
    report = json.loads(last)["report"]
    return Cost(
        seconds=seconds,
        of_core=used.ru_utime + used.ru_stime,
        memory=used.ru_maxrss / 1024,
        lines=sum(len(report[part]) for part in ("people", "pairs", "critics", "gold")),
    )


def main(n: int) -> int:
    """Tell each shape in a line."""
    print(f"{n:,} items, three reviewers each, 1,000 resamples a figure")
    with tempfile.TemporaryDirectory() as folder:
        for shape in SHAPES:
            lines = Path(folder) / "items"
            lines.write_text("".join(map(item.line, items(n, shape))))
            cost = counted(lines)
            print(
                f"  {shape.people:>2} people, {shape.runs_a_task:>2} runs a task:"
                f" {cost.seconds:5.1f} s ({cost.of_core:.1f} s of a core), {cost.memory:4.0f} MB,"
                f" {cost.lines} lines"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ITEMS))
