"""Agreement counted in a process of its own: `python -m themis.agreement.counting`.

SciPy and scikit-learn take seconds to load and resamples hold the interpreter's lock; a server has
others to answer. Items come in, a line each; out go lines that say how far it is, then the report.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from typing import TextIO

from themis.agreement import item, report
from themis.agreement.groups import sort
from themis.domain.jsontypes import Json

NAMES = {"people": "people", "pairs": "pairs of people", "critics": "critics", "gold": "gold items"}

Emit = Callable[[dict[str, Json]], None]


def work(lines: Iterable[str], emit: Emit) -> None:
    """Emit what goes out for what came in."""
    groups = sort(item.read(line) for line in lines if line.strip())
    wanted = report.jobs(groups)
    told = report.head(groups)
    for done, (part, job) in enumerate(wanted):
        emit({"done": done, "total": len(wanted), "now": NAMES[part]})
        lines_of = told[part]
        if isinstance(lines_of, list):
            lines_of.append(job())
    emit({"done": len(wanted), "total": len(wanted), "now": ""})
    emit({"report": told})


def main(source: TextIO, out: TextIO) -> int:
    """Count what comes in; a line out at a time."""

    def emit(told: dict[str, Json]) -> None:
        out.write(f"{json.dumps(told, allow_nan=False)}\n")
        out.flush()

    work(source, emit)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.stdin, sys.stdout))
