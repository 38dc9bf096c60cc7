"""Makes the views of one case: what they are at once, their bytes when they are sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count

from PIL import Image as Picture

from themis.critic.contract import Case, Image, View
from themis.critic.views.comparing import Change, compare, distance, mask, small, small_size
from themis.critic.views.decoding import JPEG, PNG, content_of, decoded, encoded
from themis.critic.views.drawing import draw
from themis.critic.views.marks import Frame, Mark
from themis.critic.views.shelf import Shelf
from themis.domain.trajectory import Screen

# Of all cases of a process together: whole screens while a check is made, small copies for as
# long as a case with its neighbours takes, views until they are sent.
WHOLE_BYTES = 32 * 2**20
SMALL_BYTES = 96 * 2**20
VIEW_BYTES = 32 * 2**20


def _weight(picture: Picture.Image) -> int:
    return picture.width * picture.height * 3


_WHOLE: Shelf[Picture.Image] = Shelf(WHOLE_BYTES, _weight)
_SMALL: Shelf[Picture.Image] = Shelf(SMALL_BYTES, _weight)
_VIEWS: Shelf[bytes] = Shelf(VIEW_BYTES, len)


def forget() -> None:
    """Empty the shelves: for whoever measures."""
    for shelf in (_WHOLE, _SMALL, _VIEWS):
        shelf.clear()


@dataclass(frozen=True, slots=True)
class Maker:
    """Views of the screens of one case; safe in threads."""

    case: Case
    _hearing: int = field(default_factory=count().__next__, compare=False)

    def screen(self, position: int) -> Image:
        """A screen as recorded."""
        screen = self._screen(position)
        return Image(position=position, screen=screen, read=partial(self.case.read_screen, screen))

    def scaled(self, position: int, size: tuple[int, int]) -> Image:
        """The whole screen, smaller."""
        return self._view(
            position, f"scaled {size[0]}x{size[1]}", size, lambda: self._sized(position, size)
        )

    def marked(self, position: int, marks: tuple[Mark, ...], size: tuple[int, int]) -> Image:
        """The whole screen in that size, with the marks of actions on it."""
        told = "; ".join(mark.recipe for mark in marks)
        recipe = f"marked {size[0]}x{size[1]}: {told}"

        is_small = size == small_size(self.size(position)) != self.size(position)

        def make() -> Picture.Image:
            picture = self._small(position) if is_small else self._sized(position, size)
            drawn = picture.resize(size) if picture.size != size else picture.copy()
            draw(drawn, marks, scale=size[0] / self.size(position)[0])
            return drawn

        return self._view(position, recipe, size, make, JPEG if is_small else PNG)

    def crop(self, position: int, frame: Frame) -> Image:
        """A part of the screen, pixel for pixel."""
        left, top, right, bottom = frame
        size = right - left, bottom - top
        recipe = f"crop {left},{top},{size[0]},{size[1]}"
        return self._view(position, recipe, size, lambda: self._whole(position).crop(frame))

    def changed(self, before: int, after: int) -> Image:
        """The screen after, small: what changed since the one before as it is, the rest dark."""
        return self._view(
            after,
            f"changes since {self._screen(before).digest}",
            small_size(self.size(before)),
            lambda: mask(self._small(before), self._small(after)),
            JPEG,
        )

    def change(self, before: int, after: int) -> Change:
        """What changed between two screens. Decodes, so it blocks; raises CriticFailed."""
        return compare(self._small(before), self._small(after), self.size(before))

    def distance(self, one: int, other: int) -> float:
        """The share of cells that differ. Decodes, so it blocks; raises CriticFailed."""
        return distance(self._small(one), self._small(other))

    def n_bytes(self, position: int) -> int:
        """How large the file of a screen is. Reads it, so it blocks; raises CriticFailed."""
        return len(content_of(self.case, position))

    def size(self, position: int) -> tuple[int, int]:
        """Width and height of a screen, as recorded."""
        screen = self._screen(position)
        return max(screen.width, 1), max(screen.height, 1)

    def digest(self, position: int) -> str:
        """What a screen is known by."""
        return self._screen(position).digest

    def _view(
        self,
        position: int,
        recipe: str,
        size: tuple[int, int],
        make: Callable[[], Picture.Image],
        media_type: str = PNG,
    ) -> Image:
        view = View(recipe=recipe, width=size[0], height=size[1], media_type=media_type)
        image = replace(self.screen(position), view=view)
        return replace(
            image,
            read=lambda: _VIEWS.get(self._name(image.id), lambda: encoded(make(), media_type)),
        )

    def _sized(self, position: int, size: tuple[int, int]) -> Picture.Image:
        picture = self._whole(position)
        return picture if picture.size == size else picture.resize(size, Picture.Resampling.LANCZOS)

    def _small(self, position: int) -> Picture.Image:
        name = self._name(self.digest(position))
        return _SMALL.get(name, lambda: small(self._whole(position)))

    def _whole(self, position: int) -> Picture.Image:
        name = self._name(self.digest(position))
        return _WHOLE.get(name, lambda: decoded(self.case, position))

    def _name(self, digest: str) -> str:
        """On the shelves each hearing has its own: what a case reads is its own affair."""
        return f"{self._hearing} {digest}"

    def _screen(self, position: int) -> Screen:
        return self.case.trajectory.screens[position]
