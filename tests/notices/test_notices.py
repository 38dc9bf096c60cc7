"""Notices: one sentence to one person, never to oneself, told once however often it happens."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import stories
from themis.accounts.models import Team, User
from themis.notices import queries, services
from themis.notices.models import Kind
from themis.notices.services import News

NEWS = News(kind=Kind.COMMENT, text="owner commented", href="/trajectories/abc/")


def test_somebody_is_told(team: Team, owner: User, mate: User) -> None:
    services.tell(team=team, user=mate, news=NEWS, by=owner, at=stories.NOW)
    (notice,) = queries.newest(mate, team)
    assert (notice.text, notice.href, notice.by) == (NEWS.text, NEWS.href, owner)
    assert queries.unread(mate, team) == 1
    assert queries.unread(owner, team) == 0


def test_nobody_is_told_what_they_did_themselves(team: Team, owner: User) -> None:
    assert services.tell(team=team, user=owner, news=NEWS, by=owner, at=stories.NOW) is None
    assert queries.unread(owner, team) == 0


def test_what_repeats_itself_is_one_notice_until_it_is_read(
    team: Team, owner: User, mate: User
) -> None:
    later = stories.NOW + timedelta(minutes=1)
    first = services.tell(team=team, user=mate, news=NEWS, by=owner, at=stories.NOW)
    services.tell(team=team, user=mate, news=NEWS, by=owner, at=later)
    (notice,) = queries.newest(mate, team)
    assert notice.at == later
    assert first is not None
    assert services.read(user=mate, team=team, notice_id=first.pk, at=later)
    services.tell(team=team, user=mate, news=NEWS, by=owner, at=later)
    assert queries.newest(mate, team).count() == 2


def test_a_text_is_one_bounded_line(team: Team, owner: User, mate: User) -> None:
    news = News(kind=Kind.COMMENT, text="a\n\0b " + "x" * 900, href="/")
    notice = services.tell(team=team, user=mate, news=news, by=owner, at=stories.NOW)
    assert notice is not None
    assert len(notice.text) == services.MAX_TEXT
    assert notice.text.startswith("a \N{REPLACEMENT CHARACTER}b x")


@pytest.mark.parametrize("href", ["https://evil.example/", "//evil.example/", "/\\evil", ""])
def test_a_notice_never_leads_away(href: str) -> None:
    with pytest.raises(ValueError, match="not a path"):
        News(kind=Kind.COMMENT, text="", href=href)


def test_only_ones_own_notices_can_be_read(team: Team, owner: User, mate: User) -> None:
    notice = services.tell(team=team, user=mate, news=NEWS, by=owner, at=stories.NOW)
    assert notice is not None
    assert not services.read(user=owner, team=team, notice_id=notice.pk, at=stories.NOW)
    assert services.read_all(user=owner, team=team, up_to=stories.NOW, at=stories.NOW) == 0
    assert services.read_all(user=mate, team=team, up_to=stories.NOW, at=stories.NOW) == 1
    assert queries.unread(mate, team) == 0
