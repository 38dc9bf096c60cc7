"""Judges combined: which runs a rule passes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from themis.critic.trust.table import HALF, Row, Table

STEPS = 20  # thresholds that are tried for one judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Pass a run when at least `quorum` of the judges do; a score passes from `cutoff` on."""

    name: str
    judges: tuple[str, ...]
    quorum: int = 1
    cutoff: float = HALF

    def accepts(self, row: Row) -> bool:
        """Whether the rule passes the run. What it does not pass is undecided."""
        return sum(row.passed_by(judge, self.cutoff) for judge in self.judges) >= self.quorum


def alone(judge: str) -> Rule:
    """One judge's own word."""
    return Rule(name=judge, judges=(judge,))


def quorum(judges: Sequence[str], needed: int) -> Rule:
    """At least so many of the judges."""
    if not 1 <= needed <= len(judges):
        raise ValueError(f"{needed} of {len(judges)} judges is no quorum")
    names = {len(judges): "all" if len(judges) > 2 else "both", 1: "either"}
    if len(judges) > 2:
        names[1] = "any"
    name = names.get(needed, f"{needed} of {len(judges)}")
    return Rule(name=name, judges=tuple(judges), quorum=needed)


def quorums(judges: Sequence[str]) -> list[Rule]:
    """From unanimous down to any one of them: each passes all that the one before does."""
    return [quorum(judges, needed) for needed in range(len(judges), 0, -1)]


def thresholds(table: Table, judge: str, steps: int = STEPS) -> list[Rule]:
    """A scored judge's thresholds, highest first, set by the scores and never by the labels.

    Each lets through about the same number of runs more than the one before it; none lies below
    the table's least.
    """
    said = (row.score(judge) for row in table.rows)
    scores = sorted((s for s in said if s is not None and s >= table.least), reverse=True)
    if not scores:
        return []
    places = [max(1, round(len(scores) * step / steps)) - 1 for step in range(1, steps + 1)]
    cutoffs = dict.fromkeys(scores[place] for place in places)
    return [
        Rule(name=f"{judge} >= {cutoff:.4g}", judges=(judge,), cutoff=cutoff) for cutoff in cutoffs
    ]


def chain(table: Table, judge: str) -> list[Rule]:
    """The rules one judge offers, strictest first."""
    found = thresholds(table, judge) if table.scored(judge) else []
    return found or [alone(judge)]
