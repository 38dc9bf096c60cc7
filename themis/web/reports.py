"""A measurement as its page shows it, read off the report that was kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from themis.critic.trust.keeping import Bounded
from themis.domain.jsontypes import Json
from themis.rewards.models import Measurement
from themis.web import graphs
from themis.web.graphs import Diagram, Mark, Matrix

Node = Mapping[str, Json]

NAMES = {
    "accuracy": "Accuracy",
    "balanced accuracy": "Balanced accuracy",
    "precision": "Precision",
    "recall": "Recall",
    "f1": "F1",
    "false-positive rate": "False-positive rate",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure: of all runs, undecided counted as no pass, and of those that are decided."""

    name: str
    whole: Bounded | None
    decided: Bounded | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """One row of a list of judges; figures are of the runs that are decided."""

    row: Measurement
    coverage: float
    figures: dict[str, Bounded | None]
    brier: float | None
    ece: float | None
    cost: Node
    floor: str  # the highest that is promised, with what passes

    @property
    def accuracy(self) -> Bounded | None:
        """Share of right outcomes."""
        return self.figures.get("accuracy")

    @property
    def balanced(self) -> Bounded | None:
        """The mean over passed and failed runs."""
        return self.figures.get("balanced accuracy")

    @property
    def precision(self) -> Bounded | None:
        """Share of the passed that is rightly passed."""
        return self.figures.get("precision")

    @property
    def recall(self) -> Bounded | None:
        """Share of the truly passed that is passed."""
        return self.figures.get("recall")

    @property
    def f1(self) -> Bounded | None:
        """Their harmonic mean."""
        return self.figures.get("f1")

    @property
    def lenient(self) -> Bounded | None:
        """Share of the truly failed that is passed."""
        return self.figures.get("false-positive rate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything of one measurement but its floors."""

    brief: Brief
    figures: tuple[Figure, ...]
    matrix: Matrix
    diagram: Diagram | None
    calibrated: str  # the shape, or why there is none
    noise: Node
    is_together: bool
    tasks_known: bool


def brief(row: Measurement) -> Brief:
    """What a list shows of a measurement."""
    report = cast(Node, row.report)
    decided = node(report, "decided") or report
    sure = node(report, "reliability")
    n_decided = sum(count(decided, cell) for cell in ("tp", "fp", "fn", "tn"))
    measures = node(decided, "measures")
    together = "decided" not in report
    passed = count(report, "tp") + count(report, "fp")
    return Brief(
        row=row,
        coverage=(passed if together else n_decided) / max(1, row.n_labels),
        figures={name: bounded(measures.get(name)) for name in NAMES},
        brier=number(sure.get("brier")),
        ece=number(sure.get("ece")),
        cost=node(report, "cost"),
        floor=_highest(report.get("floors")),
    )


def _highest(floors: Json) -> str:
    held = floors if isinstance(floors, list) else []
    kept = [each for each in held if isinstance(each, dict) and each.get("promised") is True]
    found = [(number(each.get("floor")) or 0.0, number(each.get("coverage"))) for each in kept]
    if not found:
        return ""
    floor, coverage = max(found)
    return f"{floor:.2f}, {coverage or 0.0:.0%} pass"


def sheet(row: Measurement, address: str) -> Sheet:
    """The whole; cells and bins link to runs under an address that ends before its query."""
    report = cast(Node, row.report)
    decided = node(report, "decided")
    sure = node(report, "reliability")
    whole, of_decided = node(report, "measures"), node(decided, "measures")
    return Sheet(
        brief=brief(row),
        figures=tuple(
            Figure(
                name=title,
                whole=bounded(whole.get(name)),
                decided=bounded(of_decided.get(name)),
            )
            for name, title in NAMES.items()
        ),
        matrix=graphs.matrix(_cells(report, decided), address),
        diagram=_diagram(sure, address) if sure else None,
        calibrated=str(sure.get("calibrated") or ""),
        noise=node(report, "noise"),
        is_together=not decided,
        tasks_known=report.get("tasks_known") is not False,
    )


def _cells(report: Node, decided: Node) -> dict[str, dict[str, int]]:
    """Counts by label, then by what was said."""
    whole = {cell: count(report, cell) for cell in ("tp", "fp", "fn", "tn")}
    if not decided:
        return {
            "passed": {"passed": whole["tp"], "not-passed": whole["fn"]},
            "failed": {"passed": whole["fp"], "not-passed": whole["tn"]},
        }
    said = {cell: count(decided, cell) for cell in ("fn", "tn")}
    return {
        "passed": {
            "passed": whole["tp"],
            "failed": said["fn"],
            "undecided": whole["fn"] - said["fn"],
        },
        "failed": {
            "passed": whole["fp"],
            "failed": said["tn"],
            "undecided": whole["tn"] - said["tn"],
        },
    }


def _diagram(sure: Node, address: str) -> Diagram:
    after = sure.get("bins_calibrated")
    return graphs.diagram(
        before=_marks(sure.get("bins")),
        after=_marks(after) if after else [],
        address=address,
        brier=(number(sure.get("brier")), number(sure.get("brier_calibrated"))),
        ece=(number(sure.get("ece")), number(sure.get("ece_calibrated"))),
    )


def _marks(value: Json) -> list[Mark]:
    held = [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
    return [
        Mark(
            low=number(each.get("low")) or 0.0,
            high=number(each.get("high")) or 0.0,
            count=count(each, "count"),
            score=number(each.get("score")) or 0.0,
            share=number(each.get("share")) or 0.0,
            least=number(each.get("share_low")) or 0.0,
            most=number(each.get("share_high")) or 0.0,
        )
        for each in held
    ]


def node(held: Node, name: str) -> Node:
    """An object within an object; empty where there is none."""
    found = held.get(name)
    return found if isinstance(found, dict) else {}


def number(value: Json) -> float | None:
    """A number, if it is one."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def count(held: Node, name: str) -> int:
    """A whole number; none is 0."""
    return int(number(held.get(name)) or 0)


def bounded(value: Json) -> Bounded | None:
    """A figure with its interval; None where there is no figure."""
    if not isinstance(value, dict) or (figure := number(value.get("value"))) is None:
        return None
    low, high = number(value.get("low")), number(value.get("high"))
    return Bounded(
        value=figure,
        low=figure if low is None else low,
        high=figure if high is None else high,
    )
