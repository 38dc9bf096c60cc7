"""Items sorted into the groups that figures are told of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations
from typing import TypeAlias

from themis.agreement.item import OUTCOMES, RULINGS, Item, column, outcome
from themis.agreement.sample import Sample

Key: TypeAlias = tuple[int | str, ...]

BLIND, OPEN = "blind", "open"


@dataclass(slots=True)
class Groups:
    """Samples by what they are of; those of blind queues and of open ones apart.

    Who reviews in an open queue has seen the machine's verdict: such answers are not independent
    of it, nor of each other.
    """

    people: dict[Key, Sample] = field(default_factory=dict)
    pairs: dict[Key, Sample] = field(default_factory=dict)
    critics: dict[Key, Sample] = field(default_factory=dict)
    gold: dict[Key, Sample] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    tasks: set[int] = field(default_factory=set)

    @property
    def side(self) -> str:
        """What the figures rest on: blind queues, or open ones where no blind item has two."""
        return OPEN if not self.counts["several"] and self.counts["several_open"] else BLIND


def sort(items: Iterable[Item]) -> Groups:
    """All groups, in one walk."""
    groups = Groups()
    for item in items:
        groups.counts["decisions"] += len(item.said)
        groups.counts["items"] += 1
        groups.tasks.add(item.task)
        if item.gold:
            _gold(groups, item)
        else:
            _people(groups, item)
            _critics(groups, item)
    return groups


def _gold(groups: Groups, item: Item) -> None:
    groups.counts["gold"] += 1
    right = outcome(item.gold)
    for who, ruling in item.said:
        if who is not None:
            _add(groups.gold, ("reviewer", who), item, (right, outcome(ruling)))
    for judge, said in item.critics:
        _add(groups.gold, ("judge", judge), item, (right, outcome(said)))


def _people(groups: Groups, item: Item) -> None:
    if len(item.said) < 2:
        groups.counts["single"] += 1
        return
    side = BLIND if item.is_blind else OPEN
    groups.counts["several" if item.is_blind else "several_open"] += 1
    said = tuple(sorted(outcome(ruling) for _, ruling in item.said))
    for kind, key in (
        ("all", ""),
        ("platform", item.platform),
        ("week", item.week),
        ("queue", item.queue),
    ):
        _add(groups.people, (side, kind, key), item, said)
    rulings = tuple(sorted(column(ruling) for _, ruling in item.said))
    _add(groups.people, (side, "rulings", ""), item, rulings, len(RULINGS))
    known = sorted((who, outcome(ruling)) for who, ruling in item.said if who is not None)
    for (first, one), (second, other) in combinations(known, 2):
        _add(groups.pairs, (side, first, second), item, (one, other))


def _critics(groups: Groups, item: Item) -> None:
    side = BLIND if item.is_blind else OPEN
    for judge, verdict in item.critics:
        said = outcome(verdict)
        if item.final:
            pair = (said, outcome(item.final))
            _add(groups.critics, (side, judge, "ruling", ""), item, pair)
            _add(groups.critics, (side, judge, "platform", item.platform), item, pair)
        for who, ruling in item.said:
            if who is not None:
                _add(groups.critics, (side, judge, "reviewer", who), item, (said, outcome(ruling)))


def _add(
    into: dict[Key, Sample],
    key: Key,
    item: Item,
    pattern: tuple[int, ...],
    columns: int = len(OUTCOMES),
) -> None:
    sample = into.get(key)
    if sample is None:
        sample = into[key] = Sample(columns)
    sample.add(item.task, pattern)
