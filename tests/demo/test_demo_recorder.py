"""The recorder itself: how trees are written, how truth is read, and one story in a browser."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest
from PIL import Image

from demo.pages import store
from demo.pages.rules import Refused, check
from demo.pages.server import PAGES
from demo.recorder.__main__ import TRAJECTORIES
from demo.recorder.errors import RecordingFailed
from demo.recorder.record import record
from demo.recorder.stories import STORIES
from demo.recorder.stories.notes import NOTE_UNSAVED
from demo.recorder.stories.shop import ASKED, ORDER_THREE
from demo.recorder.story import DesktopStory, WebStory
from demo.recorder.take import Album
from demo.recorder.tree import Node, Target, locate, render, spot
from demo.recorder.web import chromium
from themis.domain.action import Box, Point
from themis.domain.jsontypes import Json

WEB = [story for story in STORIES if isinstance(story, WebStory)]
DESKTOP = [story for story in STORIES if isinstance(story, DesktopStory)]


def seeded(site: str, folder: Path) -> sqlite3.Connection:
    database = folder / "site.sqlite"
    store.create(database, json.loads((PAGES / site / "seed.json").read_text(encoding="utf-8")))
    return sqlite3.connect(database)


def test_an_element_is_one_line_whatever_its_text_holds() -> None:
    node = Node(role="textbox", name='Say "hi"', value="a\nb", checked=False, focused=True)
    line = 'textbox "Say \\"hi\\"" value="a\\nb" checked="false" focused="true"'
    assert render([node]) == line


def test_bounds_are_whole_pixels() -> None:
    node = Node(role="button", name="Save", box=Box(x=1.6, y=2, width=3.2, height=4))
    assert render([node]) == 'button "Save" bounds="2,2,3,4"'


def test_a_target_is_found_by_role_name_and_place_in_order() -> None:
    nodes = [Node(role="text", name="", box=Box(x=x, y=0, width=10, height=10)) for x in (0, 50)]
    assert spot(locate(nodes, Target("text", "", nth=1))) == Point(x=55, y=5)


@pytest.mark.parametrize("target", [Target("text", "B"), Target("text", "A", nth=1)])
def test_a_target_that_is_not_there_is_named(target: Target) -> None:
    with pytest.raises(RecordingFailed, match=f'text "{target.name}" is not on the screen'):
        locate([Node(role="text", name="A", box=Box(x=0, y=0, width=1, height=1))], target)


def test_an_album_keeps_equal_screens_once() -> None:
    album = Album()
    red, blue = Image.new("RGB", (2, 2), "red"), Image.new("RGB", (2, 2), "blue")
    assert [album.add(image) for image in (red, blue, red.copy())] == [0, 1, 0]
    assert len(album.images) == 2


@pytest.mark.parametrize("story", WEB, ids=lambda story: story.name)
def test_a_site_that_nobody_touched_holds_no_success(story: WebStory, tmp_path: Path) -> None:
    with closing(seeded(story.site, tmp_path)) as connection:
        assert not story.truth(connection).passed


@pytest.mark.parametrize("story", DESKTOP, ids=lambda story: story.name)
def test_a_home_that_nobody_touched_holds_no_success(story: DesktopStory, tmp_path: Path) -> None:
    for name, text in story.files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert not story.truth(tmp_path).passed


@pytest.mark.parametrize(("quantity", "passed"), [(3, True), (2, False)])
def test_the_truth_of_an_order_is_in_its_row(quantity: int, passed: bool, tmp_path: Path) -> None:
    with closing(seeded("shop", tmp_path)) as connection:
        order = check(connection, "orders", {**ASKED, "quantity": quantity})
        store.insert(connection, "orders", order)
        truth = ORDER_THREE.truth(connection)
    assert truth.passed is passed
    assert ("quantity 2 (asked 3)" in truth.reading) is not passed


@pytest.mark.parametrize(("start", "end"), [("14:00", "15:30"), ("15:30", "17:00")])
def test_a_taken_room_is_refused(start: str, end: str, tmp_path: Path) -> None:
    wanted: store.Record = {"room": "Cedar", "day": "2026-03-12", "start": start, "end": end}
    with (
        closing(seeded("rooms", tmp_path)) as connection,
        pytest.raises(Refused, match="already booked from 14:30 to 16:00"),
    ):
        check(connection, "bookings", wanted)


def test_a_free_room_is_booked(tmp_path: Path) -> None:
    wanted: store.Record = {"room": "Cedar", "day": "2026-03-12", "start": "16:00", "end": "17:00"}
    with closing(seeded("rooms", tmp_path)) as connection:
        assert check(connection, "bookings", wanted) == wanted


@pytest.mark.browser
@pytest.mark.skipif(chromium() is None, reason="no Chromium: install it or set CHROMIUM")
def test_a_story_recorded_again_comes_to_the_same_truth(tmp_path: Path) -> None:
    record(NOTE_UNSAVED, tmp_path / "again")
    again, kept = read(tmp_path / "again"), read(TRAJECTORIES / NOTE_UNSAVED.name)
    assert again["label"] == kept["label"] == "failed"
    assert len(cast("list[Json]", again["steps"])) == len(cast("list[Json]", kept["steps"]))
    assert cast("dict[str, Json]", again["meta"])["truth"] == (
        "notes.sqlite: 3 notes, no note titled 'Groceries' (asked 'Milk, eggs, rye bread')"
    )


def read(folder: Path) -> dict[str, Json]:
    text = (folder / "trajectory.json").read_text(encoding="utf-8")
    return cast("dict[str, Json]", json.loads(text))
