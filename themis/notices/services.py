"""Writes of notices: people are told, and say that they have read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from themis.accounts.models import Team, User
from themis.domain import wire
from themis.notices.models import Kind, Notice

MAX_TEXT = 300  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What happened, in one sentence, and the page of this installation that shows it."""

    kind: Kind
    text: str
    href: str

    def __post_init__(self) -> None:
        """A notice never leads away from here."""
        if not self.href.startswith("/") or self.href.startswith(("//", "/\\")):
            raise ValueError(f"not a path of this installation: {self.href!r}")


def tell(*, team: Team, user: User, news: News, by: User | None, at: datetime) -> Notice | None:
    """Put a notice before somebody; None where they did it themselves.

    What repeats itself takes the place of the notice that has not been read yet.
    """
    if by is not None and by.pk == user.pk:
        return None
    same = Notice.objects.filter(
        team=team, user=user, kind=news.kind, href=news.href, read_at=None
    ).first()
    notice = same or Notice(team=team, user=user, kind=news.kind, href=news.href)
    notice.text, notice.by, notice.at = bounded(news.text), by, at
    notice.save()
    return notice


def read(*, user: User, team: Team, notice_id: int, at: datetime) -> bool:
    """One notice has been read; False if it is not theirs, or was read before."""
    mine = Notice.objects.filter(pk=notice_id, user=user, team=team, read_at=None)
    return mine.update(read_at=at) == 1


def read_all(*, user: User, team: Team, up_to: datetime, at: datetime) -> int:
    """Everything that was there at `up_to` has been read; how many that were."""
    mine = Notice.objects.filter(user=user, team=team, read_at=None, at__lte=up_to)
    return mine.update(read_at=at)


def bounded(text: str, most: int = MAX_TEXT) -> str:
    """One line of at most so many characters that every store accepts."""
    line = " ".join(wire.clean(text).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
