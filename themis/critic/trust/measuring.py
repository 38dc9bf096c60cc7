"""Judges measured in a process of its own: `python -m themis.critic.trust.measuring`.

Curves and resamples hold the interpreter's lock for seconds, and a server has others to answer. A
table comes in as JSON lines, a heading and then a run a line; out go lines that say how far it is,
then one for each judge on all platforms and on each that has labels enough of its own, or for each
way of asking several judges together.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count
from typing import TextIO

from themis.critic.trust.combine import Rule, alone, quorums
from themis.critic.trust.demand import Demand
from themis.critic.trust.fitting import FEWEST_EACH, FEWEST_TASKS
from themis.critic.trust.floor import FLOORS
from themis.critic.trust.report import (
    STAGES,
    STAGES_TOGETHER,
    Section,
    Tell,
    demands,
    of_judge,
    of_rule,
)
from themis.critic.trust.table import Row, Said, Table
from themis.critic.trust.telling import section_json
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Label, Platform
from themis.domain.verdict import Outcome

ALPHA = 0.05
Emit = Callable[[dict[str, Json]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What one measurement is of."""

    rule: Rule
    table: Table
    platform: Platform | None = None  # None: all

    @property
    def stages(self) -> int:
        """How many steps it takes."""
        return STAGES if len(self.rule.judges) == 1 else STAGES_TOGETHER

    @property
    def name(self) -> str:
        """For people who wait."""
        return f"{self.rule.name} on {self.platform.value}" if self.platform else self.rule.name


def units(table: Table, *, alone_too: bool, together: bool) -> list[Unit]:
    """Each judge on all platforms and on those with labels enough, then all of them combined."""
    found = []
    for judge in table.judges if alone_too else ():
        of_it = table.judged_by([judge])
        if of_it.rows:
            found.append(Unit(rule=alone(judge), table=of_it))
            found += [
                Unit(rule=alone(judge), table=of_it.on(platform), platform=platform)
                for platform in _platforms(of_it)
            ]
    if together and len(table.judges) > 1:
        shared = table.judged_by(table.judges)
        found += [Unit(rule=rule, table=shared) for rule in quorums(table.judges)]
    return found


def _platforms(table: Table) -> list[Platform]:
    """Those with labels enough; none where all runs are on one, of which all of them speak."""
    found = sorted({row.platform for row in table.rows})
    return [each for each in found if len(found) > 1 and _is_enough(table.on(each))]


def _is_enough(table: Table) -> bool:
    right = sum(row.right for row in table.rows)
    return min(right, len(table.rows) - right) >= FEWEST_EACH and len(table.tasks) >= FEWEST_TASKS


def work(lines: Iterable[str], emit: Emit) -> None:
    """Emit what goes out for what came in."""
    rows = iter(lines)
    heading = json.loads(next(rows))
    table = Table(
        judges=tuple(heading["judges"]),
        rows=tuple(_row(json.loads(line)) for line in rows if line.strip()),
        left_out=heading["left_out"],
        tasks_known=heading["tasks_known"],
        least=heading["least"],
    )
    wanted = units(table, alone_too=heading["alone"], together=heading["together"])
    asked = demands(FLOORS, ALPHA)
    names = [each.name for each in wanted for _ in range(each.stages)]
    begun = count()

    def tell(stage: str) -> None:
        done = next(begun)
        emit({"done": done, "total": len(names), "now": f"{names[done]}: {stage}"})

    for each in wanted:
        found = _section(each, asked, tell)
        platform = each.platform.value if each.platform else ""
        emit({"section": section_json(found), "platform": platform, "digest": each.table.digest})
    emit({"done": len(names), "total": len(names), "now": ""})


def _section(unit: Unit, asked: list[Demand], tell: Tell) -> Section:
    if len(unit.rule.judges) > 1:
        return of_rule(unit.table, unit.rule, asked, tell)
    return of_judge(unit.table, unit.rule.judges[0], asked, tell)


def _row(value: dict[str, Json]) -> Row:
    judges = value["judges"]
    return Row(
        id=str(value["id"]),
        task=str(value["task"]),
        label=Label(str(value["label"])),
        platform=Platform(str(value.get("platform") or Platform.UNKNOWN)),
        said={name: _said(each) for name, each in judges.items()}
        if isinstance(judges, dict)
        else {},
    )


def _said(value: Json) -> Said:
    return float(value) if isinstance(value, int | float) else Outcome(str(value))


def main(source: TextIO, out: TextIO) -> int:
    """Measure what comes in; a line out at a time."""

    def emit(told: dict[str, Json]) -> None:
        out.write(f"{json.dumps(told)}\n")
        out.flush()

    work(source, emit)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.stdin, sys.stdout))
