"""Verdict tables: what people and judges said of the same runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from themis.domain.trajectory import Label, Platform
from themis.domain.verdict import Outcome

HALF = 0.5  # a score from here on counts as "passed" where nothing else is said
Said = Outcome | float

_SCORES = {Outcome.PASSED: 1.0, Outcome.UNDECIDED: HALF, Outcome.FAILED: 0.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One run: its task (the unit of every split), the label, and what each judge said."""

    id: str
    task: str
    label: Label
    said: Mapping[str, Said]
    platform: Platform = Platform.UNKNOWN

    @property
    def right(self) -> bool:
        """Whether passing this run is right."""
        return self.label is Label.PASSED

    def score(self, judge: str) -> float | None:
        """How far the judge is for "passed", 0 to 1; None where it said nothing."""
        said = self.said.get(judge)
        return _SCORES[said] if isinstance(said, Outcome) else said

    def passed_by(self, judge: str, cutoff: float = HALF) -> bool:
        """Whether the judge passes it. Undecided and silent judges do not."""
        said = self.said.get(judge)
        if said is None:
            return False
        return said is Outcome.PASSED if isinstance(said, Outcome) else said >= cutoff

    def outcome(self, judge: str) -> Outcome:
        """What the judge concludes; a score is cut at one half."""
        said = self.said.get(judge)
        if said is None:
            return Outcome.UNDECIDED
        if isinstance(said, Outcome):
            return said
        return Outcome.PASSED if said >= HALF else Outcome.FAILED


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Labelled rows; how many had no usable label; whether the tasks are known.

    With `least` at one half, no threshold passes a run that the judge itself fails.
    """

    judges: tuple[str, ...]
    rows: tuple[Row, ...]
    left_out: int = 0
    tasks_known: bool = True
    least: float = 0.0  # below which no score ever passes

    @property
    def tasks(self) -> tuple[str, ...]:
        """Every task once, in order of appearance."""
        return tuple(dict.fromkeys(row.task for row in self.rows))

    def scored(self, judge: str) -> bool:
        """Whether the judge gives scores rather than outcomes."""
        return any(isinstance(row.said.get(judge), float) for row in self.rows)

    def of_tasks(self, tasks: Iterable[str]) -> Table:
        """Only the runs of these tasks."""
        wanted = frozenset(tasks)
        return replace(self, rows=tuple(row for row in self.rows if row.task in wanted))

    def judged_by(self, judges: Iterable[str]) -> Table:
        """Only the runs of which each of these judges says something, undecided included."""
        wanted = tuple(judges)
        rows = tuple(row for row in self.rows if all(judge in row.said for judge in wanted))
        return self if len(rows) == len(self.rows) else replace(self, rows=rows)

    def decided_by(self, judge: str) -> Table:
        """Only the runs that a judge passes or fails."""
        rows = (row for row in self.rows if row.outcome(judge) is not Outcome.UNDECIDED)
        return replace(self, rows=tuple(rows))

    @property
    def digest(self) -> str:
        """What tells its rows apart from others, in whatever order they stand."""
        whole = hashlib.sha256()
        for line in sorted(_line(row) for row in self.rows):
            whole.update(line.encode())
        return whole.hexdigest()

    def on(self, platform: Platform) -> Table:
        """Only the runs on one platform."""
        return replace(self, rows=tuple(row for row in self.rows if row.platform is platform))


def _line(row: Row) -> str:
    said = sorted((judge, str(said)) for judge, said in row.said.items())
    return json.dumps([row.id, row.task, row.label, row.platform, said]) + "\n"
