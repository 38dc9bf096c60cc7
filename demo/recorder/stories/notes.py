"""Three attempts at the same note: one is saved, one is lost, one has its fields mixed up."""

from __future__ import annotations

import sqlite3

from demo.pages.store import of_kind
from demo.recorder.moves import click, key, type_into
from demo.recorder.story import Truth, WebStory, beat
from demo.recorder.tree import Target
from themis.domain.trajectory import Claim

TITLE, TEXT = "Groceries", "Milk, eggs, rye bread"
INSTRUCTION = f'Create a note titled "{TITLE}" with the text "{TEXT}" and save it.'

NEW = Target("button", "New note")
TITLE_FIELD = Target("textbox", "Title")
TEXT_FIELD = Target("textbox", "Text")

OPENING = (
    beat(
        "The overview lists three notes and none of them is about groceries. I start a new one.",
        click(NEW),
        shows=TITLE_FIELD,
    ),
    beat(
        "An empty note is open. The title goes in first.",
        type_into(TITLE_FIELD, TITLE),
    ),
    beat(
        "The title reads Groceries. Below it is the text area for the list itself.",
        type_into(TEXT_FIELD, TEXT),
    ),
)


def truth(database: sqlite3.Connection) -> Truth:
    """Exactly one note with that title, and its text as asked."""
    notes = of_kind(database, "notes")
    texts = [note["body"] for note in notes if note["title"] == TITLE]
    held = f"text {texts[0]!r}" if texts else f"no note titled {TITLE!r}"
    return Truth(
        passed=texts == [TEXT], reading=f"notes.sqlite: {len(notes)} notes, {held} (asked {TEXT!r})"
    )


NOTE_SAVED = WebStory(
    name="note-saved",
    site="notes",
    instruction=INSTRUCTION,
    opens_on=Target("heading", "Allotment plan"),
    script=(
        *OPENING,
        beat(
            "Title and text are in, but the line at the bottom says the note is not saved yet. "
            "Ctrl+S saves without leaving the text.",
            key("ctrl", "s"),
            shows=Target("text", "All changes saved"),
        ),
        beat(
            "The state now says that all changes are saved. I open the overview to see the note "
            "among the others.",
            click(Target("button", "All notes 4")),
            shows=Target("heading", TITLE),
        ),
    ),
    thought="Groceries is the first card in the overview and shows the text. The task is done.",
    claim=Claim.SUCCESS,
    answer='The note "Groceries" with the text "Milk, eggs, rye bread" is saved.',
    truth=truth,
)

NOTE_UNSAVED = WebStory(
    name="note-unsaved",
    site="notes",
    instruction=INSTRUCTION,
    opens_on=Target("heading", "Allotment plan"),
    script=(
        *OPENING,
        beat(
            "Title and text are both there, so the note is complete. I go back to the overview, "
            "where it should be listed.",
            click(Target("button", "All notes 3")),
            shows=Target("button", "Leave"),
        ),
        beat(
            "A dialog asks whether I want to leave the note. Yes, I am finished with it.",
            click(Target("button", "Leave")),
            shows=Target("heading", "Allotment plan"),
        ),
    ),
    thought="I am back at the overview and the note has been written. Nothing is left to do.",
    claim=Claim.SUCCESS,
    answer='I created the note "Groceries" with the text "Milk, eggs, rye bread" and saved it.',
    truth=truth,
)

NOTE_SWAPPED = WebStory(
    name="note-swapped",
    site="notes",
    instruction=INSTRUCTION,
    opens_on=Target("heading", "Allotment plan"),
    script=(
        OPENING[0],
        beat(
            "An empty note is open. I write the list first, while I have it in mind.",
            type_into(TITLE_FIELD, TEXT),
        ),
        beat(
            "The list is in. Now the name of the note.",
            type_into(TEXT_FIELD, TITLE),
        ),
        beat(
            "Groceries and the list are both there. Ctrl+S saves the note.",
            key("ctrl", "s"),
            shows=Target("text", "All changes saved"),
        ),
        beat(
            "All changes are saved. I look at the overview.",
            click(Target("button", "All notes 4")),
            shows=Target("heading", TEXT),
        ),
    ),
    thought="The new note is the first card and holds everything that was asked for.",
    claim=Claim.SUCCESS,
    answer='The note "Groceries" with the text "Milk, eggs, rye bread" is saved.',
    truth=truth,
)
