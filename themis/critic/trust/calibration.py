"""From a judge's score to the probability that the run truly passed; no library is needed here.

Two shapes: a logistic curve of the score (Platt, 1999) and a rising staircase, straight between
its corners (isotonic regression; Zadrozny & Elkan, KDD 2002). `fitting` finds them.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from themis.domain.errors import UnreadableTable
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Platform

VERSION = "themis/calibration/1"
MAX_KNOTS = 10_000


@dataclass(frozen=True, slots=True)
class Platt:
    """1 / (1 + exp(-(slope * score + offset)))."""

    slope: float
    offset: float

    def probability(self, score: float) -> float:
        """The probability at a score from 0 to 1."""
        power = self.slope * score + self.offset
        if power >= 0:
            return 1 / (1 + math.exp(-min(power, 700.0)))
        raised = math.exp(max(power, -700.0))
        return raised / (1 + raised)

    def to_json(self) -> Json:
        """As plain JSON."""
        return {"kind": "platt", "slope": self.slope, "offset": self.offset}


@dataclass(frozen=True, slots=True)
class Isotonic:
    """Corners (score, probability), both rising; straight between, level outside."""

    scores: tuple[float, ...]
    probabilities: tuple[float, ...]

    def probability(self, score: float) -> float:
        """The probability at a score from 0 to 1."""
        at = bisect_left(self.scores, score)
        if at == 0:
            return self.probabilities[0]
        if at == len(self.scores):
            return self.probabilities[-1]
        low, high = self.scores[at - 1], self.scores[at]
        before, after = self.probabilities[at - 1], self.probabilities[at]
        return before + (after - before) * (score - low) / (high - low)

    def to_json(self) -> Json:
        """As plain JSON."""
        return {
            "kind": "isotonic",
            "scores": [*self.scores],
            "probabilities": [*self.probabilities],
        }


Curve = Platt | Isotonic


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """One judge's curve, for one platform or for all, and what it was found on."""

    judge: str
    curve: Curve
    labels: int
    tasks: int
    brier: float  # cross-validated, over tasks the curve was not fitted to
    platform: Platform | None = None

    def probability(self, score: float) -> float:
        """The probability that a run with this score truly passed; ValueError outside 0 to 1."""
        if not 0.0 <= score <= 1.0:
            raise ValueError(f"{score} is no score; scores go from 0 to 1")
        return self.curve.probability(score)

    def to_json(self) -> Json:
        """As plain JSON that `from_json` takes back."""
        return {
            "version": VERSION,
            "judge": self.judge,
            "platform": self.platform.value if self.platform else None,
            "curve": self.curve.to_json(),
            "labels": self.labels,
            "tasks": self.tasks,
            "brier": self.brier,
        }


def from_json(value: Json) -> Calibration:
    """A calibration as it was written; UnreadableTable where it is none."""
    if not isinstance(value, dict) or value.get("version") != VERSION:
        raise UnreadableTable(f'calibration: version: expected "{VERSION}"; calibrate anew')
    curve, judge, platform = value.get("curve"), value.get("judge"), value.get("platform")
    if not isinstance(curve, dict) or not isinstance(judge, str):
        raise UnreadableTable("calibration: judge and curve: expected both; calibrate anew")
    try:
        known = None if platform is None else Platform(str(platform))
    except ValueError as error:
        raise UnreadableTable("calibration: platform: unknown; calibrate anew") from error
    return Calibration(
        judge=judge,
        curve=_curve(curve),
        labels=int(_number(value, "labels")),
        tasks=int(_number(value, "tasks")),
        brier=_number(value, "brier"),
        platform=known,
    )


def _curve(value: Mapping[str, Json]) -> Curve:
    if value.get("kind") == "platt":
        return Platt(slope=_number(value, "slope"), offset=_number(value, "offset"))
    if value.get("kind") != "isotonic":
        raise UnreadableTable("calibration: kind: expected platt or isotonic; calibrate anew")
    scores, probabilities = _numbers(value, "scores"), _numbers(value, "probabilities")
    rising = all(low < high for low, high in pairwise(scores))
    steady = all(low <= high for low, high in pairwise(probabilities))
    if not 0 < len(scores) == len(probabilities) or not rising or not steady:
        raise UnreadableTable("calibration: corners: expected rising pairs; calibrate anew")
    return Isotonic(scores=scores, probabilities=probabilities)


def _number(value: Mapping[str, Json], name: str) -> float:
    number = value.get(name)
    if isinstance(number, bool) or not isinstance(number, int | float) or not _finite(number):
        raise UnreadableTable(f"calibration: {name}: expected a number; calibrate anew")
    return float(number)


def _numbers(value: Mapping[str, Json], name: str) -> tuple[float, ...]:
    held = value.get(name)
    if not isinstance(held, list) or len(held) > MAX_KNOTS:
        raise UnreadableTable(f"calibration: {name}: expected up to {MAX_KNOTS} numbers")
    numbers = [each for each in held if isinstance(each, int | float) and 0 <= each <= 1]
    if len(numbers) != len(held):
        raise UnreadableTable(f"calibration: {name}: expected numbers from 0 to 1")
    return tuple(float(each) for each in numbers)


def _finite(number: float) -> bool:
    return abs(number) < 1e12
