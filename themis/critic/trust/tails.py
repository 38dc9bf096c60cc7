"""Exact tails of the binomial and the hypergeometric distribution, and intervals of shares."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

_WIDE = NormalDist().inv_cdf(0.975)  # standard deviations around the middle 95 %
_STEPS = 60  # halvings of an interval: beyond the precision of a float


def binomial_upper(trials: int, right: int, share: float) -> float:
    """P(at least `right` of `trials`), each right with probability `share`."""
    if right <= 0:
        return 1.0
    if not 0.0 < share < 1.0:
        return float(share >= 1.0 and right <= trials)

    def term(count: int) -> float:
        logs = _choose(trials, count)
        return logs + count * math.log(share) + (trials - count) * math.log1p(-share)

    return _upper(term, right, 0, trials, trials * share)


def hypergeometric_upper(total: int, good: int, drawn: int, right: int) -> float:
    """P(at least `right` good ones among `drawn`) of `total` things of which `good` are good."""
    least, most = max(0, drawn - (total - good)), min(drawn, good)
    if right <= least:
        return 1.0
    if right > most:
        return 0.0
    whole = _choose(total, drawn)

    def term(count: int) -> float:
        return _choose(good, count) + _choose(total - good, drawn - count) - whole

    return _upper(term, right, least, most, drawn * good / total)


def lower_limit(trials: int, right: int, alpha: float) -> float:
    """The one-sided lower confidence limit of a share (Clopper & Pearson, Biometrika 1934)."""
    low, high = 0.0, right / trials if trials else 0.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if binomial_upper(trials, right, middle) <= alpha:
            low = middle
        else:
            high = middle
    return low


def interval(trials: int, right: int, effect: float = 1.0) -> tuple[float, float]:
    """The 95 % interval of a share (Clopper & Pearson, 1934); `effect` runs count as one."""
    count = max(1, math.floor(trials / effect + 1e-9))
    low = lower_limit(count, math.floor(right / effect + 1e-9), 0.025)
    wrong = math.floor((trials - right) / effect + 1e-9)
    return low, 1 - lower_limit(count, wrong, 0.025)


def wilson(trials: int, right: int) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson, JASA 1927), for many shares at a time.

    Exact limits take a sum a limit; this takes none. Of nothing it is everything.
    """
    if not trials:
        return 0.0, 1.0
    share, wide = right / trials, _WIDE**2 / trials
    middle = share + wide / 2
    reach = _WIDE * math.sqrt((share * (1 - share) + wide / 4) / trials)
    return max(0.0, (middle - reach) / (1 + wide)), min(1.0, (middle + reach) / (1 + wide))


def _choose(things: int, taken: int) -> float:
    return math.lgamma(things + 1) - math.lgamma(taken + 1) - math.lgamma(things - taken + 1)


def _upper(term: Callable[[int], float], right: int, least: int, most: int, mean: float) -> float:
    """Sum on the side of the mean where terms only fall, so that few of them count."""
    if right > mean:
        return min(1.0, _sum(term, range(right, most + 1)))
    return max(0.0, 1.0 - _sum(term, range(right - 1, least - 1, -1)))


def _sum(term: Callable[[int], float], counts: range) -> float:
    total = 0.0
    for count in counts:
        more = math.exp(term(count))
        total += more
        if more <= total * 1e-16:
            break
    return total
