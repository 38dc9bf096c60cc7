"""What somebody said, in pieces that a page can show: words, people, and steps to go to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from themis.accounts.models import User
from themis.reviews import mentions
from themis.reviews.models import Comment
from themis.web.places import Places

_STEP = re.compile(r"\bsteps? (\d{1,6})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Words; of a person where `is_person`, of a step where there is one."""

    text: str
    is_person: bool = False
    step: int | None = None  # as people count, from 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A comment as one reader sees it."""

    row: Comment
    pieces: tuple[Piece, ...]
    about: str
    is_mine: bool
    step: int | None  # as people count, from 1
    view: str = ""  # the side of the step on which its region lies
    box: dict[str, float] | None = None
    screen: int | None = None


def spoken(row: Comment, reader: User, places: Places | None) -> Spoken:
    """How a comment is shown; `places` know on which step a screen is seen."""
    region = row.region if isinstance(row.region, dict) else None
    screen = region["screen"] if region else None
    place = places.of_screen(screen) if places is not None and screen is not None else None
    step = row.step + 1 if row.step is not None else (place.step if place else None)
    return Spoken(
        row=row,
        pieces=pieces(row.text, {user.username.lower() for user in row.mentions.all()}),
        about=_about(row, step),
        is_mine=row.author_id == reader.pk,
        step=step,
        view=str(place.view) if place and place.step == step else "",
        box=region["box"] if region else None,
        screen=screen,
    )


def pieces(text: str, names: set[str]) -> tuple[Piece, ...]:
    """A text cut where it names people and steps."""
    return tuple(_cut(text, names))


def _cut(text: str, names: set[str]) -> Iterator[Piece]:
    marks: list[tuple[int, int, int | None]]
    marks = [(start, end, None) for start, end, _ in mentions.found(text, names)]
    marks += [(*match.span(), int(match[1])) for match in _STEP.finditer(text)]
    at = 0
    for start, end, step in sorted(marks, key=lambda mark: mark[:2]):
        if start < at:
            continue
        if start > at:
            yield Piece(text=text[at:start])
        yield Piece(text=text[start:end], is_person=step is None, step=step)
        at = end
    if at < len(text):
        yield Piece(text=text[at:])


def _about(row: Comment, step: int | None) -> str:
    if row.turn is not None:
        return f"the {row.turn.role}’s turn"
    where = f"step {step}" if step is not None else ""
    if row.region:
        return f"a region on {where}" if where else "a region"
    return where or "the run"
