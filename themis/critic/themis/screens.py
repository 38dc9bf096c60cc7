"""Which screens of a run are shown under a budget of tokens: changes kept, repetitions left out.

The same run and budget give the same choice, whenever and wherever it is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from themis.critic.examination.frames import Frame, spread

LOOKED_AT = 96  # screens of one run that are decoded to be compared
ALIKE_BYTES = 1.03  # files of one picture, but for noise, differ less in size
SCALES = tuple(n / 20 for n in range(19, 0, -1))
LEAST_SIDE = 28  # pixels: one patch of a model

Cost = Callable[[int, int], int]


class Looking(Protocol):
    """What screens look like, by position. Blocks where it has to decode them."""

    def size(self, position: int) -> tuple[int, int]:
        """Width and height in pixels."""
        ...

    def n_bytes(self, position: int) -> int:
        """The size of its file."""
        ...

    def distance(self, one: int, other: int) -> float:
        """The share of the picture that differs by more than noise."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is shown, in order, and what is not, and why."""

    shown: tuple[Frame, ...] = ()
    alike: tuple[Frame, ...] = ()  # one that is shown later looks the same
    left_out: tuple[Frame, ...] = ()  # to save room
    size: tuple[int, int] | None = None  # to which the only one that is shown is scaled down
    tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chooser:
    """Chooses for one model, under one budget."""

    looking: Looking
    cost: Cost
    budget: int
    most: int
    compares: bool = True  # False: nothing is decoded; repetitions stay, and room is made evenly

    def choose(self, frames: Sequence[Frame]) -> Choice:
        """The screens of a run that are shown; the last one always, if there is any room."""
        different = _different(frames)
        if not different or not self.budget:
            return Choice(left_out=tuple(different))
        looked_at = list(spread(different, LOOKED_AT))
        twins = self._twins(looked_at) if self.compares else {}
        kept = self._fitting([frame for frame in looked_at if frame.position not in twins])
        shown = {frame.position for frame in kept}
        alike = [frame for frame in looked_at if twins.get(frame.position) in shown]
        told = shown | {frame.position for frame in alike}
        left_out = [frame for frame in different if frame.position not in told]
        if len(kept) == 1 and self._tokens(kept) > self.budget:
            return self._smaller(kept[0], alike, left_out)
        return Choice(
            shown=tuple(kept),
            alike=tuple(alike),
            left_out=tuple(left_out),
            tokens=self._tokens(kept),
        )

    def _twins(self, frames: list[Frame]) -> dict[int, int]:
        """Those that a later one repeats, and which, by position.

        Gone through from the last, which is always kept; each is compared with one that is
        kept, so that many small steps of noise do not add up to a change that nobody sees.
        """
        twins: dict[int, int] = {}
        later = frames[-1]
        for frame in reversed(frames[:-1]):
            if self._looks_the_same(frame, later):
                twins[frame.position] = later.position
            else:
                later = frame
        return twins

    def _looks_the_same(self, one: Frame, other: Frame) -> bool:
        at, to = one.position, other.position
        if self.looking.size(at) != self.looking.size(to):
            return False
        sizes = sorted((self.looking.n_bytes(at), self.looking.n_bytes(to)))
        # To decode takes a hundred times as long as to ask for a file's size.
        if sizes[1] > sizes[0] * ALIKE_BYTES:
            return False
        return self.looking.distance(at, to) == 0

    def _fitting(self, frames: list[Frame]) -> list[Frame]:
        """As many as there is room for, without those that the next one shows best."""
        kept = list(frames)
        if not self._is_over(kept):
            return kept
        if not self.compares:
            return self._evenly(kept)
        lost = [self._lost(one, other) for one, other in pairwise(kept)]
        while len(kept) > 1 and self._is_over(kept):
            at = min(range(len(lost)), key=lambda n: (lost[n], n))
            del kept[at], lost[at]
            if at:
                lost[at - 1] = self._lost(kept[at - 1], kept[at])
        return kept

    def _lost(self, one: Frame, other: Frame) -> float:
        """What is lost with a screen if only the next one is shown."""
        return self.looking.distance(one.position, other.position)

    def _evenly(self, frames: list[Frame]) -> list[Frame]:
        kept = frames
        for most in range(min(len(frames), self.most), 0, -1):
            kept = list(spread(frames, most))
            if not self._is_over(kept):
                break
        return kept

    def _is_over(self, frames: list[Frame]) -> bool:
        return len(frames) > self.most or self._tokens(frames) > self.budget

    def _tokens(self, frames: Iterable[Frame]) -> int:
        return sum(self.cost(*self.looking.size(frame.position)) for frame in frames)

    def _smaller(self, last: Frame, alike: list[Frame], left_out: list[Frame]) -> Choice:
        size = scaled_to(self.looking.size(last.position), self.budget, self.cost)
        if size is None:
            return Choice(left_out=(*left_out, *alike, last))
        return Choice(
            shown=(last,),
            alike=tuple(alike),
            left_out=tuple(left_out),
            size=size,
            tokens=self.cost(*size),
        )


def scaled_to(size: tuple[int, int], budget: int, cost: Cost) -> tuple[int, int] | None:
    """The largest size in which a picture costs no more than `budget`; None: there is none."""
    if cost(*size) <= budget:
        return size
    for scale in SCALES:
        smaller = max(round(size[0] * scale), 1), max(round(size[1] * scale), 1)
        if max(smaller) < LEAST_SIDE:
            return None
        if cost(*smaller) <= budget:
            return smaller
    return None


def _different(frames: Sequence[Frame]) -> list[Frame]:
    """One of all that are equal to the byte: the last, so that the end is where it was."""
    by_digest: dict[str, Frame] = {}
    for frame in reversed(frames):
        by_digest.setdefault(frame.digest, frame)
    return list(by_digest.values())[::-1]
