"""Work on measurements: rows to a process that measures, its report into rows; again after a kill.

The arithmetic is done by a process of its own (`themis.critic.trust.measuring`): it would hold the
lock of a server that has others to answer.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeAlias

from django.utils import timezone

from themis.critic.trust import reading, writing
from themis.critic.trust.keeping import VERSION
from themis.critic.trust.table import HALF, Row
from themis.domain.jsontypes import Json
from themis.pipeline import owner, progress
from themis.pipeline.apart import Broke, Gone, answers, cause_of, fed
from themis.rewards import labelled, services
from themis.rewards.judges import Judge
from themis.rewards.models import Measuring, Status
from themis.rewards.services import Found

PROGRAM = "themis.critic.trust.measuring"
LOOK_AGAIN = 0.5  # seconds between looks at work that another process does

Costs: TypeAlias = Callable[[Judge], dict[str, Json]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What goes to the process: a heading, then rows; and whom names stand for."""

    heading: dict[str, Json]
    rows: Iterable[Row]
    judges: dict[str, Judge]


def work(measuring: Measuring) -> None:
    """Take waiting work to its end, if no other process has it; what breaks is written down."""
    me = owner.this_process()
    if not services.claim(measuring=measuring, owner=me, at=timezone.now()):
        return
    _tell(measuring)

    def measure() -> None:
        found = _measured(measuring, me)
        services.keep(measuring=measuring, owner=me, found=found, at=timezone.now())

    cause = cause_of(f"measuring {measuring.pk}", measure)
    if cause is None:
        return
    if cause:
        services.break_off(measuring=measuring, owner=me, cause=cause, at=timezone.now())
    _tell(measuring)


def work_or_wait(measuring: Measuring) -> None:
    """Have work done here, or by the process that took it first; the row is read again."""
    while measuring.is_active:
        work(measuring)
        measuring.refresh_from_db()
        if measuring.is_active:
            time.sleep(LOOK_AGAIN)
            sweep(at=timezone.now())


def sweep(*, at: datetime) -> None:
    """Put work whose process died back in the queue."""
    for row in Measuring.objects.filter(status=Status.RUNNING):
        if owner.is_gone(row.owner, beat_at=row.beat_at, at=at):
            services.give_back(measuring=row, at=at)


def _measured(measuring: Measuring, me: str) -> list[Found]:
    asked = _asked(measuring)
    found: list[Found] = []

    def beat() -> bool:
        return services.beat(measuring=measuring, owner=me, at=timezone.now())

    with fed(PROGRAM, _lines(asked)) as process:
        for line in answers(process, beat):
            told = json.loads(line)
            if "section" in told:
                found.append(_found(asked, told, partial(labelled.cost, measuring.team)))
                continue
            moved = services.go_on(
                measuring=measuring,
                owner=me,
                done=told["done"],
                total=told["total"],
                now=told["now"],
                at=timezone.now(),
            )
            if not moved:
                raise Gone
            _tell(measuring)
    return found


def _asked(measuring: Measuring) -> _Asked:
    if measuring.brought is not None:
        table = reading.parse(measuring.brought.content, at=measuring.brought.name)
        return _Asked(
            heading={
                "judges": [*table.judges],
                "left_out": measuring.brought.left_out,
                "tasks_known": measuring.brought.tasks_known,
                "least": table.least,
                "alone": True,
                "together": True,
            },
            rows=table.rows,
            judges={},
        )
    judges = _judges(measuring)
    return _Asked(
        heading=heading_of(judges, together=bool(measuring.together)),
        rows=labelled.rows(measuring.team, judges, until=timezone.now()),
        judges={judge.name: judge for judge in judges},
    )


def heading_of(judges: Sequence[Judge], *, together: bool) -> dict[str, Json]:
    """What the process is told of the team's own judges, before the rows."""
    return {
        "judges": [judge.name for judge in judges],
        "left_out": 0,
        "tasks_known": True,
        "least": HALF,
        "alone": not together,
        "together": together,
    }


def _judges(measuring: Measuring) -> Sequence[Judge]:
    if measuring.together:
        return [Judge(*columns) for columns in measuring.together]
    return [each.judge for each in labelled.heard(measuring.team, measuring.critic)]


def _lines(asked: _Asked) -> Iterator[str]:
    yield writing.line(asked.heading)
    for row in asked.rows:
        yield writing.line(writing.row_json(row))


def _found(asked: _Asked, told: dict[str, Json], costs: Costs) -> Found:
    report = told["section"]
    if not isinstance(report, dict):
        raise Broke("the process that measures said something else; see Themis' log")
    name = str(report["name"])
    judge = asked.judges.get(name)
    several = report["judges"]
    if judge is None and isinstance(several, list) and len(several) > 1:
        name = f"{name}: {', '.join(map(str, several))}"
    if judge is not None:
        report["cost"] = costs(judge)
    return Found(
        judge=judge,
        name=name,
        platform=str(told["platform"]),
        digest=str(told["digest"]),
        report={"version": VERSION, "tasks_known": asked.heading["tasks_known"], **report},
    )


def _tell(measuring: Measuring) -> None:
    progress.announce_measuring_now(measuring.pk, measuring.team_id)
