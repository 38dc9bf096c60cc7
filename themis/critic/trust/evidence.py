"""What labelled runs weigh: runs of one task are not independent, so they count for fewer.

The design effect (Kish, Survey Sampling, 1965) is by how much the grouping of runs into tasks
inflates the variance of a share; an exact test on counts divided by it is the usual finite-sample
answer for grouped samples (Korn & Graubard, Survey Methodology, 1998).

`WORST` takes every task to be right or wrong as a whole, the most that grouping can do. Nothing
is estimated, so there is nothing to be lucky with; it is what promises are made on unless asked
otherwise. `MEASURED` takes the upper 95 % limit of the effect the labels themselves show, and
falls back to the worst where too few tasks or mistakes are there to show it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

FEWEST_TASKS = 30  # below, and with fewer mistakes than that, grouping is not measured
FEWEST_MISTAKES = 10
_Z = 1.645  # one-sided 95 %


class Dependence(StrEnum):
    """How strongly runs of one task are taken to hang together."""

    WORST = "worst"
    MEASURED = "measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The runs a rule passes: how many, how many rightly, and for how many they count."""

    accepted: int
    right: int
    tasks: int
    design_effect: float = 1.0

    @property
    def precision(self) -> float | None:
        """The share that is rightly passed; None where nothing is."""
        return self.right / self.accepted if self.accepted else None

    @property
    def weight(self) -> int:
        """As many independent runs the accepted ones count for, rounded down."""
        return math.floor(self.accepted / self.design_effect + 1e-9)

    @property
    def weight_right(self) -> int:
        """As many of these are right, mistakes rounded up."""
        mistakes = (self.accepted - self.right) / self.design_effect
        return max(0, self.weight - math.ceil(mistakes - 1e-9))


def weigh(runs: Iterable[tuple[str, bool]], dependence: Dependence = Dependence.WORST) -> Evidence:
    """Weigh accepted runs, each given as (task, rightly accepted)."""
    held = list(runs)
    sizes = Counter(task for task, _ in held)
    hits = Counter(task for task, right in held if right)
    groups = [(size, hits[task]) for task, size in sizes.items()]
    accepted, right = len(held), sum(hits.values())
    effect = worst_effect(sizes.values())
    measurable = len(groups) >= FEWEST_TASKS and accepted - right >= FEWEST_MISTAKES
    if dependence is Dependence.MEASURED and measurable:
        effect = min(effect, measured_effect(groups))
    return Evidence(accepted=accepted, right=right, tasks=len(groups), design_effect=effect)


def worst_effect(sizes: Iterable[int]) -> float:
    """The design effect where all runs of a task share one fate."""
    held = list(sizes)
    return sum(size * size for size in held) / sum(held) if held else 1.0


def measured_effect(groups: Sequence[tuple[int, int]]) -> float:
    """The upper limit of the design effect that groups of (runs, right ones) show, 1 at least."""
    runs = sum(size for size, _ in groups)
    share = sum(right for _, right in groups) / runs
    plain = runs * share * (1 - share)
    if not plain:
        return worst_effect(size for size, _ in groups)
    squares = [(right - share * size) ** 2 for size, right in groups]
    mean = sum(squares) / len(groups)
    spread = sum((square - mean) ** 2 for square in squares)
    upper = sum(squares) + _Z * math.sqrt(spread)
    return max(1.0, upper * len(groups) / (len(groups) - 1) / plain)
