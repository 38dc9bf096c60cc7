"""What a NeMo Gym resources server says of many of its replies together."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable

from themis.domain.jsontypes import Json

TASK = "_ng_task_index"
LEFT_OUT = ("mask_sample", "_ng_failure_class")  # their rewards are none


def of(rows: list[Json]) -> dict[str, Json]:
    """Mean, spread and extremes of every number, of each task and of all; no number from nothing.

    Rows that are masked or failed are counted, not averaged.
    """
    told = [row for row in rows if isinstance(row, dict)]
    used = [row for row in told if not any(row.get(name) for name in LEFT_OUT)]
    tasks: dict[int, list[dict[str, Json]]] = defaultdict(list)
    for row in used:
        index = row.get(TASK, 0)
        tasks[index if isinstance(index, int) else 0].append(row)
    overall = _figures(used)
    return {
        "group_level_metrics": [
            {TASK: task, "num_rollouts": len(each), **_figures(each)}
            for task, each in sorted(tasks.items())
        ],
        "agent_metrics": {**overall, "n_used": len(used), "n_left_out": len(told) - len(used)},
        "key_metrics": {name: held for name, held in overall.items() if name.startswith("mean/")},
    }


def _figures(rows: Iterable[dict[str, Json]]) -> dict[str, Json]:
    numbers: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        for name, held in row.items():
            if isinstance(held, int | float) and not name.startswith("_ng_"):
                numbers[name].append(float(held))
    figures: dict[str, Json] = {}
    for name, each in numbers.items():
        figures |= {
            f"mean/{name}": statistics.fmean(each),
            f"max/{name}": max(each),
            f"min/{name}": min(each),
            f"median/{name}": statistics.median(each),
            f"std/{name}": statistics.stdev(each) if len(each) > 1 else 0.0,
        }
    return figures
