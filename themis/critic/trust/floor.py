"""The precision floor: which rule keeps a precision, on how many labels, at which coverage.

What is promised, and by which tests, is told in `demand`; runs of one task count for fewer, see
`evidence`. A search over rules goes through them in an order fixed without the labels, from the
strictest, and stops at the first that fails: then the chance of any false promise stays below
alpha (fixed-sequence testing, as in Learn then Test, Angelopoulos, Bates, Candes, Jordan & Lei,
2021).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from themis.critic.trust.combine import Rule
from themis.critic.trust.demand import Demand, labels_needed
from themis.critic.trust.evidence import Evidence
from themis.critic.trust.ladder import Rung, independent, rung
from themis.critic.trust.table import Row, Table
from themis.critic.trust.tails import lower_limit
from themis.domain.verdict import Outcome

FLOORS = (0.70, 0.75, 0.80, 0.85, 0.90)
T = TypeVar("T")
_START = (2, 1)  # times the fewest runs that a search begins with, where rules pass so many


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Whether a floor is promised of a rule, on what evidence, and what it costs."""

    rule: Rule
    demand: Demand
    kept: bool
    evidence: Evidence
    chance: float  # the p-value
    at_least: float  # the precision that the labels do support, in the long run
    coverage: float  # share of runs the rule passes, whether the floor is promised or not
    recall: float | None  # share of truly passed runs among them
    labelled: int  # runs in the table

    @property
    def labels_needed(self) -> int | None:
        """Labelled runs to promise it on, were the precision to stay; None: no number would do."""
        return labels_needed(self.evidence, self.demand, self.labelled)

    def outcome(self, row: Row) -> Outcome:
        """Passed where the promise carries it, else undecided."""
        return Outcome.PASSED if self.kept and self.rule.accepts(row) else Outcome.UNDECIDED

    @property
    def sentence(self) -> str:
        """The promise, or why there is none, in words."""
        floor, sure = self.demand.floor, 1 - self.demand.alpha
        share, needed = self.evidence.precision, self.labels_needed
        if self.kept:
            return (
                f"precision at least {floor:.2f} is promised with confidence {sure:.0%};"
                f" {self.coverage:.1%} of the runs pass, the others are undecided"
            )
        if share is None:
            return f"nothing is promised: {self.rule.name} passes no labelled run"
        if needed is None:
            return (
                f"nothing is promised: the precision on the labels is {share:.3f},"
                f" too near {floor:.2f} or below it for any number of labels"
            )
        return (
            f"nothing is promised: {floor:.2f} would take about {needed} labelled runs"
            f" if the precision stays {share:.3f}"
        )


def promise(table: Table, rule: Rule, demand: Demand) -> Promise:
    """One rule, chosen before the labels were seen, against one demand."""
    return weighed(rung(table, rule, demand.dependence), demand)


def weighed(step: Rung, demand: Demand) -> Promise:
    """One rule whose evidence is gathered already, against one demand."""
    evidence = step.evidence
    weight, right = evidence.weight, evidence.weight_right
    return Promise(
        rule=step.rule,
        demand=demand,
        kept=demand.met_by(weight, right),
        evidence=evidence,
        chance=demand.chance(weight, right),
        at_least=lower_limit(weight, right, demand.alpha),
        coverage=evidence.accepted / step.labelled if step.labelled else 0.0,
        recall=evidence.right / step.passed if step.passed else None,
        labelled=step.labelled,
    )


def choose(table: Table, rules: Sequence[Rule], demand: Demand) -> Promise:
    """The widest rule that can be promised, going on from the strictest until one fails.

    It is begun with the first that passes twice the runs that would do without a mistake:
    a stricter one would be refused for its few runs, and the search end there. That shows without
    a look at any label. Where nothing can be promised, the refusal of the first.
    """
    weights = [independent(table, rule) for rule in rules] if len(rules) > 1 else []
    start = _start(weights, demand)
    return _climb((rung(table, rule, demand.dependence) for rule in _some(rules)[start:]), demand)


def climb(rungs: Sequence[Rung], demand: Demand) -> Promise:
    """`choose`, from the evidence alone."""
    weights = [each.independent for each in rungs] if len(rungs) > 1 else []
    return _climb(_some(rungs)[_start(weights, demand) :], demand)


def _climb(rungs: Iterable[Rung], demand: Demand) -> Promise:
    steps = iter(rungs)
    best = weighed(next(steps), demand)
    while best.kept and (wider := next(steps, None)) is not None:
        found = weighed(wider, demand)
        if not found.kept:
            break
        best = found
    return best


def _some(rules: Sequence[T]) -> Sequence[T]:
    if not rules:
        raise ValueError("there is no rule to choose from")
    return rules


def _start(weights: Sequence[float], demand: Demand) -> int:
    """The strictest rule with runs enough, counted as `WORST` does; the widest where none has."""
    for times in _START:
        for at, weight in enumerate(weights):
            if weight >= times * demand.fewest:
                return at
    return max(0, len(weights) - 1)
