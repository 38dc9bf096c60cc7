"""What was said of one item of a queue, and how it travels to the process that counts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TypeAlias

from themis.domain.opinion import Ruling

PASSED, FAILED, UNDECIDED = range(3)
OUTCOMES = ("passed", "failed", "undecided")
RULINGS = tuple(ruling.value for ruling in Ruling)

Reviewer: TypeAlias = int | None  # None: the account is gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One run in a queue: its place, what each reviewer ruled, and what critics said.

    `said` holds each reviewer's current decision and never an adjudicator's final one. `final` is
    the ruling that stands in the end, `gold` the one that was known beforehand; empty: none.
    """

    task: int  # a number for the instruction: items of one task are drawn together
    platform: str
    week: str  # of its last decision, as 2026-W07
    queue: int
    is_blind: bool
    said: tuple[tuple[Reviewer, str], ...]
    final: str = ""
    gold: str = ""
    critics: tuple[tuple[int, str], ...] = ()  # number of a judge, its outcome


def line(item: Item) -> str:
    """An item as a line of JSON."""
    told = [item.task, item.platform, item.week, item.queue, item.is_blind, item.said]
    return f"{json.dumps([*told, item.final, item.gold, item.critics])}\n"


def read(text: str) -> Item:
    """What `line` wrote."""
    task, platform, week, queue, is_blind, said, final, gold, critics = json.loads(text)
    return Item(
        task=task,
        platform=platform,
        week=week,
        queue=queue,
        is_blind=is_blind,
        said=tuple((who, ruling) for who, ruling in said),
        final=final,
        gold=gold,
        critics=tuple((judge, outcome) for judge, outcome in critics),
    )


def outcome(ruling: str) -> int:
    """The outcome that a ruling, or a critic, stands for: a column of OUTCOMES."""
    return _OUTCOME[ruling]


def column(ruling: str) -> int:
    """A ruling's column of RULINGS."""
    return _COLUMN[ruling]


_OUTCOME = {ruling.value: OUTCOMES.index(ruling.outcome.value) for ruling in Ruling}
_COLUMN = {ruling: number for number, ruling in enumerate(RULINGS)}
