"""Search and replace in a text editor, saved."""

from __future__ import annotations

from pathlib import Path

from demo.recorder.moves import click, key, type_into, type_text
from demo.recorder.story import DesktopStory, Truth, beat
from demo.recorder.tree import Target
from themis.domain.trajectory import Claim

FILE = "Documents/agenda.txt"
TEXT = """Team agenda, week 11

Monday     09:30   Stand-up in the small room
Monday     11:00   Call with the paper supplier
Wednesday  14:00   Design review
Monday     16:00   Release check

Please bring the Monday figures on paper.
"""
WANTED = TEXT.replace("Monday", "Tuesday")


def truth(home: Path) -> Truth:
    """The file on disk, word for word."""
    text = (home / FILE).read_text(encoding="utf-8")
    counted = ", ".join(f"{word} {text.count(word)} times" for word in ("Monday", "Tuesday"))
    return Truth(
        passed=text == WANTED, reading=f"{FILE}: {counted} (asked 0 and {TEXT.count('Monday')})"
    )


AGENDA_REPLACED = DesktopStory(
    name="agenda-replaced",
    instruction='In the agenda that is open in Mousepad, replace every "Monday" by "Tuesday" and '
    "save the file.",
    programs=(("mousepad", f"~/{FILE}"),),
    windows={"Mousepad": (70, 50, 880, 640)},
    files={FILE: TEXT},
    opens_on=Target("frame", "agenda.txt - Mousepad"),
    script=(
        beat(
            "The agenda names Monday in several places. The Search menu should have a replace "
            "command.",
            click(Target("menu", "Search")),
            shows=Target("menu item", "Find and Replace..."),
        ),
        beat(
            "There it is: Find and Replace.",
            click(Target("menu item", "Find and Replace...")),
            shows=Target("dialog", "Find and Replace"),
        ),
        beat(
            "The dialog is open with the cursor in the search field.",
            type_text("Monday"),
        ),
        beat(
            "Now the replacement, in the field below.",
            type_into(Target("text", "", nth=2), "Tuesday"),
        ),
        beat(
            "By default only one match is replaced. I tick the box that covers the whole document.",
            click(Target("check box", "Replace all in:"), at=(0.11, 0.5)),
        ),
        beat(
            "Monday to Tuesday, all in the document. Replace.",
            click(Target("push button", "Replace All")),
            shows=Target("frame", "*agenda.txt - Mousepad"),
        ),
        beat(
            "The text behind the dialog reads Tuesday now. I close the dialog.",
            click(Target("push button", "Close")),
        ),
        beat(
            "The asterisk in the title says that the file is changed but not saved. Ctrl+S.",
            key("ctrl", "s"),
            shows=Target("frame", "agenda.txt - Mousepad"),
        ),
    ),
    thought="The title bar shows no asterisk any more, so the file is saved, and no Monday is "
    "left in the text.",
    claim=Claim.SUCCESS,
    answer="Every Monday in agenda.txt is a Tuesday now, and the file is saved.",
    truth=truth,
)
