"""What is told of groups: lines with figures, counts beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from themis.agreement import figure
from themis.agreement.figure import FEWEST_TASKS, LEVEL, RESAMPLES
from themis.agreement.groups import BLIND, Groups, Key
from themis.agreement.sample import Sample
from themis.domain.jsontypes import Json

VERSION = 1
MOST_PEOPLE = 16  # in the matrix of pairs: those with most items in common
MOST_WEEKS = 26
MOST_LINES = 200  # of one kind
COUNTED = ("items", "decisions", "several", "several_open", "single", "gold")

Line = dict[str, Json]
Job = tuple[str, Callable[[], Line]]  # part of the report, and the work for one line of it


def jobs(groups: Groups) -> list[Job]:
    """The work for each line, in the order they are told."""
    return [
        *(("people", job) for job in _people(groups)),
        *(("pairs", job) for job in _pairs(groups)),
        *(("critics", job) for job in _critics(groups)),
        *(("gold", job) for job in _gold(groups)),
    ]


def head(groups: Groups) -> dict[str, Json]:
    """What a report says before its lines."""
    counts: Line = {name: groups.counts[name] for name in COUNTED}
    return {
        "version": VERSION,
        "level": LEVEL,
        "resamples": RESAMPLES,
        "fewest_tasks": FEWEST_TASKS,
        "side": groups.side,
        "counts": counts | {"tasks": len(groups.tasks)},
        "people": [],
        "pairs": [],
        "critics": [],
        "gold": [],
    }


def _people(groups: Groups) -> Iterator[Callable[[], Line]]:
    order = ["all", "rulings", "platform", "queue", "week"]
    found = sorted(groups.people.items(), key=lambda each: _place(each[0], order))
    weeks = sorted({str(key[2]) for key in groups.people if key[1] == "week"})[-MOST_WEEKS:]
    told: Counter[str] = Counter()
    for (side, kind, key), sample in found:
        wanted = side == groups.side or kind in {"all", "queue"}
        if kind == "week":
            wanted = wanted and key in weeks
        told[str(kind)] += wanted
        if wanted and told[str(kind)] <= MOST_LINES:
            yield lambda s=sample, k=(side, kind, key): _of_many(s, k)  # type: ignore[misc]


def _place(key: Key, order: list[str]) -> tuple[bool, int, str | int, str]:
    side, kind, name = key
    number = name if isinstance(name, int) else 0
    return side != BLIND, order.index(str(kind)), number, str(name)


def _of_many(sample: Sample, key: Key) -> Line:
    """Percent, Fleiss' kappa where items have as many answers, Krippendorff's alpha."""
    side, kind, name = key
    seed = ":".join(map(str, key))
    often = Counter({len(each): 0 for each in sample.patterns})
    for pattern, n in sample.counts.items():
        often[len(pattern)] += n
    raters = max(often, key=lambda n: (often[n], n))
    same = sample if len(often) == 1 else sample.with_answers(raters)
    fleiss: Line = figure.fleiss(same, seed).told | {"raters": raters, "items": same.items}
    return {
        "side": side,
        "kind": kind,
        "key": name,
        **_counts(sample),
        "percent": figure.percent(sample, seed).told,
        "fleiss": fleiss,
        "alpha": figure.krippendorff(sample, seed).told,
    }


def _pairs(groups: Groups) -> Iterator[Callable[[], Line]]:
    shared: Counter[int | str] = Counter()
    of_side = {key: each for key, each in groups.pairs.items() if key[0] == groups.side}
    for (_, first, second), sample in of_side.items():
        shared[first] += sample.items
        shared[second] += sample.items
    people = {who for who, _ in shared.most_common(MOST_PEOPLE)}
    for key, sample in sorted(of_side.items()):
        if people >= {*key[1:]}:
            named: Line = {"first": key[1], "second": key[2]}
            yield lambda s=sample, n=named, k=key: n | _of_two(s, k)  # type: ignore[misc]


def _critics(groups: Groups) -> Iterator[Callable[[], Line]]:
    order = {"ruling": 0, "platform": 1, "reviewer": 2}
    found = sorted(
        groups.critics.items(),
        key=lambda each: (each[0][1], order[str(each[0][2])], -each[1].items, str(each[0])),
    )
    wanted = [each for each in found if each[0][0] == groups.side or each[0][2] == "ruling"]
    for key, sample in islice(wanted, MOST_LINES):
        named: Line = {"side": key[0], "judge": key[1], "against": key[2], "key": key[3]}
        yield lambda s=sample, n=named, k=key: n | _of_two(s, k)  # type: ignore[misc]


def _gold(groups: Groups) -> Iterator[Callable[[], Line]]:
    found: Mapping[Key, Sample] = groups.gold
    for key, sample in islice(sorted(found.items(), key=lambda each: str(each[0])), MOST_LINES):
        named: Line = {"who": key[0], "key": key[1]}
        yield lambda s=sample, n=named, k=key: n | _of_gold(s, k)  # type: ignore[misc]


def _of_two(sample: Sample, key: Key) -> Line:
    seed = ":".join(map(str, key))
    return {
        **_counts(sample),
        "percent": figure.percent(sample, seed).told,
        "kappa": figure.cohen(sample, seed).told,
    }


def _of_gold(sample: Sample, key: Key) -> Line:
    return {**_counts(sample), "percent": figure.percent(sample, f"gold {key}").told}


def _counts(sample: Sample) -> Line:
    counts = sample.counts
    return {
        "items": sample.items,
        "tasks": sample.tasks,
        "decisions": sum(n * len(each) for each, n in counts.items()),
        "apart": sum(n for each, n in counts.items() if len(set(each)) > 1),
    }
