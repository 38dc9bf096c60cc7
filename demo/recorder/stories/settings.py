"""Four settings changed and saved."""

from __future__ import annotations

import sqlite3

from demo.pages.store import of_kind
from demo.recorder.moves import click, scroll, select, slide
from demo.recorder.story import Truth, WebStory, beat
from demo.recorder.tree import Target
from themis.domain.action import Direction
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Claim

ASKED: dict[str, Json] = {
    "language": "Deutsch",
    "text_size": 120,
    "news": False,
    "quiet": True,
    # what the task does not name has to stay as it was
    "name": "Canal Library",
    "mentions": True,
    "digest": True,
    "sounds": False,
}


def truth(database: sqlite3.Connection) -> Truth:
    """Every setting as asked, and the others as they were."""
    (account,) = of_kind(database, "accounts")
    wrong = [f"{key} {account[key]} (asked {v})" for key, v in ASKED.items() if account[key] != v]
    held = ", ".join(f"{key} {account[key]}" for key in ("language", "text_size", "news", "quiet"))
    return Truth(
        passed=not wrong, reading=f"settings.sqlite: {'; '.join(wrong) if wrong else held}"
    )


SETTINGS_SAVED = WebStory(
    name="settings-saved",
    site="settings",
    instruction="In the settings, change the language to Deutsch, the text size to 120%, turn "
    "product news off and quiet hours on, and save. Leave everything else as it is.",
    opens_on=Target("text", "Everything is saved."),
    script=(
        beat(
            "The language is English. I choose Deutsch from the list.",
            select(Target("combobox", "Language"), "Deutsch"),
        ),
        beat(
            "Text size is a slider at 100%. I drag its thumb two notches to the right.",
            slide(Target("slider", "Text size"), start=0.3, end=0.565),
            shows=Target("text", "120%"),
        ),
        beat(
            "120%, as wanted. The switches are below, some of them behind the bar at the bottom.",
            scroll(Direction.DOWN, over=Target("slider", "Text size")),
        ),
        beat(
            "Product news is on. I turn it off.",
            click(Target("switch", "Product news")),
        ),
        beat(
            "And quiet hours on.",
            click(Target("switch", "Quiet hours")),
        ),
        beat(
            "Mentions, daily digest and sounds are untouched. The bar says that changes are not "
            "saved, so I save them.",
            click(Target("button", "Save changes")),
            shows=Target("text", "Your settings are saved."),
        ),
    ),
    thought="The bar confirms it: the settings are saved, and every switch stands as asked.",
    claim=Claim.SUCCESS,
    answer="Language Deutsch, text size 120%, product news off, quiet hours on: all saved.",
    truth=truth,
)
