"""Screens that stand as arrays of pixels in the steps of a checkpoint."""

from __future__ import annotations

from themis.domain.errors import UnreadableTrajectory
from themis.formats.androidworld.turn import Screens
from themis.formats.bounds import MAX_EMBEDDED, MAX_PICKLE
from themis.formats.contract import Picture
from themis.formats.frame import Frame
from themis.formats.inert import Array
from themis.formats.pickles import Held, png
from themis.formats.pictures import Album, Size

_BEFORE = ("raw_screenshot", "before_screenshot", "screenshot", "before_screenshot_with_som")
_AFTER = ("after_screenshot", "after_screenshot_with_som", "pixels")


class Pixels:
    """The pictures of one checkpoint, found step by step."""

    def __init__(self, at: str) -> None:
        self._at = at
        self._album = Album(at)
        self._known: dict[int, int] = {}  # by the identity of the array
        self._raw = MAX_PICKLE
        self._coded = MAX_EMBEDDED
        self._step = 0

    def of(self, fields: dict[str, Held]) -> Screens:
        """The screens of the next step, and the size of the one before it."""
        self._step += 1
        before, after = _first(fields, _BEFORE), _first(fields, _AFTER)
        size = None if before is None else Size(before.shape[1], before.shape[0])
        return Screens(self._add(before), self._add(after), Frame(picture=size))

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """All of them, in the order they were found."""
        return self._album.pictures

    def _add(self, array: Array | None) -> int | None:
        if array is None:
            return None
        if id(array) not in self._known:
            self._raw -= len(array.data)
            content = png(array) if self._raw >= 0 else b""
            self._coded -= len(content)
            if self._raw < 0 or self._coded < 0:
                raise UnreadableTrajectory(
                    f"{self._at}: more than {MAX_PICKLE} bytes of pixels or {MAX_EMBEDDED} of"
                    " pictures; save it without screenshots"
                )
            position = self._album.add_bytes(f"step {self._step}", content)
            self._known[id(array)] = position
        return self._known[id(array)]


def _first(fields: dict[str, Held], names: tuple[str, ...]) -> Array | None:
    found = (fields[name] for name in names if name in fields)
    return next((each for each in found if isinstance(each, Array) and each.is_picture), None)
