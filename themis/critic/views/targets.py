"""Which part of the screen is worth a look at full resolution: where the action went."""

from __future__ import annotations

from collections.abc import Sequence

from themis.critic.views.marks import Frame, Mark, Spot

SIDE = 448  # pixels of a crop, and more only where the screen or the target is large
SHARE = 4  # a crop is no less than this part of the longer side
LARGEST = 896
MARGIN = 48
WORTHWHILE = 0.6  # a crop that is more than this share of the screen shows nothing new
PLACELESS = frozenset({"scroll", "cross"})  # the whole view moves, or nothing is touched


def target_of(marks: Sequence[Mark]) -> Frame | None:
    """Where the last of the actions that touch something went; of a long path, its end."""
    for mark in reversed(marks):
        if mark.kind in PLACELESS:
            continue
        if mark.frame and mark.kind != "path":
            return mark.frame
        x, y = mark.spots[-1]
        whole = _around(mark.spots)
        is_short = max(whole[2] - whole[0], whole[3] - whole[1]) <= LARGEST - 2 * MARGIN
        return whole if is_short else (x, y, x + 1, y + 1)
    return None


def _around(spots: Sequence[Spot]) -> Frame:
    across, down = [x for x, _ in spots], [y for _, y in spots]
    return (min(across), min(down), max(across) + 1, max(down) + 1)


def crop_around(target: Frame, screen: tuple[int, int]) -> Frame | None:
    """The part of the screen to cut out; None where the whole screen shows as much."""
    least = max(SIDE, max(screen) // SHARE)
    left, right = _span(target[0], target[2], screen[0], least)
    top, bottom = _span(target[1], target[3], screen[1], least)
    area = (right - left) * (bottom - top)
    if area > WORTHWHILE * screen[0] * screen[1]:
        return None
    return (left, top, right, bottom)


def _span(start: int, end: int, size: int, least: int) -> tuple[int, int]:
    """One side of the crop: around the target, inside the screen."""
    wanted = min(max(least, end - start + 2 * MARGIN), LARGEST, size)
    first = min(max((start + end - wanted) // 2, 0), size - wanted)
    return first, first + wanted
