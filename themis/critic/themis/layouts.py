"""Whether the pictures of a case go into one album or to each check, by count of fresh tokens.

A server that keeps prefixes reads an album once and each check's own pictures every time; but an
album holds screens that no check may ask for. Which is less depends on the run.
"""

from __future__ import annotations

from collections.abc import Sequence

from themis.critic.themis.options import Layout
from themis.critic.themis.screens import Choice, Cost
from themis.critic.views.comparing import small_size

# Of the 15.25 calls a run published for OS-Themis (arXiv 2608.24174) some six are not checks.
CHECKS = 9


def layout_for(
    wanted: Layout, choice: Choice, sizes: Sequence[tuple[int, int]], cost: Cost
) -> Layout:
    """ALBUM or OWN for one case; `sizes` are those of its screens that differ."""
    if not choice.shown:
        return Layout.OWN
    if wanted is not Layout.AUTO:
        return wanted
    screen = _mean([cost(*size) for size in sizes])
    reduced = _mean([cost(*small_size(size)) for size in sizes])
    missing = 1 - len(choice.shown) / len(sizes)
    own = CHECKS * 2 * screen
    album = choice.tokens + CHECKS * (reduced + missing * 2 * screen)
    return Layout.ALBUM if album <= own else Layout.OWN


def _mean(numbers: Sequence[int]) -> float:
    return sum(numbers) / len(numbers)
