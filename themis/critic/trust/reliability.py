"""Whether a score of .8 is right eight times of ten: reliability bins, ECE, Brier score.

Bins hold about as many runs each (equal mass), which keeps each one's share as certain as the
others' (Nixon et al., Measuring Calibration in Deep Learning, 2019); runs of equal score are never
parted, so a judge that says only two things has two bins. The expected calibration error is the
mean gap between score and share of passed runs, weighted by the runs (Naeini, Cooper & Hauskrecht,
AAAI 2015). The Brier score is the mean squared distance from the label (Brier, 1950).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter

from themis.critic.trust.evidence import worst_effect
from themis.critic.trust.tails import interval

BINS = 10

Scored = tuple[float, bool]  # a score or probability, and whether the run truly passed


@dataclass(frozen=True, slots=True)
class Bin:
    """Runs of similar score: the score's range and mean, and the share that truly passed."""

    low: float
    high: float
    count: int
    score: float
    share: float
    least: float = 0.0  # the share's 95 % interval, runs of one task counted once
    most: float = 1.0


def bins(scored: Sequence[Scored], most: int = BINS) -> list[Bin]:
    """At most so many bins of about equal mass, lowest scores first."""
    held: list[list[Scored]] = [[]]
    target = len(scored) / most
    done = 0
    for _, equal in groupby(sorted(scored, key=itemgetter(0)), key=itemgetter(0)):
        held[-1].extend(equal)
        if done + len(held[-1]) >= target * len(held) and len(held) < most:
            done += len(held[-1])
            held.append([])
    return [_bin(group) for group in held if group]


def bins_by_task(scored: Sequence[tuple[float, bool, str]], most: int = BINS) -> list[Bin]:
    """The same bins of runs given with their tasks: each share has its interval."""
    held = sorted(scored, key=itemgetter(0))
    found, at = [], 0
    for each in bins([(score, passed) for score, passed, _ in held], most):
        sizes = Counter(task for _, _, task in held[at : at + each.count])
        at += each.count
        right = round(each.share * each.count)
        least, above = interval(each.count, right, worst_effect(sizes.values()))
        found.append(replace(each, least=least, most=above))
    return found


def _bin(group: list[Scored]) -> Bin:
    scores = [score for score, _ in group]
    right = sum(passed for _, passed in group)
    mean, count = sum(scores) / len(group), len(group)
    return Bin(low=scores[0], high=scores[-1], count=count, score=mean, share=right / count)


def calibration_error(scored: Sequence[Scored], most: int = BINS) -> float | None:
    """The expected calibration error over equal-mass bins; None without a run."""
    if not scored:
        return None
    return sum(b.count * abs(b.score - b.share) for b in bins(scored, most)) / len(scored)


def brier(scored: Sequence[Scored]) -> float | None:
    """The mean squared distance between score and label; None without a run."""
    if not scored:
        return None
    return sum((score - passed) ** 2 for score, passed in scored) / len(scored)
