"""Everything that charts show, counted by one statement."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeAlias

from django.core.cache import cache
from django.db import connection

from themis.accounts.models import Team
from themis.critic.trust import tails
from themis.pipeline.figures.asked import Asked
from themis.pipeline.figures.facts import DECIDED, JUDGE, bin_of, facts
from themis.pipeline.listing import COUNTED
from themis.rewards.judges import Judge

MOST_JUDGES = 8  # of one chart: those with most runs
DIMENSIONS = ("platform", "app", "agent", "length")
NO_JUDGE = ", ".join(["''"] * 4)
NO_SUMS = ", ".join(["0.0"] * 5)

# Each part: kind, judge, two keys, how many, and five sums.
PARTS = (
    f"SELECT 'confusion', {JUDGE}, truth, outcome, count(*), {NO_SUMS} FROM facts"
    f" GROUP BY {JUDGE}, truth, outcome",
    f"SELECT 'cost', {JUDGE}, '', '', count(*), sum(calls) * 1.0, sum(tokens) * 1.0,"
    " coalesce(sum(price), 0.0), sum(seconds), count(price) * 1.0"
    f" FROM facts GROUP BY {JUDGE}",
    f"SELECT 'bin', {JUDGE}, truth, {{bin}}, count(*), sum(score), 0.0, 0.0, 0.0, 0.0"
    f" FROM facts WHERE {DECIDED} GROUP BY {JUDGE}, truth, {{bin}}",
    f"SELECT 'class', {JUDGE}, error_class, '', count(*), {NO_SUMS} FROM facts"
    f" WHERE outcome = 'failed' OR error_class <> '' GROUP BY {JUDGE}, error_class",
    f"SELECT 'people', {NO_JUDGE}, people_class, '', count(*), {NO_SUMS} FROM facts"
    " WHERE of_all = 1 AND (ruling = 'failed' OR people_class <> '') GROUP BY people_class",
    f"SELECT 'agreement', {JUDGE}, week, CASE WHEN truth = outcome THEN 'right' ELSE 'wrong' END,"
    f" count(*), {NO_SUMS} FROM facts WHERE {DECIDED}"
    f" GROUP BY {JUDGE}, week, CASE WHEN truth = outcome THEN 'right' ELSE 'wrong' END",
    f"SELECT 'week', {NO_JUDGE}, week, outcome, count(*), {NO_SUMS} FROM facts"
    " WHERE of_all = 1 GROUP BY week, outcome",
    f"SELECT 'ruled', {NO_JUDGE}, '', '', count(*), {NO_SUMS} FROM facts"
    " WHERE of_all = 1 AND ruling IS NOT NULL",
    *(
        f"SELECT '{name}', {NO_JUDGE}, {name}, outcome, count(*), {NO_SUMS} FROM facts"
        f" WHERE of_all = 1 GROUP BY {name}, outcome"
        for name in DIMENSIONS
    ),
)


@dataclass(frozen=True, slots=True)
class Share:
    """Some of a number of runs, with the interval (Wilson, 95 %) that such a share has."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """0 to 1; None of nothing."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share lies in 95 of 100 cases."""
        return tails.wilson(self.whole, self.part)


@dataclass(slots=True)
class Cost:
    """What the verdicts of a judge cost together."""

    n: int = 0
    calls: float = 0
    tokens: float = 0
    price: float = 0
    seconds: float = 0
    priced: float = 0  # verdicts whose price is known

    @property
    def price_each(self) -> float | None:
        """Of a verdict whose price is known; nothing where no model was asked; None: unknown."""
        if self.priced:
            return self.price / self.priced
        return None if self.calls else 0.0

    @property
    def tokens_each(self) -> float:
        """Read and written for one verdict."""
        return self.tokens / self.n if self.n else 0.0

    @property
    def seconds_each(self) -> float:
        """At work on one verdict."""
        return self.seconds / self.n if self.n else 0.0


@dataclass(slots=True)
class Bin:
    """Runs that were scored alike, and how many of them truly passed."""

    scores: float = 0
    passed: int = 0
    n: int = 0

    @property
    def score(self) -> float:
        """Their mean."""
        return self.scores / self.n if self.n else 0.0

    @property
    def share(self) -> Share:
        """Truly passed."""
        return Share(self.passed, self.n)


