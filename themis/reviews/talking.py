"""Writes of comments: said, said better, taken back; each by its author alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from themis.accounts.models import User
from themis.domain import wire
from themis.domain.errors import UnfitComment, UnreadableTrajectory
from themis.domain.evidence import Region
from themis.domain.jsontypes import Json
from themis.reviews import earshot, mentions
from themis.reviews.models import Comment
from themis.trajectories.models import Screen, Trajectory
from themis.verdicts.models import Turn

MAX_TEXT = 4_000  # characters
MAX_KEY = 40
MOST = 2_000  # comments on one run


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What is spoken of; nothing given: the run as a whole."""

    step: int | None = None  # position in Trajectory.steps
    region: Json = None  # a Region as wire encodes it
    turn: int | None = None  # row of a critic's turn
    item: int | None = None  # row of the queue's item that is before the author


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The words. `key` is the author's own name for them: sent twice, they are kept once."""

    text: str
    place: Place = Place()
    key: str | None = None


def comment(*, trajectory: Trajectory, by: User, said: Said, at: datetime) -> Comment:
    """Keep a comment, or give the one that was kept under the same key.

    Raises UnfitComment.
    """
    kept = _kept(by, said.key)
    if kept is not None:
        return kept
    if Comment.objects.filter(trajectory=trajectory).count() >= MOST:
        raise UnfitComment(f"This run has {MOST:,} comments, and no room for more.")
    row = _row(trajectory, by, said, at)
    try:
        with transaction.atomic():
            row.save()
            row.mentions.set(mentions.people(row.text, row.team))
    except IntegrityError:  # the same, sent again meanwhile
        kept = _kept(by, said.key)
        if kept is None:
            raise
        return kept
    return row


@transaction.atomic
def edit(*, comment: Comment, by: User, text: str, at: datetime) -> list[User]:
    """Put other words in the place of one's own; who is mentioned now and was not before.

    Raises UnfitComment.
    """
    _check_author(comment, by)
    before = set(comment.mentions.values_list("pk", flat=True))
    comment.text, comment.edited_at = _text(text), at
    comment.save(update_fields=["text", "edited_at"])
    named = mentions.people(comment.text, comment.team)
    comment.mentions.set(named)
    return [user for user in named if user.pk not in before]


def delete(*, comment: Comment, by: User) -> None:
    """Take back one's own words. Raises UnfitComment."""
    _check_author(comment, by)
    comment.delete()


def _kept(by: User, key: str | None) -> Comment | None:
    return Comment.objects.filter(author=by, key=key).first() if key else None


def _row(trajectory: Trajectory, by: User, said: Said, at: datetime) -> Comment:
    place, key = said.place, said.key
    if key is not None and len(key) > MAX_KEY:
        raise UnfitComment("The key is too long.")
    if place.step is not None and not 0 <= place.step < trajectory.n_steps:
        raise UnfitComment(f"There is no step {place.step + 1}; the run has {trajectory.n_steps}.")
    return Comment(
        team=trajectory.team,
        trajectory=trajectory,
        item_id=_item(trajectory, by, place.item),
        author=by,
        at=at,
        text=_text(said.text),
        step=place.step,
        region=_region(trajectory, place.region),
        turn=_turn(trajectory, by, place.turn),
        key=key,
    )


def _text(given: str) -> str:
    text = wire.clean(given.replace("\r\n", "\n")).strip()
    if not text:
        raise UnfitComment("Say something first.")
    if len(text) > MAX_TEXT:
        raise UnfitComment(f"{len(text):,} characters; a comment has at most {MAX_TEXT:,}.")
    return text


def _region(trajectory: Trajectory, given: Json) -> Json:
    if given is None:
        return None
    try:
        region = wire.decode(Region, given, at="region")
    except UnreadableTrajectory as error:
        raise UnfitComment(str(error)) from None
    screen = Screen.objects.filter(trajectory=trajectory, position=region.screen).first()
    if screen is None or region.screen < 0:
        raise UnfitComment("The region is on a screen that was not recorded.")
    box, whole = region.box, screen.value
    is_inside = box.x >= 0 and box.y >= 0 and box.width > 0 and box.height > 0
    if not is_inside or box.x + box.width > whole.width or box.y + box.height > whole.height:
        raise UnfitComment("The region does not lie on the screen; mark it again.")
    return wire.encode(region)


def _turn(trajectory: Trajectory, by: User, given: int | None) -> Turn | None:
    if given is None:
        return None
    turn = Turn.objects.filter(pk=given, verdict__trajectory=trajectory).first()
    if turn is None or not earshot.hears_others(by, trajectory):
        raise UnfitComment("There is no such turn of a critic.")
    return turn


def _item(trajectory: Trajectory, by: User, given: int | None) -> int | None:
    """The item that they review; what another page says does not count."""
    mine = trajectory.review_items.filter(pk=given, holds__user=by) if given else None
    return mine.values_list("pk", flat=True).first() if mine is not None else None


def _check_author(comment: Comment, by: User) -> None:
    if comment.author_id != by.pk:
        raise UnfitComment("These are somebody else's words.")
