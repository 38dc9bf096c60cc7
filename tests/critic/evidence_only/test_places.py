"""Elements of UI trees with their places, in every notation, for people to point at."""

from __future__ import annotations

import json

import pytest

from themis.critic.evidence_only.places import MAX_ELEMENTS, placed
from themis.domain.action import Box

ANDROID = """<?xml version="1.0" encoding="UTF-8"?><hierarchy rotation="0">
<node class="android.widget.FrameLayout" package="com.android.systemui" bounds="[0,0][1080,2400]">
<node class="android.widget.Button" text="Save" resource-id="app:id/save"
 bounds="[40,100][340,200]"/>
<node class="android.widget.ImageView" text="" bounds="[500,100][600,200]"/>
</node></hierarchy>"""
DESKTOP = """<desktop-frame xmlns:cp="https://accessibility.windows.example.org/ns/component"
 name="main" cp:screencoord="(0, 0)" cp:size="(1280, 800)">
<push-button name="Save" cp:screencoord="(20, 30)" cp:size="(64, 24)"/>
</desktop-frame>"""
LINES = 'document "Notes" bounds="0,0,1280,800"\nbutton "Save" bounds="20,30,64,24"'
RECORDS = json.dumps(
    [{"text": "Save", "bbox_pixels": {"x_min": 20, "y_min": 30, "x_max": 84, "y_max": 54}}]
)
CORNERS = json.dumps([{"type": "button", "text": "Save", "bounds": "[20,30][84,54]"}])
BOX = Box(x=20, y=30, width=64, height=24)


@pytest.mark.parametrize("tree", [DESKTOP, LINES, RECORDS, CORNERS])
def test_an_element_has_its_place_in_every_notation(tree: str) -> None:
    (save,) = [e for e in placed(tree, width=1280, height=800) if "Save" in e.texts]
    assert save.box == BOX


def test_androids_elements_have_role_id_and_place_the_bars_of_the_system_too() -> None:
    frame, save, image = placed(ANDROID, width=1080, height=2400)
    assert frame.box == Box(x=0, y=0, width=1080, height=2400)
    assert (save.role, save.name, save.ref) == ("android.widget.Button", "Save", "app:id/save")
    assert save.box == Box(x=40, y=100, width=300, height=100)
    assert image.box is not None  # no words, and yet it can be pointed at


@pytest.mark.parametrize(
    ("size", "x"), [((540, 1200), 20), ((1080, 2400), 40), ((2160, 4800), 80), ((1000, 2400), 40)]
)
def test_places_are_told_in_pixels_of_the_picture_where_it_is_the_whole_scaled(
    size: tuple[int, int], x: float
) -> None:
    _, save, _ = placed(ANDROID, width=size[0], height=size[1])
    assert save.box is not None
    assert save.box.x == x


def test_places_in_parts_of_the_screen_are_understood() -> None:
    tree = json.dumps([{"text": "Save", "bounds": "[0.1,0.2][0.3,0.4]"}])
    (save,) = placed(tree, width=1000, height=500)
    assert save.box == Box(x=100, y=100, width=200, height=100)


def test_a_tree_without_places_still_names_its_elements() -> None:
    (save,) = placed("[12] button 'Save', focused=True", width=100, height=100)
    assert save.box is None
    assert "Save" in save.name


def test_what_lies_outside_the_picture_has_no_place_on_it() -> None:
    tree = 'button "Below" bounds="10,900,50,20"\nbutton "Cut" bounds="-10,10,50,20"'
    below, cut = placed(tree, width=200, height=100)
    assert below.box is None
    assert cut.box == Box(x=0, y=10, width=40, height=20)


HOSTILE = [
    "",
    "<",
    "{" * 5_000,
    "[" * 200_000,
    "<a>" * 50_000,
    "<!DOCTYPE x [<!ENTITY a 'b'>]><x name='&a;'/>",
    '"' * 100_000,
    "\x00\ufffe<node/>",
    'button "x" bounds="' + "9" * 90_000,
    'button "x" bounds="1e999,nan,inf,-5"',
]


@pytest.mark.parametrize("tree", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_trees_are_read_as_far_as_they_go(tree: str) -> None:
    for element in placed(tree, width=100, height=100):
        box = element.box
        assert box is None or 0 <= box.x < box.x + box.width <= 100


def test_a_huge_tree_is_cut() -> None:
    tree = "".join(f'button "{n}" bounds="0,0,9,9"\n' for n in range(MAX_ELEMENTS * 2))
    assert len(placed(tree, width=100, height=100)) == MAX_ELEMENTS
