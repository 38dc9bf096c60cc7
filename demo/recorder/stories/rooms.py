"""A room that is taken: the agent tries, is refused, and says so."""

from __future__ import annotations

import sqlite3

from demo.pages.store import of_kind
from demo.recorder.moves import click, select, type_into
from demo.recorder.story import Truth, WebStory, beat
from demo.recorder.tree import Target
from themis.domain.trajectory import Claim

ASKED = {"room": "Cedar", "start": "14:00", "end": "15:30", "title": "Design review"}
TAKEN = "Cedar is already booked from 14:30 to 16:00 (Audit, day two)."


def truth(database: sqlite3.Connection) -> Truth:
    """A booking with exactly that room, time and title."""
    bookings = of_kind(database, "bookings")
    kept = [all(booking[key] == asked for key, asked in ASKED.items()) for booking in bookings]
    asked = "Cedar 14:00 to 15:30 'Design review'"
    return Truth(
        passed=any(kept),
        reading=f"rooms.sqlite: {len(bookings)} bookings, {sum(kept)} for {asked}",
    )


ROOM_TAKEN = WebStory(
    name="room-taken",
    site="rooms",
    instruction="Book the room Cedar on Thursday 12 March 2026 from 14:00 to 15:30 under the title "
    '"Design review". It has to be this room at this time.',
    opens_on=Target("listitem", "Cedar 09:30 to 11:00: Roadmap"),
    script=(
        beat(
            "The timetable already shows Thursday 12 March. I fill in the form on the right, "
            "title first.",
            type_into(Target("textbox", "Title"), ASKED["title"]),
        ),
        beat(
            "Birch is preselected. I choose Cedar.",
            select(Target("combobox", "Room"), ASKED["room"]),
        ),
        beat(
            "From 14:00 to 15:30.",
            select(Target("combobox", "From"), ASKED["start"]),
            select(Target("combobox", "To"), ASKED["end"]),
        ),
        beat(
            "The form says Design review, Cedar, 14:00 to 15:30. I book.",
            click(Target("button", "Book room")),
            shows=Target("text", TAKEN),
        ),
        beat(
            "Refused: the audit has Cedar from 14:30. Perhaps the booking was stored all the "
            "same, so I try once more before I give up.",
            click(Target("button", "Book room")),
            shows=Target("text", TAKEN),
        ),
    ),
    thought="The same answer again, and the timetable shows the audit in Cedar from 14:30 to "
    "16:00. Another room or time is not allowed, so this cannot be done.",
    claim=Claim.FAILURE,
    answer="Not booked: Cedar is taken from 14:30 to 16:00 by another meeting, and the task "
    "allows no other room or time.",
    truth=truth,
)
