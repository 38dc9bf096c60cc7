"""Answers to items, kept as distinct patterns with counts, and the tables that tasks add up to."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array  # type: ignore[import-untyped]

from themis.agreement.coefficients import Table

Pattern: TypeAlias = tuple[int, ...]  # answers to one item, as columns
Counts: TypeAlias = NDArray[np.int64]
Drawn: TypeAlias = NDArray[np.float64]

AT_ONCE = 2_000_000  # numbers drawn at a time


class Sample:
    """Items with the answers they got. 100,000 items rarely hold a hundred patterns."""

    def __init__(self, columns: int) -> None:
        """Answers are numbers below `columns`."""
        self.columns = columns
        self._tasks = array("q")
        self._of = array("q")  # number of its pattern
        self._patterns: dict[Pattern, int] = {}
        self._drawn: Drawn | None = None

    def add(self, task: int, pattern: Pattern) -> None:
        """One item: what two raters said in their order, or all answers in ascending order."""
        self._tasks.append(task)
        self._of.append(self._patterns.setdefault(pattern, len(self._patterns)))

    @property
    def items(self) -> int:
        """How many there are."""
        return len(self._tasks)

    @property
    def tasks(self) -> int:
        """Of how many tasks they are."""
        return len(set(self._tasks))

    @property
    def counts(self) -> Counter[Pattern]:
        """How often each pattern came."""
        names = list(self._patterns)
        return Counter({names[number]: n for number, n in Counter(self._of).items()})

    def with_answers(self, n: int) -> Sample:
        """Only the items with so many answers."""
        kept = Sample(self.columns)
        names = list(self._patterns)
        for task, number in zip(self._tasks, self._of, strict=True):
            if len(names[number]) == n:
                kept.add(task, names[number])
        return kept

    @property
    def totals(self) -> Drawn:
        """How often each pattern came, in the order of `patterns`."""
        return np.bincount(np.asarray(self._of), minlength=len(self._patterns)).astype(float)

    def drawn(self, times: int, seed: Sequence[int]) -> Drawn:
        """How often each pattern comes when as many tasks are drawn, with putting back.

        A row a resample. All figures of a sample are told from the same draws.
        """
        if self._drawn is None:
            self._drawn = self._draw(times, np.random.default_rng(seed))
        return self._drawn

    def _draw(self, times: int, draw: np.random.Generator) -> Drawn:
        mixes, counts = self._mixes
        n, at_once = int(counts.sum()), max(1, AT_ONCE // len(counts))
        found = [
            draw.multinomial(n, counts / n, size=min(at_once, times - begun)).astype(float) @ mixes
            for begun in range(0, times, at_once)
        ]
        return np.concatenate(found)

    @property
    def _mixes(self) -> tuple[Drawn, Counts]:
        """How often each pattern came in a task, distinct ones only, and how many tasks are so."""
        of, width = np.asarray(self._of), len(self._patterns)
        tasks, place = np.unique(np.asarray(self._tasks), return_inverse=True)
        if len(tasks) == len(of):  # an item each: a task is its pattern
            return np.eye(width), np.bincount(of, minlength=width)
        rows = coo_array((np.ones(len(of), dtype=np.int32), (place, of)), shape=(len(tasks), width))
        mixes, counts = np.unique(rows.toarray(), axis=0, return_counts=True)
        return mixes.astype(float), counts

    @property
    def patterns(self) -> Sequence[Pattern]:
        """The distinct ones, in the order they first came."""
        return list(self._patterns)


def of_pair(pattern: Pattern, columns: int) -> Table:
    """The table of one item that two raters answered, one in the rows and one in the columns."""
    table = np.zeros((columns, columns))
    table[pattern[0], pattern[1]] = 1
    return table


def of_all(pattern: Pattern, columns: int, weight: float) -> Table:
    """The table of one item: each ordered pair of its answers, all together with a weight."""
    held = np.bincount(pattern, minlength=columns).astype(float)
    pairs = np.outer(held, held) - np.diag(held)
    return np.asarray(pairs * weight / (len(pattern) * (len(pattern) - 1)))
