"""What was paid lately, as bars: one a value, or one a range where there are many values."""

from __future__ import annotations

from dataclasses import dataclass

from themis.rewards.job_figures import Bin, Lately

WIDTH = 1000  # of a bar, in units of its viewBox


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """How many got so much."""

    title: str
    n: int
    width: int
    is_masked: bool


def bars(lately: Lately) -> list[Bar]:
    """From the least to the most, and what is masked at the end."""
    most = max((each.n for each in lately.bins), default=1)
    return [
        Bar(
            title=_title(each),
            n=each.n,
            width=each.n * WIDTH // most,
            is_masked=each.low is None,
        )
        for each in lately.bins
    ]


def _title(each: Bin) -> str:
    if each.low is None or each.high is None:
        return "masked"
    return f"{each.low:.3g}" if each.low == each.high else f"{each.low:.2f} to {each.high:.2f}"
