"""Two orders of three notebooks: one is right, one is a notebook short."""

from __future__ import annotations

import sqlite3

from demo.pages.store import of_kind
from demo.recorder.moves import Move, click, double_click, scroll, select, type_into
from demo.recorder.story import Beat, Truth, WebStory, beat
from demo.recorder.tree import Target
from themis.domain.action import Direction
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Claim

ASKED: dict[str, Json] = {
    "quantity": 3,
    "email": "desk@canal-library.example",
    "name": "Canal Library",
    "street": "Kastanjelaan 12",
    "postcode": "3512 AB",
    "city": "Utrecht",
    "country": "Netherlands",
    "shipping": "Express, next working day",
}
INSTRUCTION = (
    "Order 3 Tidewater notebooks with express shipping to Canal Library, Kastanjelaan 12, "
    "3512 AB Utrecht, Netherlands. The email for the receipt is desk@canal-library.example."
)

MORE = Target("button", "More")
PLACE = Target("button", "Place order")
THANKS = Target("heading", "Thank you, your order is placed")


def truth(database: sqlite3.Connection) -> Truth:
    """One order, and every field of it as asked."""
    orders = of_kind(database, "orders")
    wrong = [
        f"{field} {orders[-1].get(field)} (asked {asked})"
        for field, asked in ASKED.items()
        if orders and orders[-1].get(field) != asked
    ]
    found = "; ".join(wrong) if wrong else "every field as asked" if orders else "nothing ordered"
    counted = "1 order" if len(orders) == 1 else f"{len(orders)} orders"
    return Truth(passed=len(orders) == 1 and not wrong, reading=f"shop.sqlite: {counted}, {found}")


def fill(label: str, field: str) -> Move:
    """Type what was asked into a field."""
    return type_into(Target("textbox", label), str(ASKED[field]))


def script(quantity: Beat, goodbye: str) -> tuple[Beat, ...]:
    """The checkout from top to bottom; only how the quantity is set differs."""
    return (
        quantity,
        beat("Next the contact: the address for the receipt.", fill("Email", "email")),
        beat("The recipient's full name.", fill("Full name", "name")),
        beat(
            "Street, postcode and city follow in the fields below.",
            fill("Street and number", "street"),
            fill("Postcode", "postcode"),
            fill("City", "city"),
        ),
        beat(
            "Country is still Belgium. It has to be the Netherlands.",
            select(Target("combobox", "Country"), str(ASKED["country"])),
        ),
        beat(
            "The shipping choice and the button to order are further down.",
            scroll(Direction.DOWN, over=Target("combobox", "Country")),
        ),
        beat(
            "Standard shipping is chosen, the task wants express.",
            click(Target("radio", str(ASKED["shipping"]))),
        ),
        beat(goodbye, click(PLACE), shows=THANKS),
    )


ORDER_THREE = WebStory(
    name="order-three",
    site="shop",
    instruction=INSTRUCTION,
    opens_on=Target("radio", "Standard, 3 to 5 days"),
    script=script(
        beat(
            "The basket holds one notebook and three are wanted. A double click on plus adds two.",
            double_click(MORE),
        ),
        "Three notebooks, express, the address is complete. I place the order.",
    ),
    thought="The confirmation shows quantity 3, the right address and express shipping.",
    claim=Claim.SUCCESS,
    answer="The order for 3 notebooks is placed, with express shipping to Canal Library, Utrecht.",
    truth=truth,
)

ORDER_SHORT = WebStory(
    name="order-short",
    site="shop",
    instruction=INSTRUCTION,
    opens_on=Target("radio", "Standard, 3 to 5 days"),
    script=script(
        beat(
            "Three notebooks are wanted. I raise the quantity with the plus button.",
            click(MORE),
        ),
        "Quantity, address and express shipping are all set. I place the order.",
    ),
    thought="The shop thanks for the order and names the right address. All three notebooks "
    "are on their way.",
    claim=Claim.SUCCESS,
    answer="I ordered 3 Tidewater notebooks with express shipping to Canal Library, Utrecht.",
    truth=truth,
)
