"""What changed between two screens, told from small copies: noise of compression is no change."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter

SIDE = 512  # pixels of the longer side of a small copy
# Of 255, what compression does to a small copy (JPEG of quality 75 and up): in its greys, where
# a faint digit makes 31 and more, and in its colours, which are saved more coarsely.
NOISE = 20
TINT = 16
TINT_CELLS = 4  # cells across and down of one that colours are compared by
RESIZED = 2.5  # times as much noise where one was resized to the other's size
WHOLE = 0.6  # the share from which on the picture is another one
AROUND = 3  # cells around a change that are shown with it
DIMMED = 0.3  # how bright what did not change is shown


@dataclass(frozen=True, slots=True)
class Change:
    """How much of the screen changed, and where.

    `share` is 0 to 1 of the small copy's cells; `box` holds all of them, in pixels of the screen
    before: left, top, right, bottom.
    """

    share: float
    box: tuple[int, int, int, int] | None

    @property
    def is_none(self) -> bool:
        """Whether nothing changed but noise."""
        return self.box is None

    @property
    def is_whole(self) -> bool:
        """Whether it is another picture altogether."""
        return self.share >= WHOLE


def small(picture: Image.Image) -> Image.Image:
    """A copy in which every cell is the mean of a square of whole pixels."""
    factor = _factor(picture.size)
    return picture.reduce(factor) if factor > 1 else picture


def small_size(size: tuple[int, int]) -> tuple[int, int]:
    """Width and height of the small copy of a picture of that size."""
    factor = _factor(size)
    return -(-size[0] // factor), -(-size[1] // factor)


def _factor(size: tuple[int, int]) -> int:
    return max(-(-max(size) // SIDE), 1)


def compare(before: Image.Image, after: Image.Image, size: tuple[int, int]) -> Change:
    """What changed between two small copies; `size` is that of the screen before."""
    cells = _changed(before, after)
    n_changed = cells.histogram()[255]
    found = cells.getbbox()
    if found is None:
        return Change(0.0, None)
    across, down = size[0] / cells.width, size[1] / cells.height
    left, top, right, bottom = found
    box = (
        int(left * across),
        int(top * down),
        min(round(right * across), size[0]),
        min(round(bottom * down), size[1]),
    )
    return Change(n_changed / (cells.width * cells.height), box)


def distance(one: Image.Image, other: Image.Image) -> float:
    """The share of cells that changed between two small copies."""
    cells = _changed(one, other)
    return cells.histogram()[255] / (cells.width * cells.height)


def mask(before: Image.Image, after: Image.Image) -> Image.Image:
    """The small copy after: what changed as it is, the rest dark."""
    # A blur and a threshold reach as far around as a filter of maxima does, in a tenth of the time.
    around = _beyond(_changed(before, after).filter(ImageFilter.BoxBlur(AROUND)), 0)
    shown = _alike(after, before.size)
    return Image.composite(shown, shown.point(lambda value: round(value * DIMMED)), around)


def _changed(before: Image.Image, after: Image.Image) -> Image.Image:
    """255 where a cell changed, else 0."""
    more = 1.0 if after.size == before.size else RESIZED
    one, other = (
        picture.convert("YCbCr").split() for picture in (before, _alike(after, before.size))
    )
    changed = _beyond(ImageChops.difference(one[0], other[0]), NOISE * more)
    for tint in (1, 2):
        coarse = ImageChops.difference(one[tint].reduce(TINT_CELLS), other[tint].reduce(TINT_CELLS))
        cells = _beyond(coarse, TINT * more)
        if cells.getbbox():
            grown = cells.resize(
                (cells.width * TINT_CELLS, cells.height * TINT_CELLS), Image.Resampling.NEAREST
            )
            changed = ImageChops.lighter(changed, grown.crop((0, 0, *changed.size)))
    return changed


def _beyond(difference: Image.Image, noise: float) -> Image.Image:
    return difference.point([255 if value > noise else 0 for value in range(256)])


def _alike(after: Image.Image, size: tuple[int, int]) -> Image.Image:
    return after if after.size == size else after.resize(size, Image.Resampling.BILINEAR)
