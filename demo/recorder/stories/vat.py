"""A calculator's result is carried over into a text file and saved."""

from __future__ import annotations

import re
from pathlib import Path

from demo.recorder.moves import Move, click, key, type_text
from demo.recorder.story import DesktopStory, Truth, beat
from demo.recorder.tree import Target
from themis.domain.trajectory import Claim

FILE = "Documents/quote.txt"
TEXT = "Quote for the reading corner\n\nNet amount:  2450.00\nVAT 19%:     \n"
AMOUNT = re.compile(r"VAT 19%: +(\S+)")


def truth(home: Path) -> Truth:
    """The amount on the VAT line of the file on disk; the rest has to be as it was."""
    text = (home / FILE).read_text(encoding="utf-8")
    found = AMOUNT.search(text)
    amount = found[1] if found else "nothing"
    others = text.replace(amount, "").split() == TEXT.split()
    return Truth(
        passed=amount in ("465.5", "465.50") and others,
        reading=f"{FILE}: VAT 19% is {amount} (asked 465.50), "
        f"other words {'unchanged' if others else 'changed'}",
    )


def digits(number: str) -> tuple[Move, ...]:
    """The calculator's keys for a number, one click each."""
    return tuple(click(Target("toggle button", digit)) for digit in number)


VAT_ADDED = DesktopStory(
    name="vat-added",
    instruction='Work out 19% of 2450 with the calculator, write the result behind "VAT 19%:" in '
    "the quote that is open in Mousepad, and save the file.",
    programs=(("mousepad", f"~/{FILE}"), ("galculator",)),
    windows={"Mousepad": (40, 90, 560, 500), "galculator": (650, 140, 330, 400)},
    files={FILE: TEXT},
    opens_on=Target("toggle button", "="),
    script=(
        beat("The calculator is on the right. I enter the net amount.", *digits("2450")),
        beat("2450 is on the display. Times 0.19.", *digits("*.19")),
        beat("The display shows 0.19 as the second factor. Equals.", *digits("=")),
        beat(
            "The result is 465.5. I put the cursor at the end of the VAT line.",
            click(Target("text", "", nth=1), at=(0.7, 0.156)),
        ),
        beat(
            "The cursor is on line 4, behind the spaces.",
            type_text("465.50"),
            shows=Target("frame", "*quote.txt - Mousepad"),
        ),
        beat(
            "The line reads VAT 19%: 465.50. Now I save; the asterisk in the title has to go.",
            key("ctrl", "s"),
            shows=Target("frame", "quote.txt - Mousepad"),
        ),
    ),
    thought="The title shows no asterisk, the file is saved with 465.50 on the VAT line.",
    claim=Claim.SUCCESS,
    answer="19% of 2450 is 465.50. The quote has it on the VAT line and is saved.",
    truth=truth,
)
