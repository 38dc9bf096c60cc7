"""What a case holds for this critic: UI trees, and pictures read where trees are missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from themis.critic.contract import Case
from themis.critic.evidence_only.elements import Tree
from themis.critic.evidence_only.facts import Run
from themis.critic.evidence_only.reading import Reading
from themis.critic.evidence_only.screens import difference
from themis.domain.errors import UnreadableScreen

MAX_READ = 3  # pictures read per case, the last ones first
MAX_COMPARED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Everything that may be looked at."""

    run: Run
    change: float | None = None  # the most that a picture differs from the first, 0 to 1
    looked_at: tuple[int, ...] = ()  # positions of the pictures that were opened
    notes: tuple[str, ...] = ()  # what could not be looked at


def open_room(case: Case, reading: Reading) -> Room:
    """Lay out a case. Blocking: reads pictures, but only where no UI tree tells the end."""
    run = Run(case.trajectory)
    if run.final is not None or not run.steps:
        return Room(run=run)
    wanted = _telling(run, len(case.trajectory.screens))
    change = _most_change(case)
    if not wanted:
        return Room(run=run, notes=("No UI tree and no picture shows how the run ended.",))
    if not reading.is_possible:
        note = "No UI tree shows the end, and pictures cannot be read: tesseract is not installed."
        return Room(run=run, change=change, looked_at=wanted, notes=(note,))
    words = {
        at: reading.read(case.trajectory.screens[at].digest, _content(case, at)) for at in wanted
    }
    recognised: dict[int, Tree] = {at: tree for at, tree in words.items() if tree is not None}
    seen = Run(case.trajectory, recognised)
    return Room(run=seen, change=change, looked_at=wanted)


def _telling(run: Run, n_screens: int) -> tuple[int, ...]:
    """The positions of the pictures worth reading: the end, the beginning, before the last act."""
    wanted = [run.final_screen, run.first_screen, run.screen_before(run.tail)]
    held = (at for at in wanted if at is not None and 0 <= at < n_screens)
    return tuple(dict.fromkeys(held))[:MAX_READ]


def _content(case: Case, at: int) -> Callable[[], bytes]:
    return lambda: case.read_screen(case.trajectory.screens[at])


def _most_change(case: Case) -> float | None:
    """The largest difference from the first picture; None where that is not known."""
    screens = case.trajectory.screens
    if len(screens) < 2:
        return None
    first, *others = screens
    distinct = {screen.digest: screen for screen in others if screen.digest != first.digest}
    if len(distinct) > MAX_COMPARED:
        return None
    try:
        start = case.read_screen(first)
        return max(
            (difference(start, case.read_screen(other)) for other in distinct.values()), default=0.0
        )
    except (OSError, UnreadableScreen):
        return None
