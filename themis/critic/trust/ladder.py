"""What a rule passes on labelled runs, told so briefly that any floor can be decided from it later.

A rung is one rule with its evidence; a ladder is the rungs a judge offers, strictest first. Both
tests of `demand` look at nothing else, so that a ladder kept as JSON answers a floor that nobody
had asked for when the labels were counted, and answers it the same way every time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from themis.critic.trust.combine import Rule
from themis.critic.trust.evidence import Dependence, Evidence, weigh, worst_effect
from themis.critic.trust.table import Table
from themis.domain.errors import UnreadableTable
from themis.domain.jsontypes import Json

MAX_RUNGS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One rule: what it passes, how many runs were labelled, how many of these truly passed."""

    rule: Rule
    evidence: Evidence
    independent: float  # runs it passes, were each task right or wrong as a whole
    labelled: int
    passed: int

    def to_json(self) -> dict[str, Json]:
        """As plain JSON; the judges stand in the report that holds it."""
        return {
            "name": self.rule.name,
            "quorum": self.rule.quorum,
            "cutoff": self.rule.cutoff,
            "accepted": self.evidence.accepted,
            "right": self.evidence.right,
            "tasks": self.evidence.tasks,
            "design_effect": self.evidence.design_effect,
            "independent": self.independent,
            "labelled": self.labelled,
            "passed": self.passed,
        }


def rung(table: Table, rule: Rule, dependence: Dependence = Dependence.WORST) -> Rung:
    """Weigh what a rule passes."""
    accepted = [row for row in table.rows if rule.accepts(row)]
    return Rung(
        rule=rule,
        evidence=weigh(((row.task, row.right) for row in accepted), dependence),
        independent=independent(table, rule),
        labelled=len(table.rows),
        passed=sum(row.right for row in table.rows),
    )


def independent(table: Table, rule: Rule) -> float:
    """For how many runs those that a rule passes count; it shows without a look at any label."""
    sizes = Counter(row.task for row in table.rows if rule.accepts(row))
    return sizes.total() / worst_effect(sizes.values())


def to_json(rungs: Iterable[Rung]) -> list[Json]:
    """A ladder as plain JSON."""
    return [each.to_json() for each in rungs]


def from_json(value: Json, judges: tuple[str, ...]) -> list[Rung]:
    """A ladder as it was written; UnreadableTable where it is none."""
    if not isinstance(value, list) or not 0 < len(value) <= MAX_RUNGS:
        raise UnreadableTable("ladder: expected a list of rungs; measure again")
    return [_rung(each, judges) for each in value if isinstance(each, dict)]


def _rung(value: Mapping[str, Json], judges: tuple[str, ...]) -> Rung:
    accepted, right = int(_number(value, "accepted")), int(_number(value, "right"))
    return Rung(
        rule=Rule(
            name=str(value.get("name", "")),
            judges=judges,
            quorum=int(_number(value, "quorum")),
            cutoff=_number(value, "cutoff"),
        ),
        evidence=Evidence(
            accepted=accepted,
            right=right,
            tasks=int(_number(value, "tasks")),
            design_effect=_number(value, "design_effect"),
        ),
        independent=_number(value, "independent"),
        labelled=int(_number(value, "labelled")),
        passed=int(_number(value, "passed")),
    )


def _number(value: Mapping[str, Json], name: str) -> float:
    number = value.get(name)
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number < 1e12:
        raise UnreadableTable(f"ladder: {name}: expected a number; measure again")
    return float(number)
