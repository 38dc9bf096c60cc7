"""UI trees of every notation become elements."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themis.critic.evidence_only import ui
from themis.critic.evidence_only.elements import Element, Tree
from themis.domain.action import Box, Point

ANDROID = """<?xml version='1.0'?><hierarchy><node class="android.widget.FrameLayout">
<node class="android.widget.EditText" text="Ada" hint="Name" bounds="[0,0][200,40]"/>
<node class="android.widget.Switch" content-desc="Wi-Fi" checkable="true" checked="true"/>
<node package="com.android.systemui" class="android.widget.TextView" text="10:41"/>
</node></hierarchy>"""
SHORT = {
    "ui_schema": {"abbreviations": {"txt": "text", "cls": "class", "c": "children", "b": "bounds"}},
    "elements": [
        {"cls": "android.widget.FrameLayout", "c": [
            {"txt": "Ada", "cls": "android.widget.EditText", "b": "[0,0][200,40]"},
            {"cls": "android.view.View", "checked": True},
        ]}
    ],
}  # fmt: skip


def tree(text: str) -> Tree:
    read = ui.read(text)
    assert read is not None
    return read


def named(found: Tree, name: str) -> Element:
    return next(e for e in found.elements if name in e.texts or e.hint == name)


def test_android_xml_tells_fields_switches_and_leaves_out_the_status_bar() -> None:
    found = tree(ANDROID)
    field = named(found, "Name")
    assert (field.value, field.editable) == ("Ada", True)
    assert field.box == Box(x=0, y=0, width=200, height=40)
    assert named(found, "Wi-Fi").checked is True
    assert not found.shows("10:41")


def test_the_elements_of_androidworld_are_read() -> None:
    corners = {"x_min": 84, "x_max": 663, "y_min": 498, "y_max": 606}
    field = {"index": 1, "class_name": "android.widget.EditText", "text": "my_note",
             "bbox": {"x_min": 0.1, "x_max": 0.6, "y_min": 0.2, "y_max": 0.3},
             "bbox_pixels": corners, "hint_text": "Name", "is_checked": False,
             "is_checkable": False, "is_enabled": True, "resource_name": "a:id/b"}  # fmt: skip
    switch = {"index": 2, "class_name": "android.widget.Switch", "content_description": "Wi-Fi",
              "is_checkable": True, "is_checked": True}  # fmt: skip
    clock = {"index": 3, "text": "10:41", "package_name": "com.android.systemui"}
    found = tree(json.dumps([field, switch, clock]))
    assert len(found.elements) == 2
    held = named(found, "Name")
    assert (held.value, held.ref, held.editable, held.checked) == ("my_note", "1", True, None)
    assert held.box == Box(x=84, y=498, width=579, height=108)
    assert named(found, "Wi-Fi").checked is True


def test_json_with_a_table_of_abbreviations_is_read_after_other_words() -> None:
    found = tree("Viewer at http://127.0.0.1/\n" + json.dumps(SHORT))
    assert named(found, "Ada").editable
    assert [e.checked for e in found.elements if e.checked is not None] == [True]


def test_lines_of_role_name_and_attributes() -> None:
    found = tree(
        'textbox "Title \\"a\\"" value="one\\ntwo" bounds="1,2,3,4"\nswitch "On" checked="false"'
    )
    field = found.elements[0]
    assert (field.name, field.value) == ('Title "a"', "one\ntwo")
    assert field.box == Box(x=1, y=2, width=3, height=4)
    assert found.elements[1].checked is False


def test_a_word_of_role_text_is_a_field_only_with_a_value() -> None:
    found = tree('text "Not saved yet"\ntext "" value="a draft"')
    assert [e.editable for e in found.elements] == [False, True]


def test_numbered_marks_keep_their_numbers() -> None:
    found = tree('[2]: <button> "search";\t[13]: "EN", "Choose a language";')
    assert [(e.ref, e.role, e.name) for e in found.elements] == [
        ("2", "button", "search"),
        ("13", "", "EN Choose a language"),
    ]


def test_a_table_with_attributes_is_read() -> None:
    text = 'element_num,depth,attributes,parent_num\n1,0,"text=OK; class=android.widget.Button",0'
    assert tree(text).elements[0].name == "OK"


def test_anything_else_is_plain_lines() -> None:
    assert [e.name for e in tree("Total\n  12.50  ").elements] == ["Total", "12.50"]


@pytest.mark.parametrize("nothing", [None, "", "   \n", "{}", "<a/>"])
def test_what_says_nothing_is_no_tree(nothing: str | None) -> None:
    assert ui.read(nothing) is None


def test_a_click_on_a_background_names_nothing() -> None:
    found = Tree((
        Element(name="page", box=Box(x=0, y=0, width=1000, height=1000)),
        Element(name="OK", box=Box(x=10, y=10, width=80, height=30)),
    ))  # fmt: skip
    assert found.at(Point(x=20, y=20)) == ("OK",)
    assert found.at(Point(x=500, y=500)) == ()


@given(st.text(max_size=500) | st.text(alphabet='[]{}<>":,=\\ ab1\n', max_size=300))
def test_any_text_is_read_without_a_crash(text: str) -> None:
    ui.read(text)


@pytest.mark.parametrize(
    "hostile",
    [
        "[" * 500_000,
        '{"children":' * 100_000,
        "<a>" * 200_000,
        '"' * 600_000,
        '[1]: "a", ' * 60_000,
        "a" * 600_000,
        "key=" * 150_000,
        "<!DOCTYPE a [<!ENTITY b 'c'><!ENTITY d '&b;&b;'>]><a>&d;</a>",
    ],
)
def test_hostile_trees_are_bounded(hostile: str) -> None:
    start = time.process_time()
    ui.read(hostile)
    assert time.process_time() - start < 5


def test_the_legend_of_a_tree_is_no_part_of_the_screen() -> None:
    legend = '{"platform": "android", "abbreviations": {"txt": "text", "a11y": "content-desc"}}'
    found = ui.read(f'{{"ui_schema": {legend}, "elements": [{{"txt": "Save"}}]}}')
    assert found is not None
    assert [element.name for element in found.elements] == ["Save"]
