"""The screens of a run in the order they were seen: what stands still counts once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from themis.domain.trajectory import Trajectory

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A picture that was on the screen, from after `since` steps until after `until` steps."""

    position: int  # in Trajectory.screens, of the first of equal pictures in a row
    digest: str
    since: int
    until: int

    @property
    def step(self) -> int:
        """The position of the step that brought it; the first where none did."""
        return max(self.since - 1, 0)

    @property
    def name(self) -> str:
        """Which screen it is and when it was seen, in words."""
        number = self.position + 1
        if not self.until:
            return f"Screen {number}, before any step"
        if not self.since:
            return f"Screen {number}, at the start and still after step {self.until}"
        if self.since == self.until:
            return f"Screen {number}, after step {self.since}"
        return f"Screen {number}, after steps {self.since} to {self.until}"


def frames_of(trajectory: Trajectory) -> tuple[Frame, ...]:
    """Every change of the screen. Pictures that no step knows are no part of the run."""
    found: list[Frame] = []
    for position, done in _seen(trajectory):
        digest = trajectory.screens[position].digest
        if found and found[-1].digest == digest:
            found[-1] = replace(found[-1], until=max(done, found[-1].until))
        else:
            found.append(Frame(position=position, digest=digest, since=done, until=done))
    return tuple(found)


def spread(items: Sequence[T], most: int) -> tuple[T, ...]:
    """At most so many of the items, evenly, the last one always and the first if two fit."""
    if len(items) <= most:
        return tuple(items)
    if most == 1:
        return (items[-1],)
    return tuple(items[round(n * (len(items) - 1) / (most - 1))] for n in range(most))


def _seen(trajectory: Trajectory) -> Iterator[tuple[int, int]]:
    """Positions of screens with the number of steps done when each was seen."""
    known = range(len(trajectory.screens))
    steps = [
        (position, done)
        for number, step in enumerate(trajectory.steps)
        for position, done in ((step.before, number), (step.after, number + 1))
        if position is not None and position in known
    ]
    yield from steps or [(position, len(trajectory.steps)) for position in known]
