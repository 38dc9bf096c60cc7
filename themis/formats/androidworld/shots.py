"""Screenshots beside a run's JSON: post_step_NNN.png after step N, pre_step_NNN.png before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from themis.domain.jsontypes import Json
from themis.formats.androidworld.turn import Screens
from themis.formats.bounds import MAX_PICTURES, MAX_STEPS
from themis.formats.files import names_in
from themis.formats.frame import Frame
from themis.formats.pictures import Album

_REPLAYED = "replay_screenshots"
_PLACES = (_REPLAYED, "screenshots")  # folders beside the file, in each one of the run's name
_SHOT = re.compile(r"(?:pre|post)_step_\d{3,5}\.png")


class Shots:
    """The screens of one run, asked for step by step."""

    def __init__(self, source: Path) -> None:
        self.album = Album(str(source))
        self._folder = source.parent
        self._place = next(filter(self._holds, _places(source.stem)), None)
        self._number = 0
        self._last: int | None = None
        self._missing: list[str] = []

    def of(self, row: dict[str, Json]) -> Screens:
        """The screens of the next step; before it is what was after the one before.

        Not so in a replay: its screens come at other moments, so that what the run saw before
        an action is not what the replay showed after the last one.
        """
        self._number += 1
        number = row.get("step_num")
        at = number if isinstance(number, int) and 0 < number <= MAX_STEPS else self._number
        if self._place is None:
            return Screens(None, None, Frame())
        before = self._add("pre", at)
        if before is None and not self._is_replay:
            before = self._last
        self._last = self._add("post", at)
        if self._last is None:
            self._missing.append(f"step {at}: {_name('post', at)} is not in the folder")
        return Screens(before, self._last, Frame(picture=self.album.size(before)))

    @property
    def warnings(self) -> list[str]:
        """What is missing, and that the screens are of a replay where the source says so."""
        if self._place is None:
            return [f"no screenshots are beside the file ({_name('post', 1)}, ...)"]
        if not self._is_replay:
            return self._missing
        replayed = (
            "the screens are of a later replay of the same actions, not of the run itself (they"
            f" stand in {_REPLAYED}) and may show something else; elements and texts are of the run"
        )
        return [replayed, *self._missing]

    @property
    def _is_replay(self) -> bool:
        return self._place is not None and self._place.startswith(_REPLAYED)

    def _holds(self, place: str) -> bool:
        names = names_in(self._folder / place, most=MAX_PICTURES)
        return any(_SHOT.fullmatch(name) for name in names)

    def _add(self, when: str, number: int) -> int | None:
        return self.album.add_file(self._folder, f"{self._place}{_name(when, number)}")


def _places(run: str) -> Iterator[str]:
    """Folders from the file's own, each with a slash at its end; the own is empty."""
    yield from (f"{place}/{run}/" for place in _PLACES)
    yield from (f"{run}/", "")


def _name(when: str, number: int) -> str:
    return f"{when}_step_{number:03d}.png"
