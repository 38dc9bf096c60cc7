"""Whether promised precision holds: `python -m benchmarks.trust TABLE [--splits 200]`.

Tasks are split in half at random, many times. On one half each floor is promised or refused for
each judge and combination; on the other half, which had no say, the precision is measured.
`broken` counts the splits where a promise was given and missed there. It is what a promise bounds:
at most alpha of all splits. `kept of given` looks at the splits with a promise alone; nobody can
bound that, since a promise that only luck allows is broken by the other half as soon as it is made.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from themis.critic.trust import reading, webjudge
from themis.critic.trust.combine import Rule, chain, quorums
from themis.critic.trust.demand import Demand
from themis.critic.trust.evidence import Dependence
from themis.critic.trust.floor import FLOORS, Promise, choose
from themis.critic.trust.table import Table

SEED = 4


@dataclass(slots=True)
class Tally:
    """What became of one floor over the splits."""

    given: int = 0
    held: int = 0
    passed: int = 0  # runs of the other halves that were passed under a promise
    judged: int = 0  # all runs of these halves

    @property
    def broken(self) -> int:
        """Promises that the other half missed."""
        return self.given - self.held

    def add(self, promise: Promise, other: Table) -> None:
        """Count one split. Where nothing is passed on the other half, nothing is missed."""
        if not promise.kept:
            return
        passed = [row for row in other.rows if promise.rule.accepts(row)]
        right = sum(row.right for row in passed)
        self.given += 1
        self.held += right >= promise.demand.floor * len(passed)
        self.passed += len(passed)
        self.judged += len(other.rows)


def halves(table: Table, splits: int, seed: int = SEED) -> Iterator[tuple[Table, Table]]:
    """The table in two by tasks, at random, the same every time."""
    draw = random.Random(seed)  # noqa: S311 - figures that can be repeated, no secret
    tasks = list(table.tasks)
    for _ in range(splits):
        draw.shuffle(tasks)
        middle = len(tasks) // 2
        yield table.of_tasks(tasks[:middle]), table.of_tasks(tasks[middle:])


def offers(table: Table) -> dict[str, list[Rule]]:
    """Each judge, and all of them combined in every way, with the rules each may choose from."""
    found = {judge: chain(table.judged_by([judge]), judge) for judge in table.judges}
    if len(table.judges) > 1:
        found |= {rule.name: [rule] for rule in quorums(table.judges)}
    return found


def tally(table: Table, demand: Demand, splits: int, seed: int = SEED) -> dict[str, Tally]:
    """One demand over all splits. The thresholds of a half are set by that half's scores."""
    found = {name: Tally() for name in offers(table)}
    for ours, other in halves(table, splits, seed):
        for name, rules in offers(ours).items():
            judges = rules[0].judges
            promise = choose(ours.judged_by(judges), rules, demand)
            found[name].add(promise, other.judged_by(judges))
    return found


def lines(table: Table, demands: list[Demand], splits: int, seed: int) -> Iterator[str]:
    """The experiment as a table."""
    yield (
        f"{len(table.rows)} runs, {len(table.tasks)} tasks, {splits} splits by task,"
        f" confidence {1 - demands[0].alpha:.0%}, dependence {demands[0].dependence.value}"
    )
    yield "floor  judges         all labels  coverage  given  broken  kept of given  holds in"
    for demand in demands:
        found = tally(table, demand, splits, seed)
        for name, rules in offers(table).items():
            whole = choose(table.judged_by(rules[0].judges), rules, demand)
            split = found[name]
            share = f"{split.held}/{split.given}" if split.given else "-"
            answer = "promised" if whole.kept else "refused"
            yield (
                f"{demand.floor:.2f}   {name[:14]:<14} {answer:<10}"
                f"  {whole.coverage if whole.kept else 0:8.1%}  {split.given:5}  {split.broken:6}"
                f"  {share:>13}  {1 - split.broken / splits:8.1%}"
            )


def main(arguments: list[str]) -> int:
    """Split, promise, measure, print."""
    parser = argparse.ArgumentParser(prog="benchmarks.trust", description=__doc__)
    parser.add_argument("table", type=Path)
    parser.add_argument("--tasks", type=Path, help="the tasks of WebJudge's runs")
    parser.add_argument("--splits", type=int, default=200)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--alpha", type=float, default=0.05)
    chosen = parser.parse_args(arguments)
    if webjudge.is_webjudge(chosen.table):
        table = webjudge.read(chosen.table, chosen.tasks)
    else:
        table = reading.read(chosen.table)
    for dependence in Dependence:
        demands = [Demand(floor=f, alpha=chosen.alpha, dependence=dependence) for f in FLOORS]
        for line in lines(table, demands, chosen.splits, chosen.seed):
            sys.stdout.write(f"{line}\n")
        sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
