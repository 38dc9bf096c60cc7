"""Recordings with pictures that cannot be read: kept without them, and it is said."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from themis.domain.trajectory import Step, Trajectory
from themis.trajectories.darkroom import Developed, Shot, Spoiled

TOLD = 1_000  # broken screens that are named; of the others, how many


def without_spoiled(trajectory: Trajectory, shots: Sequence[Shot]) -> Trajectory:
    """The trajectory with its screens, those that cannot be read left out with a warning each.

    Steps that saw one of these see none there; the others keep theirs under new positions.
    """
    good = [shot for shot in shots if isinstance(shot, Developed)]
    screens = tuple(shot.screen for shot in good)
    if len(good) == len(shots):
        return dataclasses.replace(trajectory, screens=screens)
    kept = (position for position, shot in enumerate(shots) if isinstance(shot, Developed))
    moved = {old: new for new, old in enumerate(kept)}
    return dataclasses.replace(
        trajectory,
        screens=screens,
        steps=tuple(_moved(step, moved) for step in trajectory.steps),
        warnings=(*trajectory.warnings, *_warnings(shots)),
    )


def _moved(step: Step, moved: dict[int, int]) -> Step:
    before = None if step.before is None else moved.get(step.before)
    after = None if step.after is None else moved.get(step.after)
    if (before, after) == (step.before, step.after):
        return step
    return dataclasses.replace(step, before=before, after=after)


def _warnings(shots: Sequence[Shot]) -> list[str]:
    why = [f"{shot.why}; this screen is left out" for shot in shots if isinstance(shot, Spoiled)]
    more = len(why) - TOLD
    return why if more <= 0 else [*why[:TOLD], f"{more:,} more screens are left out like these"]
