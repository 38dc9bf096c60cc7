"""What is asked of a rule, the two tests that grant it, and how many labels they take.

"Precision at least p with confidence 1 - alpha" is granted when two exact tests on labelled runs
both pass:

- in the long run: were the true precision below p, so many right ones among those accepted would
  come up with probability at most alpha (Clopper & Pearson, Biometrika 1934);
- in the next batch: were the next batch of the same weight to fall below p, so great a difference
  between two halves of one lot would come up with probability at most alpha (the
  hypergeometric tail of Fisher's exact test, used as a prediction limit). The first test alone
  speaks of a precision nobody ever sees; users see batches, and a batch may miss a floor that the
  long run keeps.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from themis.critic.trust.evidence import Dependence, Evidence
from themis.critic.trust.tails import binomial_upper, hypergeometric_upper

MOST_WEIGHT = 1_000_000  # independent runs that are thought of when labels are counted
_LONGEST = 20  # weights in a row that are tried


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Precision at least `floor` with confidence 1 - `alpha`."""

    floor: float
    alpha: float = 0.05
    dependence: Dependence = Dependence.WORST

    def __post_init__(self) -> None:
        """Refuse shares that cannot be asked for; ValueError says which."""
        if not 0.0 < self.floor < 1.0 or not 0.0 < self.alpha <= 0.5:
            raise ValueError("a floor lies between 0 and 1, alpha above 0 and up to 0.5")

    def chance(self, weight: int, right: int) -> float:
        """The greater of the two tests' p-values."""
        if not weight:
            return 1.0
        return max(
            binomial_upper(weight, right, self.floor), batch_chance(weight, right, self.floor)
        )

    def met_by(self, weight: int, right: int) -> bool:
        """Whether so much evidence carries the promise."""
        return (
            weight > 0 and right > self.floor * weight and self.chance(weight, right) <= self.alpha
        )

    @property
    def fewest(self) -> int:
        """Independent accepted runs it takes when not one of them is wrong."""
        return _least(lambda weight: self.met_by(weight, weight)) or MOST_WEIGHT


def batch_chance(weight: int, right: int, floor: float) -> float:
    """How likely a split this uneven is, were a second half just as large to miss the floor."""
    missing = math.ceil(floor * weight - 1e-9) - 1
    return hypergeometric_upper(2 * weight, right + missing, weight, right)


@lru_cache(maxsize=1_024)
def labels_needed(evidence: Evidence, demand: Demand, labelled: int) -> int | None:
    """Labelled runs it takes, were precision, grouping and share of accepted runs to stay."""
    share = evidence.precision
    if share is None or share <= demand.floor:
        return None

    def met(weight: int) -> bool:
        return demand.met_by(weight, weight - math.ceil(weight * (1 - share) - 1e-9))

    # whole mistakes make steps: enough is what stays enough until the next mistake is due
    period = min(_LONGEST, math.ceil(1 / (1 - share))) if share < 1 else 1
    weight = _least(lambda least: all(met(least + more) for more in range(period)))
    if weight is None:
        return None
    return math.ceil(weight * evidence.design_effect / evidence.accepted * labelled)


def _least(enough: Callable[[int], bool]) -> int | None:
    """A weight that is enough, with one less that is not; None where even the most is not."""
    high = 1
    while not enough(high):
        high *= 2
        if high > MOST_WEIGHT:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        if enough(middle):
            high = middle
        else:
            low = middle
    return high
