"""A watched place: what has settled is taken in once, and again when it changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import stories
from themis.accounts.models import Team
from themis.domain.errors import Unreachable
from themis.formats.native import write
from themis.pipeline.models import Run
from themis.pipeline.watch import Taken, Watch
from themis.trajectories.ingest import Refused, Stored
from themis.trajectories.models import Trajectory
from themis.trajectories.watching.contract import Fetched, Item
from themis.trajectories.watching.folder import Folder

pytestmark = pytest.mark.django_db
SETTLE = 30.0


def look(watch: Watch, now: float) -> list[Taken]:
    return list(watch.round(now=now, at=stories.NOW))


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def run(inbox: Path, name: str) -> Path:
    return write(stories.recording(), inbox / name)


def test_an_item_waits_until_it_has_settled(inbox: Path, team: Team) -> None:
    run(inbox, "a")
    watch = Watch(Folder(inbox), team, SETTLE)
    assert look(watch, 0) == []
    assert look(watch, SETTLE - 1) == []
    (taken,) = look(watch, SETTLE)
    assert taken.item.name == "a"
    assert isinstance(taken.results[0], Stored)


def test_a_change_begins_the_wait_anew(inbox: Path, team: Team) -> None:
    folder = run(inbox, "a")
    watch = Watch(Folder(inbox), team, SETTLE)
    look(watch, 0)
    (folder / "one-more.png").write_bytes(b"growing")
    assert look(watch, SETTLE) == []
    assert len(look(watch, 2 * SETTLE)) == 1


def test_what_was_read_is_not_read_again_not_even_by_a_new_process(inbox: Path, team: Team) -> None:
    run(inbox, "a")
    assert len(look(Watch(Folder(inbox), team, 0), 0)) == 1
    assert look(Watch(Folder(inbox), team, 0), 0) == []


def test_what_changed_is_read_again(inbox: Path, team: Team) -> None:
    folder = run(inbox, "a")
    watch = Watch(Folder(inbox), team, 0)
    look(watch, 0)
    path = folder / "trajectory.json"
    path.write_text(path.read_text().replace('"label": "failed"', '"label": "passed"'))
    assert len(look(watch, 1)) == 1
    assert Trajectory.objects.count() == 2


def test_one_bad_item_stops_no_other(inbox: Path, team: Team) -> None:
    (run(inbox, "a") / "trajectory.json").write_text("{")
    run(inbox, "b")
    first, second = look(Watch(Folder(inbox), team, 0), 0)
    assert isinstance(first.results[0], Refused)
    assert isinstance(second.results[0], Stored)


def test_what_came_in_is_queued_once(inbox: Path, team: Team) -> None:
    run(inbox, "a")
    look(Watch(Folder(inbox), team, 0), 0)
    assert Run.objects.count() == 1
    run(inbox, "same-again")
    look(Watch(Folder(inbox), team, 0), 0)
    assert Run.objects.count() == 1


def test_a_crash_between_storing_and_queueing_is_made_good(inbox: Path, team: Team) -> None:
    run(inbox, "a")
    look(Watch(Folder(inbox), team, 0, judges=False), 0)
    assert not Run.objects.exists()
    run(inbox, "b")  # the same recording: known, and never judged
    look(Watch(Folder(inbox), team, 0), 0)
    assert Run.objects.count() == 1


def test_hidden_files_and_links_are_no_items(inbox: Path, team: Team, tmp_path: Path) -> None:
    (inbox / ".uploading").write_text("{}")
    (inbox / "link").symlink_to(run(tmp_path, "elsewhere"), target_is_directory=True)
    assert list(Folder(inbox).items()) == []


def test_a_folder_that_is_away_is_tried_again(inbox: Path, team: Team) -> None:
    watch = Watch(Folder(inbox / "gone"), team, 0)
    with pytest.raises(Unreachable, match="cannot be listed"):
        look(watch, 0)
    (inbox / "gone").mkdir()
    run(inbox / "gone", "a")
    assert len(look(watch, 1)) == 1


class Flaky(Folder):
    """A place that loses the connection the first time something is fetched."""

    lost = False

    @contextmanager
    def fetched(self, item: Item) -> Iterator[Fetched]:
        if not self.lost:
            self.lost = True
            raise Unreachable("the connection is gone")
        with super().fetched(item) as fetched:
            yield fetched


def test_an_item_that_could_not_be_fetched_is_not_taken_for_read(inbox: Path, team: Team) -> None:
    run(inbox, "a")
    watch = Watch(Flaky(inbox), team, 0)
    with pytest.raises(Unreachable):
        look(watch, 0)
    assert len(look(watch, 1)) == 1
