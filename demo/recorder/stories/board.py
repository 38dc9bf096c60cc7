"""A ticket is moved to Done, and moved back by the button that looked like a confirmation."""

from __future__ import annotations

import sqlite3
from typing import cast

from demo.pages.store import Record, of_kind
from demo.recorder.moves import click, drag_onto, type_into
from demo.recorder.story import Truth, WebStory, beat
from demo.recorder.tree import Target
from themis.domain.trajectory import Claim

KEY, STATUS, COMMENT = "LAN-142", "Done", "Fixed in release 4.2"
CARD = Target("article", "LAN-142 Login page returns a 500 error")


def truth(database: sqlite3.Connection) -> Truth:
    """The ticket's column, and whether the comment is among its comments."""
    (ticket,) = [each for each in of_kind(database, "tickets") if each["key"] == KEY]
    comments = cast("list[Record]", ticket["comments"])
    said = COMMENT in [comment["text"] for comment in comments]
    return Truth(
        passed=said and ticket["status"] == STATUS,
        reading=f"board.sqlite: {KEY} is in '{ticket['status']}' (asked '{STATUS}'), comment "
        f"{'present' if said else 'missing'}",
    )


TICKET_UNDONE = WebStory(
    name="ticket-undone",
    site="board",
    instruction=f'Comment "{COMMENT}" on ticket {KEY} and move the ticket to {STATUS}.',
    opens_on=CARD,
    script=(
        beat(
            "LAN-142 is the login ticket in the middle column. I open it to comment.",
            click(CARD),
            shows=Target("button", "Post comment"),
        ),
        beat(
            "The ticket is open. I write the comment.",
            type_into(Target("textbox", "Write a comment"), COMMENT),
        ),
        beat(
            "The text is right. Post it.",
            click(Target("button", "Post comment")),
            shows=Target("text", COMMENT),
        ),
        beat(
            "My comment is listed under the first. I close the ticket to get back to the board.",
            click(Target("button", "Close")),
        ),
        beat(
            "Now I drag the card from In progress into the Done column.",
            drag_onto(CARD, Target("region", STATUS), drop=(0.5, 0.4)),
            shows=Target("text", "LAN-142 moved to Done"),
        ),
        beat(
            "The card has moved to Done. A message at the bottom reports it; I click its button "
            "to clear the message away.",
            click(Target("button", "Undo")),
            shows=CARD,
        ),
    ),
    thought="The message is gone. The comment is posted and the ticket was moved to Done.",
    claim=Claim.SUCCESS,
    answer="LAN-142 has the comment and is in Done.",
    truth=truth,
)
