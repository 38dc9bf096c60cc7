"""Themis' own format in one JSON object: what is a path in a folder is a data URI here."""

from __future__ import annotations

import binascii
import dataclasses
from dataclasses import dataclass

from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Ending, Label, Step
from themis.domain.wire import decode
from themis.formats import native
from themis.formats.bounds import MAX_EMBEDDED, MAX_PICTURES
from themis.formats.contract import Picture, Recording

MAX_IMAGE = 32 * 2**20  # bytes of one picture
MEDIA_TYPES = ("image/png", "image/jpeg", "image/webp")
_NOTHING_SAID = Ending()
_EXAMPLE = 'send "data:image/png;base64,..." of a PNG, JPEG or WebP'


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Steps that follow what is there of a run; their new screens stand in a list beside them."""

    at: int  # how many steps are there already
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """How a run ended; `at` is how many steps it has, where the sender wants that checked."""

    at: int | None = None
    ending: Ending = _NOTHING_SAID
    label: Label | None = None


def read_whole(data: dict[str, Json], *, at: str) -> Recording:
    """One recording; raises UnreadableTrajectory with the field's path."""
    document, pictures = _document(data, at)
    native.check(document, at)
    return Recording(trajectory=native.trajectory_of(document), pictures=pictures)


def read_beginning(data: dict[str, Json], *, at: str) -> Recording:
    """The beginning of a run that goes on: as a whole one, but steps may be missing yet."""
    document, pictures = _document({"steps": [], **data}, at)
    steps = document.steps or (Step(),)  # the other checks hold for a run without steps, too
    native.check(dataclasses.replace(document, steps=steps), at)
    if document.ending != _NOTHING_SAID or document.label is not None:
        raise UnreadableTrajectory(f"{at}: ending and label are said when the run is closed")
    return Recording(trajectory=native.trajectory_of(document), pictures=pictures)


def read_piece(data: dict[str, Json], *, at: str) -> tuple[Piece, tuple[Picture, ...]]:
    """Steps to append and their new screens. Where steps point is checked when they are put."""
    rest = {name: held for name, held in data.items() if name != "screens"}
    piece = decode(Piece, rest, at=at)
    if not piece.steps:
        raise UnreadableTrajectory(f"{at}.steps: empty; send at least one step")
    if piece.at < 0:
        raise UnreadableTrajectory(f"{at}.at: {piece.at} is no number of steps; count from 0")
    return piece, _pictures(data.get("screens", []), f"{at}.screens")


def read_close(data: dict[str, Json], *, at: str) -> Close:
    """How a run ended."""
    return decode(Close, data, at=at)


def _document(data: dict[str, Json], at: str) -> tuple[native.Document, tuple[Picture, ...]]:
    if data.get("themis", native.VERSION) != native.VERSION:
        raise UnreadableTrajectory(f'{at}.themis: expected "{native.VERSION}"')
    pictures = _pictures(data.get("screens", []), f"{at}.screens")
    names: list[Json] = [picture.name for picture in pictures]
    document = decode(native.Document, {**data, "themis": native.VERSION, "screens": names}, at=at)
    native.check_counts(document, at)
    return document, pictures


def _pictures(screens: Json, at: str) -> tuple[Picture, ...]:
    if not isinstance(screens, list):
        raise UnreadableTrajectory(f"{at}: expected a list")
    if len(screens) > MAX_PICTURES:
        raise UnreadableTrajectory(f"{at}: more than {MAX_PICTURES}; split the recording")
    pictures: list[Picture] = []
    total = 0
    for number, screen in enumerate(screens):
        name = f"{at}[{number}]"
        content = _bytes(screen, name)
        total += len(content)
        if total > MAX_EMBEDDED:
            raise UnreadableTrajectory(f"{at}: over {MAX_EMBEDDED // 2**20} MB; send files instead")
        pictures.append(Picture(name=name, content=content))
    return tuple(pictures)


def _bytes(screen: Json, at: str) -> bytes:
    if isinstance(screen, dict):
        if unknown := sorted(set(screen) - {"data"}):
            raise UnreadableTrajectory(f"{at}.{unknown[0]}: no such field; {_EXAMPLE}")
        screen, at = screen.get("data"), f"{at}.data"
    if not isinstance(screen, str):
        raise UnreadableTrajectory(f"{at}: expected a data URI; {_EXAMPLE}")
    head, comma, _ = screen[:200].partition(",")
    scheme, *parameters = head.lower().split(";")
    if not comma or not scheme.startswith("data:") or "base64" not in parameters:
        raise UnreadableTrajectory(f"{at}: no data URI in base64; {_EXAMPLE}")
    if scheme.removeprefix("data:") not in MEDIA_TYPES:
        raise UnreadableTrajectory(f"{at}: {scheme[5:60]!r} is no picture taken here; {_EXAMPLE}")
    if len(screen) > MAX_IMAGE // 3 * 4 + 200:
        raise UnreadableTrajectory(f"{at}: over {MAX_IMAGE // 2**20} MB; send a smaller picture")
    try:
        return binascii.a2b_base64(screen[len(head) + 1 :].encode("ascii"), strict_mode=True)
    except ValueError as error:  # binascii.Error is one, and so is a letter outside ASCII
        raise UnreadableTrajectory(f"{at}: not base64 ({str(error)[:80]})") from None
