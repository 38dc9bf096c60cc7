"""What an instruction may demand, as far as words alone can say it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What kind of fact would prove a demand."""

    TEXT = "text"  # a text stands where it should
    COMMIT = "commit"  # saved, sent, submitted
    STATE = "state"  # a switch is on or off
    CHOICE = "choice"  # an option is chosen
    REMOVAL = "removal"  # something is gone
    PLACE = "place"  # an app, page or item was reached
    PRESS = "press"  # a control was used, so many times
    ANSWER = "answer"  # a text read from the screen is reported
    UNTOUCHED = "untouched"  # what is not named stays as it was
    REPLACEMENT = "replacement"  # a word stands wherever another stood
    DEVICE = "device"  # the kind of device it is to be done on
    QUANTITY = "quantity"  # so many were ordered
    OPAQUE = "opaque"  # words that this critic cannot turn into facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """One thing that the instruction asks for."""

    kind: Kind
    clause: str  # in the instruction's words
    text: str = ""  # the value, target, label or item
    field: str = ""  # the field or list it belongs to, where named
    verb: str = ""
    on: bool = True  # the state that is wanted
    count: int = 1  # presses
    lasting: bool = False  # a thing is to be made, not only a field filled
    quoted: bool = False  # the text stands in quotation marks
    aliases: tuple[str, ...] = ()
