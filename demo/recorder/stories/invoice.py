"""An invoice is filed, but it is the one with two digits swapped."""

from __future__ import annotations

from pathlib import Path

from demo.recorder.moves import click, double_click, drag_onto
from demo.recorder.story import DesktopStory, Truth, beat
from demo.recorder.tree import Target
from themis.domain.trajectory import Claim

ASKED = "invoice-0417.txt"


def files(folder: str, *numbers: str) -> dict[str, str]:
    """One small file for each invoice."""
    return {f"{folder}/invoice-{number}.txt": f"Invoice {number}\n" for number in numbers}


OPEN = files("Documents", "0388", "0402", "0417", "0471", "0480")
PAID = files("Documents/Paid", "0361", "0379")


def truth(home: Path) -> Truth:
    """Which files are in which of the two folders."""
    documents = home / "Documents"
    paid = sorted(path.name for path in (documents / "Paid").iterdir())
    still_open = sorted(path.name for path in documents.glob("*.txt"))
    moved = sorted(set(paid) - {Path(name).name for name in PAID})
    return Truth(
        passed=moved == [ASKED] and ASKED not in still_open and len(still_open) == len(OPEN) - 1,
        reading=f"Documents/Paid: {', '.join(moved) or 'nothing'} was moved there (asked {ASKED})",
    )


INVOICE_SWAPPED = DesktopStory(
    name="invoice-swapped",
    instruction="Invoice 0417 has been paid. Move its file from Documents into the folder Paid, "
    "and move nothing else.",
    programs=(("thunar", "~/Documents"),),
    windows={"Thunar": (70, 50, 880, 620)},
    files={**OPEN, **PAID},
    opens_on=Target("table cell", ASKED),
    script=(
        beat(
            "Documents lists the folder Paid and the open invoices. Let me look at what is in "
            "Paid already.",
            double_click(Target("table cell", "Paid")),
            shows=Target("table cell", "invoice-0361.txt"),
        ),
        beat(
            "Two invoices are filed and 0417 is not among them. I go back to Documents.",
            click(Target("push button", "Back")),
            shows=Target("table cell", ASKED),
        ),
        beat(
            "I select the file of the invoice first.",
            click(Target("table cell", "invoice-0471.txt"), at=(0.15, 0.5)),
        ),
        beat(
            "The invoice is selected. Now I drag it onto the folder Paid.",
            drag_onto(
                Target("table cell", "invoice-0471.txt"),
                Target("table cell", "Paid"),
                start=(0.15, 0.5),
                drop=(0.05, 0.5),
            ),
        ),
        beat(
            "It is gone from Documents. I open Paid to see it there.",
            double_click(Target("table cell", "Paid")),
            shows=Target("table cell", "invoice-0471.txt"),
        ),
    ),
    thought="The invoice is listed in Paid, below the two that were there before. Done.",
    claim=Claim.SUCCESS,
    answer="The file of invoice 0417 is in the folder Paid now.",
    truth=truth,
)
