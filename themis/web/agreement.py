"""A report on agreement as pages show it: names for numbers, lengths for SVG, addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from themis.domain.jsontypes import Json
from themis.reviews import agreements
from themis.reviews.models import Agreement, Queue
from themis.rewards.judges import Judge
from themis.trajectories.models import Platform

LOWEST = -0.25  # the left end of a scale of kappa: what lies lower is drawn there
WIDTH, MARGIN = 120, 5  # of a whisker, in units of its viewBox
SHADES = 5  # of a cell of the matrix

Line = Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One figure with its interval: words, and places on a scale."""

    value: float | None
    low: float | None
    high: float | None
    why: str
    is_share: bool  # a percent; else a kappa or an alpha

    @property
    def text(self) -> str:
        """As people read it."""
        return self._text(self.value)

    @property
    def interval(self) -> str:
        """Both ends; empty where there is none."""
        if self.low is None or self.high is None:
            return ""
        return f"{self._text(self.low)} to {self._text(self.high)}"

    @property
    def x(self) -> float | None:
        """Where the value stands."""
        return None if self.value is None else place(self.value, is_share=self.is_share)

    @property
    def x_low(self) -> float | None:
        """Where its interval begins."""
        return None if self.low is None else place(self.low, is_share=self.is_share)

    @property
    def length(self) -> float | None:
        """How long its interval is."""
        if self.low is None or self.high is None:
            return None
        end = place(self.high, is_share=self.is_share)
        return round(end - place(self.low, is_share=self.is_share), 1)

    @property
    def zero(self) -> float:
        """Where nothing beyond chance stands."""
        return place(0.0, is_share=self.is_share)

    def _text(self, value: float | None) -> str:
        if value is None:
            return "–"
        if self.is_share:
            return f"{value * 100:.0f} %" if value in {0.0, 1.0} else f"{value * 100:.1f} %"
        return f"{value:.2f}".replace("-", "−")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a report."""

    name: str
    items: int
    tasks: int
    decisions: int
    apart: int
    figures: Mapping[str, Shown]  # percent, kappa, fleiss, alpha
    raters: int  # of Fleiss' kappa; 0 without one
    raters_items: int
    is_blind: bool
    key: str
    link: str  # query of the items behind it

    @property
    def percent(self) -> Shown:
        """Of every line."""
        return self.figures["percent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Two people in the matrix; None where they share no item, or are one."""

    row: Row | None
    shade: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """A person against those before them."""

    name: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class CriticRows:
    """A judge against people: their final ruling, then platforms, then each reviewer."""

    judge: str
    rulings: Sequence[Row]
    platforms: Sequence[Row]
    reviewers: Sequence[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A whole report."""

    counts: Mapping[str, int]
    side: str
    all: Row | None
    others: Sequence[Row]  # of all: with rulings apart, of open queues
    platforms: Sequence[Row]
    queues: Sequence[Row]
    weeks: Sequence[Row]
    names: Sequence[str]  # of the matrix, in order
    matrix: Sequence[MatrixRow]
    pairs: Sequence[Row]
    critics: Sequence[CriticRows]
    gold: Sequence[Row]


def place(value: float, *, is_share: bool) -> float:
    """Where a value stands on a scale, in units of its viewBox."""
    least = 0.0 if is_share else LOWEST
    share = (max(value, least) - least) / (1 - least)
    return round(MARGIN + share * (WIDTH - 2 * MARGIN), 1)


class Reader:
    """Turns the report of one row into a sheet. Names are those of today."""

    def __init__(self, row: Agreement) -> None:
        """Reads names of people and queues; two queries."""
        self.row = row
        self.report: Mapping[str, Json] = row.report or {}
        self.judges = [Judge(*columns) for columns in row.judges]
        self.people = agreements.reviewers_of(row)
        queues = Queue.objects.filter(team=row.team_id)
        keys = [int(str(line["key"])) for line in self._lines("people") if line["kind"] == "queue"]
        self.queues = dict(queues.filter(pk__in=keys).values_list("pk", "name"))

    def sheet(self) -> Sheet:
        """All of it."""
        side = str(self.report["side"])
        people = self._lines("people")
        own = [line for line in people if line["side"] == side]
        first = next((line for line in own if line["kind"] == "all"), None)
        pairs = [self._pair(line) for line in self._lines("pairs")]
        names, matrix = self._matrix()
        return Sheet(
            counts=_numbers(self.report["counts"]),
            side=side,
            all=self._of_people(first) if first else None,
            others=[
                self._of_people(line)
                for line in people
                if line["kind"] in {"all", "rulings"} and line is not first
            ],
            platforms=self._kind(own, "platform"),
            queues=self._kind(people, "queue"),
            weeks=self._kind(own, "week"),
            names=names,
            matrix=matrix,
            pairs=pairs,
            critics=self._critics(),
            gold=[self._gold(line) for line in self._lines("gold")],
        )

    def _kind(self, lines: Sequence[Line], kind: str) -> list[Row]:
        return [self._of_people(line) for line in lines if line["kind"] == kind]

    def _of_people(self, line: Line) -> Row:
        kind, key = str(line["kind"]), str(line["key"])
        name = {
            "all": "Outcomes",
            "rulings": "Rulings, all five kept apart",
            "platform": str(Platform(key).label) if key in Platform.values else key,
            "queue": self.queues.get(int(key), f"queue {key}") if key.isdigit() else key,
            "week": key,
        }[kind]
        if kind == "all" and line["side"] != self.report["side"]:
            name = "Open queues"
        asked = {kind: key or "1"} if kind != "all" else {}
        return self._row(line, name, {"side": str(line["side"])} | asked)

    def _pair(self, line: Line) -> Row:
        first, second = int(str(line["first"])), int(str(line["second"]))
        name = f"{self._person(first)} and {self._person(second)}"
        asked = {"side": str(self.report["side"]), "first": str(first), "second": str(second)}
        return self._row(line, name, asked)

    def _matrix(self) -> tuple[list[str], list[MatrixRow]]:
        pairs = {
            (int(str(line["first"])), int(str(line["second"]))): line
            for line in self._lines("pairs")
        }
        people = sorted({who for pair in pairs for who in pair}, key=self._person)
        rows = [
            MatrixRow(
                name=self._person(one),
                cells=[self._cell(pairs.get((min(one, two), max(one, two)))) for two in people[:n]],
            )
            for n, one in enumerate(people)
            if n
        ]
        return [self._person(who) for who in people[:-1]], rows

    def _cell(self, line: Line | None) -> Cell:
        if line is None:
            return Cell(row=None)
        row = self._pair(line)
        value = row.figures["kappa"].value
        shade = 0 if value is None else min(SHADES - 1, int(max(value, 0) * SHADES)) + 1
        return Cell(row=row, shade=shade)

    def _critics(self) -> list[CriticRows]:
        found = []
        for number, judge in enumerate(self.judges):
            lines = [line for line in self._lines("critics") if line["judge"] == number]
            if lines:
                rows = {
                    kind: [self._of_critic(each) for each in lines if each["against"] == kind]
                    for kind in ("ruling", "platform", "reviewer")
                }
                found.append(
                    CriticRows(
                        judge=judge.name,
                        rulings=rows["ruling"],
                        platforms=rows["platform"],
                        reviewers=rows["reviewer"],
                    )
                )
        return found

    def _of_critic(self, line: Line) -> Row:
        against, key = str(line["against"]), str(line["key"])
        judge = self.judges[int(str(line["judge"]))]
        asked = {
            "side": str(line["side"]),
            "critic": judge.critic,
            "version": judge.critic_version,
            "settings": judge.settings_hash,
            "model": judge.model,
        }
        if against == "ruling":
            kind = "blind" if line["side"] == "blind" else "open"
            return self._row(line, f"Final rulings of {kind} queues", asked)
        if against == "platform":
            label = str(Platform(key).label) if key in Platform.values else key
            return self._row(line, label, asked | {"platform": key})
        return self._row(line, self._person(int(key)), asked | {"reviewer": key})

    def _gold(self, line: Line) -> Row:
        key = int(str(line["key"]))
        if line["who"] == "judge":
            return self._row(line, self.judges[key].name, None)
        return self._row(line, self._person(key), {"gold": "1", "reviewer": str(key)})

    def _row(self, line: Line, name: str, asked: Mapping[str, str] | None) -> Row:
        fleiss = line.get("fleiss")
        told = fleiss if isinstance(fleiss, dict) else {}
        if asked and self.row.queue_id is not None:
            asked = {**asked, "queue": str(self.row.queue_id)}
        return Row(
            name=name,
            **{each: int(str(line[each])) for each in ("items", "tasks", "decisions", "apart")},
            figures={
                each: _shown(line[each], is_share=each == "percent")
                for each in ("percent", "kappa", "fleiss", "alpha")
                if each in line
            },
            raters=int(str(told.get("raters", 0))),
            raters_items=int(str(told.get("items", 0))),
            is_blind=line.get("side") == "blind",
            key=str(line.get("key", "")),
            link=urlencode({name: value for name, value in (asked or {}).items() if value}),
        )

    def _person(self, number: int) -> str:
        return self.people.get(number, "somebody who left")

    def _lines(self, part: str) -> list[dict[str, Json]]:
        return agreements.lines(self.row, part)


def _shown(told: Json, *, is_share: bool) -> Shown:
    figure = told if isinstance(told, dict) else {}
    value, low, high = (_number(figure.get(name)) for name in ("value", "low", "high"))
    return Shown(
        value=value, low=low, high=high, why=str(figure.get("why") or ""), is_share=is_share
    )


def _number(value: Json) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _numbers(counts: Json) -> dict[str, int]:
    return {name: int(str(n)) for name, n in counts.items()} if isinstance(counts, dict) else {}
