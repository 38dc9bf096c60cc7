"""Everything that charts show, counted by one statement."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeAlias

from django.core.cache import cache
from django.db import connection, transaction

from themis.accounts.models import Team
from themis.critic.trust import tails
from themis.pipeline.figures.asked import Asked
from themis.pipeline.figures.facts import DECIDED, facts, judge_of
from themis.pipeline.listing import COUNTED
from themis.rewards.judges import Judge

MOST_JUDGES = 8  # of one chart: those with most runs
DIMENSIONS = ("platform", "app", "agent", "length")

# Two tables small enough to be counted in as often as one likes, and each dimension by itself.
# A row: kind, judge, two keys, how many, and five sums.
FIGURES = """
, small AS MATERIALIZED (
    SELECT judge, truth, outcome, bin, error_class, people_class, ruling, of_all = 1 AS is_newest,
        count(*) AS n, sum(calls) AS calls, sum(tokens) AS tokens, sum(price) AS price,
        sum(seconds) AS seconds, count(price) AS priced, sum(score) AS score
    FROM facts
    GROUP BY judge, truth, outcome, bin, error_class, people_class, ruling, of_all = 1
), weekly AS MATERIALIZED (
    SELECT judge, week, outcome, truth = outcome AS is_right, {decided} AS is_decided,
        of_all = 1 AS is_newest, count(*) AS n
    FROM facts GROUP BY judge, week, outcome, truth = outcome, {decided}, of_all = 1
)
SELECT 'confusion', judge, truth, outcome, sum(n), {no_sums} FROM small
GROUP BY judge, truth, outcome
UNION ALL
SELECT 'cost', judge, '', '', sum(n), sum(calls), sum(tokens), coalesce(sum(price), 0.0),
    sum(seconds), sum(priced)
FROM small GROUP BY judge
UNION ALL
SELECT 'bin', judge, truth, CAST(bin AS varchar(2)), sum(n), sum(score), 0, 0, 0, 0
FROM small WHERE {decided} GROUP BY judge, truth, bin
UNION ALL
SELECT 'class', judge, error_class, '', sum(n), {no_sums} FROM small
WHERE outcome = 'failed' OR error_class <> '' GROUP BY judge, error_class
UNION ALL
SELECT 'people', '', people_class, '', sum(n), {no_sums} FROM small
WHERE is_newest AND (ruling = 'failed' OR people_class <> '') GROUP BY people_class
UNION ALL
SELECT 'ruled', '', '', '', coalesce(sum(n), 0), {no_sums} FROM small
WHERE is_newest AND ruling IS NOT NULL
UNION ALL
SELECT 'agreement', judge, week, CASE WHEN is_right THEN 'right' ELSE 'wrong' END, sum(n),
    {no_sums}
FROM weekly WHERE is_decided GROUP BY judge, week, is_right
UNION ALL
SELECT 'week', '', week, outcome, sum(n), {no_sums} FROM weekly
WHERE is_newest GROUP BY week, outcome
{dimensions}
"""
DIMENSION = """
UNION ALL
SELECT '{name}', '', {name}, outcome, count(*), {no_sums} FROM facts
WHERE of_all = 1 GROUP BY {name}, outcome
"""
NO_SUMS = "0, 0, 0, 0, 0"


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


Row: TypeAlias = tuple[str, str, str, str, int, float, float, float, float, float]


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


def _rows(team: Team, asked: Asked) -> list[Row]:
    beginning, values = facts(team, asked)
    each = (DIMENSION.format(name=name, no_sums=NO_SUMS) for name in DIMENSIONS)
    rest = FIGURES.format(decided=DECIDED, no_sums=NO_SUMS, dimensions="".join(each))
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # sorting on a disk takes twice as long
            cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute(beginning + rest, values)
        found: list[Row] = cursor.fetchall()
        return found


def _gathered(rows: Iterable[Row]) -> Figures:
    found = Figures(outcomes={name: {} for name in DIMENSIONS})
    judges: dict[Judge, JudgeFigures] = {}
    for kind, key, one, two, count, *told in rows:
        n, sums = int(count), tuple(map(float, told))  # PostgreSQL's are decimals
        if kind in found.outcomes:
            found.outcomes[kind].setdefault(one, Counter())[two] += n
        elif kind == "week":
            found.weeks.setdefault(one, Counter())[two] += n
        elif kind == "people":
            found.people_classes[one] += n
        elif kind == "ruled":
            found.n_ruled = n
        else:
            judge = judge_of(key)
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
