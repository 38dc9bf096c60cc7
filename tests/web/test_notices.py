"""The list of notices and the bell."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from themis.accounts.models import Team, User
from themis.notices import queries, services
from themis.notices.models import Kind, Notice
from themis.notices.services import News


@pytest.fixture
def notice(team: Team, owner: User, mate: User) -> Notice:
    news = News(kind=Kind.MENTION, text="<b>owner</b> mentioned you", href="/trajectories/?x=1")
    told = services.tell(team=team, user=mate, news=news, by=owner, at=timezone.now())
    assert told is not None
    return told


def test_without_notices_the_page_teaches(as_owner: Client) -> None:
    shown = as_owner.get("/notices/").text
    assert "Nothing to tell yet" in shown
    assert 'aria-label="Notices"' in shown


def test_a_notice_is_listed_as_text_and_counted_by_the_bell(
    as_mate: Client, as_owner: Client, notice: Notice
) -> None:
    shown = as_mate.get("/notices/").text
    assert "&lt;b&gt;owner&lt;/b&gt; mentioned you" in shown
    assert 'aria-label="Notices, 1 unread"' in shown
    assert 'aria-label="Notices, 1 unread"' in as_mate.get("/notices/bell/").text
    assert "mentioned you" not in as_owner.get("/notices/").text


def test_opening_a_notice_reads_it_and_goes_there(
    as_mate: Client, mate: User, team: Team, notice: Notice
) -> None:
    answer = as_mate.get(f"/notices/{notice.pk}/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/trajectories/?x=1")
    assert queries.unread(mate, team) == 0


def test_somebody_elses_notice_is_not_there(
    as_owner: Client, mate: User, team: Team, notice: Notice
) -> None:
    assert as_owner.get(f"/notices/{notice.pk}/").status_code == 404
    as_owner.post(f"/notices/{notice.pk}/reading/")
    as_owner.post("/notices/reading/")
    assert queries.unread(mate, team) == 1


def test_one_or_all_are_marked_as_read(
    as_mate: Client, mate: User, team: Team, notice: Notice
) -> None:
    past = (notice.at - timedelta(seconds=1)).isoformat()
    as_mate.post("/notices/reading/", {"up_to": past})
    assert queries.unread(mate, team) == 1, "what came after the page was made stays unread"
    as_mate.post(f"/notices/{notice.pk}/reading/", headers={"HX-Request": "true"})
    assert queries.unread(mate, team) == 0
    Notice.objects.update(read_at=None)
    as_mate.post("/notices/reading/", {"up_to": "nonsense"})
    assert queries.unread(mate, team) == 0
