"""What the recording shows of a step: the screens and UI texts before and after it."""

from __future__ import annotations

from dataclasses import dataclass

from themis.domain.trajectory import Trajectory


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Positions in Trajectory.screens and UI texts; None where nothing was recorded."""

    before: int | None
    after: int | None
    before_ui: str | None
    after_ui: str | None


def sight_of(trajectory: Trajectory, position: int) -> Sight:
    """What surrounds a step.

    Many recorders keep one screen per step: then the next step's `before` is what came after.
    """
    steps = trajectory.steps
    step = steps[position]
    earlier = steps[position - 1] if position > 0 else None
    later = steps[position + 1] if position + 1 < len(steps) else None
    before = step.before if step.before is not None or not earlier else earlier.after
    after = step.after if step.after is not None or not later else later.before
    return Sight(
        before=_existing(before, trajectory),
        after=_existing(after, trajectory),
        before_ui=step.before_ui or (earlier.after_ui if earlier else None),
        after_ui=step.after_ui or (later.before_ui if later else None),
    )


def _existing(position: int | None, trajectory: Trajectory) -> int | None:
    if position is None or not 0 <= position < len(trajectory.screens):
        return None
    return position
