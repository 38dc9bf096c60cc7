"""Pictures of a searched run are read one by one, and gone on with after a kill."""

from __future__ import annotations

import pytest

from tests import stories
from themis.accounts.models import Team
from themis.critic.evidence_only import words
from themis.pipeline import lettering, tasks
from themis.trajectories import blobs, texts
from themis.trajectories.models import Trajectory

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What was given to be read; the program itself is not needed."""
    given: list[bytes] = []

    def lines_of(content: bytes, *, width: int) -> tuple[tuple[words.Word, ...], ...]:
        given.append(content)
        return ()

    monkeypatch.setattr(words, "is_possible", lambda: True)
    monkeypatch.setattr(words, "lines_of", lines_of)
    return given


def test_every_picture_is_read_once(trajectory: Trajectory, read: list[bytes]) -> None:
    texts.wish(trajectory=trajectory, at=stories.NOW)
    tasks.letter_waiting()
    assert len(read) == 4
    known = texts.known(trajectory)
    assert known.is_whole
    assert not known.is_wished


def test_a_portion_leaves_the_rest_for_later(
    trajectory: Trajectory, read: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lettering, "PORTION", 3)
    texts.wish(trajectory=trajectory, at=stories.NOW)
    assert lettering.read_portion()
    assert (texts.known(trajectory).n_read, texts.known(trajectory).is_wished) == (3, True)
    assert not lettering.read_portion()
    assert texts.known(trajectory).is_whole


def test_a_kill_loses_only_the_picture_under_way(
    trajectory: Trajectory, read: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts.wish(trajectory=trajectory, at=stories.NOW)
    whole = words.lines_of

    def killed(content: bytes, *, width: int) -> object:
        if len(read) == 2:
            raise KeyboardInterrupt
        return whole(content, width=width)

    monkeypatch.setattr(words, "lines_of", killed)
    with pytest.raises(KeyboardInterrupt):
        tasks.letter_waiting()
    assert texts.known(trajectory).n_read == 2
    monkeypatch.setattr(words, "lines_of", whole)
    tasks.letter_waiting()
    assert len(read) == len(set(read)) == 4
    assert texts.known(trajectory).is_whole


def test_a_picture_whose_file_is_gone_does_not_stop_the_others(
    trajectory: Trajectory, read: list[bytes]
) -> None:
    blobs.path_of(trajectory.screens.all()[1].digest).unlink()
    texts.wish(trajectory=trajectory, at=stories.NOW)
    tasks.letter_waiting()
    known = texts.known(trajectory)
    assert (known.n_read, known.n_illegible) == (4, 1)


def test_without_the_program_nothing_is_read(
    trajectory: Trajectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "is_possible", lambda: False)
    texts.wish(trajectory=trajectory, at=stories.NOW)
    assert not lettering.read_portion()
    assert texts.known(trajectory).n_read == 0


def test_a_run_that_is_searched_again_is_read_no_more(
    team: Team, trajectory: Trajectory, read: list[bytes]
) -> None:
    texts.wish(trajectory=trajectory, at=stories.NOW)
    tasks.letter_waiting()
    texts.wish(trajectory=trajectory, at=stories.NOW)
    tasks.letter_waiting()
    assert len(read) == 4
    assert not texts.known(trajectory).is_wished
