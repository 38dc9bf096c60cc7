"""Words read off pictures: kept by picture, wished for by run."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import stories
from themis.accounts.models import Team
from themis.critic.evidence_only.words import Word
from themis.domain.action import Box
from themis.trajectories import texts
from themis.trajectories.models import ScreenText, Trajectory

pytestmark = pytest.mark.django_db

SAVED = ((Word(text="Saved", box=Box(x=1.5, y=2, width=30, height=9)),),)


def digests(trajectory: Trajectory) -> list[str]:
    return [screen.digest for screen in trajectory.screens.all()]


def test_words_come_back_as_they_were_read(trajectory: Trajectory) -> None:
    first, second, *_ = digests(trajectory)
    texts.keep(digest=first, lines=SAVED, at=stories.NOW)
    texts.keep(digest=second, lines=None, at=stories.NOW)
    assert texts.read_off(trajectory) == {first: SAVED}
    known = texts.known(trajectory)
    assert (known.n_pictures, known.n_read, known.n_illegible) == (4, 2, 1)
    assert not known.is_whole


def test_the_first_reading_of_a_picture_stays(trajectory: Trajectory) -> None:
    digest = digests(trajectory)[0]
    texts.keep(digest=digest, lines=SAVED, at=stories.NOW)
    texts.keep(digest=digest, lines=None, at=stories.NOW)
    assert ScreenText.objects.get(digest=digest).is_legible


def test_pictures_are_read_in_the_order_of_the_run_and_each_once(
    team: Team, trajectory: Trajectory
) -> None:
    for digest in digests(trajectory):
        screen = texts.next_unread(trajectory.pk)
        assert screen is not None
        assert screen.digest == digest
        texts.keep(digest=digest, lines=(), at=stories.NOW)
    assert texts.next_unread(trajectory.pk) is None
    again = stories.stored(team, instruction="The same pictures")
    assert texts.known(again).is_whole


def test_the_newest_wish_is_seen_to_first(team: Team, trajectory: Trajectory) -> None:
    other = stories.stored(team, instruction="Another")
    texts.wish(trajectory=other, at=stories.NOW)
    texts.wish(trajectory=trajectory, at=stories.NOW + timedelta(seconds=1))
    assert texts.next_wish() == trajectory.pk
    texts.wish(trajectory=other, at=stories.NOW + timedelta(seconds=2))
    assert texts.next_wish() == other.pk
    texts.fulfil(trajectory_id=other.pk)
    texts.fulfil(trajectory_id=trajectory.pk)
    assert texts.next_wish() is None


def test_a_wish_stalls_where_nothing_was_read_for_long(trajectory: Trajectory) -> None:
    later = stories.NOW + timedelta(minutes=2)
    assert not texts.is_stalled(since=later)
    texts.wish(trajectory=trajectory, at=stories.NOW)
    assert texts.is_stalled(since=later)
    assert not texts.is_stalled(since=stories.NOW)
    texts.keep(digest=digests(trajectory)[0], lines=(), at=later)
    assert not texts.is_stalled(since=later)
