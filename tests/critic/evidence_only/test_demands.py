"""From instructions to demands."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themis.critic.evidence_only.demands import Demand, Kind
from themis.critic.evidence_only.grammar import MAX_DEMANDS, demands


def kinds(instruction: str) -> list[Kind]:
    return [demand.kind for demand in demands(instruction)]


def texts(instruction: str) -> dict[str, str]:
    return {d.text: d.field for d in demands(instruction) if d.kind is Kind.TEXT}


def only(instruction: str) -> Demand:
    (demand,) = demands(instruction)
    return demand


def test_quoted_texts_keep_their_fields() -> None:
    task = 'Create an event named "Stand-up: daily" with the location "Room 2, east" and save it.'
    assert texts(task) == {"Stand-up: daily": "name", "Room 2, east": "location"}
    assert kinds(task)[-1] is Kind.COMMIT


@pytest.mark.parametrize(
    ("instruction", "found"),
    [
        (
            "Add a contact named Ada Lovelace with phone number 555-0100",
            {"Ada Lovelace", "555-0100"},
        ),
        ("Send an e-mail to bob@example.org", {"bob@example.org"}),
        ("Set the quantity to 7 and the language to French", {"7", "French"}),
        ("Save the file as report.txt", {"report.txt"}),
        ("Enter \u201cJos\u00e9\u201d in the Name field", {"Jos\u00e9"}),
        ("Type 'it's late' into the search box", {"it's late"}),
    ],
)
def test_values_without_a_form_are_found(instruction: str, found: set[str]) -> None:
    assert set(texts(instruction)) == found


def test_a_text_that_only_marks_a_place_is_not_demanded() -> None:
    assert texts('Write the sum behind "Total:" in the open file') == {}


def test_switches_may_share_a_verb() -> None:
    found = demands("Turn product news off and quiet hours on")
    assert [(d.text, d.on) for d in found] == [("product news", False), ("quiet hours", True)]


def test_pressing_a_thing_several_times_is_counted() -> None:
    assert only('Tap the "Next" button three times').count == 3


def test_a_pronoun_means_the_thing_named_last() -> None:
    found = demands('Scroll to the item named "Row 12" and tap it.')
    assert [(d.kind, d.text) for d in found] == [(Kind.PLACE, "Row 12"), (Kind.PRESS, "Row 12")]


@pytest.mark.parametrize(
    "instruction",
    [
        "Find the cheapest flight to Oslo",
        "Which of the two is older?",
        "Make sure that nobody else can see it.",
        "Summarise the page.",
        "Create a note titled Plan without opening the editor",
        "Add a meeting named Review on Friday at 10:00",
    ],
)
def test_what_is_not_understood_stays_open(instruction: str) -> None:
    assert Kind.OPAQUE in kinds(instruction)


def test_what_the_answer_should_say_is_no_place() -> None:
    found = demands("In your final answer report all five numbers, plus the median.")
    assert any("all five numbers" in demand.clause for demand in found)


@given(st.text(max_size=400))
def test_any_text_is_read_without_a_crash(instruction: str) -> None:
    assert len(demands(instruction)) <= MAX_DEMANDS


@pytest.mark.parametrize(
    "hostile",
    ['"' * 60_000, "a " * 40_000, "to the " * 10_000, "named A" * 9_000, "and then " * 9_000],
)
def test_a_hostile_instruction_is_bounded(hostile: str) -> None:
    start = time.process_time()
    demands("Enter " + hostile)
    assert time.process_time() - start < 2
