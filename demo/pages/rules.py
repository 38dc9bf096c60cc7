"""What the sites' servers refuse or fill in before a record is stored."""

from __future__ import annotations

import sqlite3

from demo.pages.store import Record, of_kind


class Refused(Exception):
    """The server's answer to a request that breaks a rule of the site."""


def check(connection: sqlite3.Connection, kind: str, body: Record) -> Record:
    """The record as it will be stored; Refused where a rule is broken."""
    if kind == "bookings":
        return _booking(connection, body)
    if kind == "orders":
        return _order(connection, body)
    return body


def _booking(connection: sqlite3.Connection, body: Record) -> Record:
    start, end = str(body.get("start", "")), str(body.get("end", ""))
    if not start < end:
        raise Refused("A booking has to end after it starts.")
    for other in of_kind(connection, "bookings"):
        same_place = (other["room"], other["day"]) == (body.get("room"), body.get("day"))
        if same_place and start < str(other["end"]) and str(other["start"]) < end:
            raise Refused(
                f"{other['room']} is already booked from {other['start']} to {other['end']} "
                f"({other['title']})."
            )
    return body


def _order(connection: sqlite3.Connection, body: Record) -> Record:
    (product,) = of_kind(connection, "products")
    (shipping,) = [s for s in of_kind(connection, "shipping") if s["name"] == body.get("shipping")]
    quantity, price, fee = body.get("quantity"), product["cents"], shipping["cents"]
    if not (isinstance(quantity, int) and isinstance(price, int) and isinstance(fee, int)):
        raise Refused("Quantity and prices are whole numbers.")
    number = 20417 + len(of_kind(connection, "orders"))
    return {**body, "number": f"HP-{number}", "cents": quantity * price + fee}
