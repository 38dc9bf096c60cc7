"""Words read off pictures: wished for by whoever searches a run, kept by distinct picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from themis.critic.evidence_only.words import Word
from themis.domain.action import Box
from themis.trajectories.models import Screen, ScreenText, TextWish, Trajectory

Lines = tuple[tuple[Word, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """How far the distinct pictures of a run have been read."""

    n_pictures: int
    n_read: int
    n_illegible: int  # of those that were read
    is_wished: bool  # the others are being read, or wait for it

    @property
    def is_whole(self) -> bool:
        """Whether every picture was read."""
        return self.n_read >= self.n_pictures


def wish(*, trajectory: Trajectory, at: datetime) -> None:
    """Have the pictures of a run read; of several wishes the newest is seen to first."""
    TextWish.objects.update_or_create(trajectory=trajectory, defaults={"wished_at": at})


def fulfil(*, trajectory_id: str) -> None:
    """Note that nothing is left to read for a run."""
    TextWish.objects.filter(trajectory_id=trajectory_id).delete()


def keep(*, digest: str, lines: Lines | None, at: datetime) -> None:
    """Keep what was read off a picture, None where nothing could be; the first reading stays."""
    told = [
        [[w.text, w.box.x, w.box.y, w.box.width, w.box.height] for w in ln] for ln in lines or ()
    ]
    row = ScreenText(digest=digest, lines=told, is_legible=lines is not None, read_at=at)
    ScreenText.objects.bulk_create([row], ignore_conflicts=True)


def next_wish() -> str | None:
    """The run whose pictures are to be read now."""
    newest = TextWish.objects.order_by("-wished_at").values_list("trajectory_id", flat=True)
    return newest.first()


def is_stalled(*, since: datetime) -> bool:
    """Whether a wish has stood since then without a picture being read."""
    if not TextWish.objects.filter(wished_at__lt=since).exists():
        return False
    return not ScreenText.objects.filter(read_at__gte=since).exists()


def next_unread(trajectory_id: str) -> Screen | None:
    """The first picture of a run that nobody has read."""
    unread = Screen.objects.filter(trajectory_id=trajectory_id).exclude(
        digest__in=ScreenText.objects.values("digest")
    )
    return unread.order_by("position").first()


def known(trajectory: Trajectory) -> Known:
    """How far a run's pictures have been read."""
    digests = Screen.objects.filter(trajectory=trajectory).order_by().values("digest").distinct()
    read = ScreenText.objects.filter(digest__in=digests)
    return Known(
        n_pictures=digests.count(),
        n_read=read.count(),
        n_illegible=read.filter(is_legible=False).count(),
        is_wished=TextWish.objects.filter(trajectory=trajectory).exists(),
    )


def read_off(trajectory: Trajectory) -> Mapping[str, Lines]:
    """The words of a run's pictures by digest, as far as they were read."""
    digests = Screen.objects.filter(trajectory=trajectory).order_by().values("digest").distinct()
    rows = ScreenText.objects.filter(digest__in=digests, is_legible=True)
    return {digest: _lines(told) for digest, told in rows.values_list("digest", "lines")}


def _lines(told: list[list[list[str | float]]]) -> Lines:
    return tuple(tuple(_word(*word) for word in line) for line in told)


def _word(text: str | float, *place: str | float) -> Word:
    x, y, width, height = (float(number) for number in place)
    return Word(text=str(text), box=Box(x=x, y=y, width=width, height=height))