@dataclass(slots=True)
class JudgeFigures:
    """What one judge said, beside what people say."""

    judge: Judge
    matrix: Counter[tuple[str, str]] = field(default_factory=Counter)  # truth, said
    cost: Cost = field(default_factory=Cost)
    bins: defaultdict[int, Bin] = field(default_factory=lambda: defaultdict(Bin))
    classes: Counter[str] = field(default_factory=Counter)
    weeks: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    @property
    def n_decided_by_people(self) -> int:
        """Runs that people pass or fail."""
        return sum(n for (truth, _), n in self.matrix.items() if truth in {"passed", "failed"})

    def recall(self, truth: str) -> Share:
        """Of the runs with this truth that it decides, those of which it says so."""
        right, wrong = ("passed", "failed") if truth == "passed" else ("failed", "passed")
        part = self.matrix[truth, right]
        return Share(part, part + self.matrix[truth, wrong])

    @property
    def accuracy(self) -> Share:
        """Of the runs that both decide, those on which both agree."""
        passed, failed = self.recall("passed"), self.recall("failed")
        return Share(passed.part + failed.part, passed.whole + failed.whole)

    @property
    def decides(self) -> Share:
        """Of the runs that people decide, those that it decides, too."""
        return Share(self.accuracy.whole, self.n_decided_by_people)

    @property
    def balanced(self) -> float | None:
        """The mean of both recalls; None where one is of nothing."""
        passed, failed = self.recall("passed").value, self.recall("failed").value
        return None if passed is None or failed is None else (passed + failed) / 2

    def agreement(self, week: str) -> Share:
        """Of the runs that both decide, by the week of its verdict."""
        counts = self.weeks[week]
        return Share(counts["right"], counts.total())


Outcomes: TypeAlias = "dict[str, Counter[str]]"


@dataclass(slots=True)
class Figures:
    """All of it. `judges` are at most MOST_JUDGES, those with most runs first."""

    judges: list[JudgeFigures] = field(default_factory=list)
    left_out: int = 0  # judges with fewer runs
    outcomes: dict[str, Outcomes] = field(default_factory=dict)  # dimension, value, outcome
    weeks: Outcomes = field(default_factory=dict)
    people_classes: Counter[str] = field(default_factory=Counter)
    n_ruled: int = 0  # runs on which people have ruled

    @property
    def n_runs(self) -> int:
        """Runs with a verdict."""
        return sum(counts.total() for counts in self.weeks.values())

    @property
    def n_true(self) -> int:
        """Verdicts on runs of which people say how they ended."""
        return sum(each.n_decided_by_people for each in self.judges)


Row: TypeAlias = tuple[str, str, str, str, str, str, str, int, float, float, float, float, float]


def figures(team: Team, asked: Asked) -> Figures:
    """Everything, counted.

    Where that is much, it is kept ten times as long as counting took.
    """
    name = f"figures-{team.pk}-{sha256(repr(asked).encode()).hexdigest()}"
    kept: Figures | None = cache.get(name)
    if kept is not None:
        return kept
    started = time.monotonic()
    counted = _gathered(_rows(team, asked))
    took = time.monotonic() - started
    if counted.n_runs > COUNTED:
        cache.set(name, counted, timeout=10 * took)
    return counted


def _rows(team: Team, asked: Asked) -> Iterator[Row]:
    beginning, values = facts(team, asked)
    parts = " UNION ALL ".join(PARTS).format(bin=f"CAST({bin_of('score')} AS varchar(2))")
    with connection.cursor() as cursor:
        cursor.execute(beginning + parts, values)
        yield from cursor.fetchall()


def _gathered(rows: Iterator[Row]) -> Figures:
    found = Figures(outcomes={name: {} for name in DIMENSIONS})
    judges: dict[Judge, JudgeFigures] = {}
    for kind, *columns, one, two, n, a, b, c, d, e in rows:
        sums = tuple(map(float, (a, b, c, d, e)))  # PostgreSQL's are decimals
        if kind in found.outcomes:
            found.outcomes[kind].setdefault(one, Counter())[two] += n
        elif kind == "week":
            found.weeks.setdefault(one, Counter())[two] += n
        elif kind == "people":
            found.people_classes[one] += n
        elif kind == "ruled":
            found.n_ruled = n
        else:
            judge = Judge(*columns)
            of_it = judges.setdefault(judge, JudgeFigures(judge))
            _add(of_it, kind, (one, two), n, sums)
    ordered = sorted(judges.values(), key=lambda each: (-each.cost.n, each.judge))
    found.judges, found.left_out = ordered[:MOST_JUDGES], len(ordered[MOST_JUDGES:])
    return found


def _add(
    of_it: JudgeFigures, kind: str, keys: tuple[str, str], n: int, sums: tuple[float, ...]
) -> None:
    one, two = keys
    if kind == "confusion":
        of_it.matrix[one, two] += n
    elif kind == "cost":
        of_it.cost = Cost(n, *sums)
    elif kind == "bin":
        each = of_it.bins[int(two)]
        each.n += n
        each.passed += n if one == "passed" else 0
        each.scores += sums[0]
    elif kind == "class":
        of_it.classes[one] += n
    elif kind == "agreement":
        of_it.weeks[one][two] += n
