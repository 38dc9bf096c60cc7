"""One run of UI-TARS as it was recorded, whichever program did: screens and replies in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.formats.actions.uitars_calls import Call, calls_in, split_reply
from themis.formats.bounds import MAX_STEPS
from themis.formats.chat.embedded import Embedded
from themis.formats.fields import items, number, record, text


@dataclass(slots=True, kw_only=True)
class Reply:
    """What the model answered to a screen."""

    said: str
    thought: str
    calls: list[Call]
    shown: list[int]
    is_parsed: bool = False  # by the program that recorded it: places are from 0 to 1
    error: str | None = None
    beside: dict[str, Json] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Run:
    """All of it, before coordinates are understood."""

    path: Path
    pictures: Embedded
    instruction: str = ""
    replies: list[Reply] = field(default_factory=list)
    last: list[int] = field(default_factory=list)  # pictures after the last reply
    about: dict[str, Json] = field(default_factory=dict)

    def show(self, held: Json) -> None:
        """A picture came in, as a placeholder or as the path of a file."""
        position = self.pictures.position(held, self.path.parent)
        if position is not None:
            self.last.append(position)

    def reply(self, said: str, parsed: list[Json], beside: dict[str, Json]) -> None:
        """The model answered."""
        if len(self.replies) >= MAX_STEPS:
            raise UnreadableTrajectory(f"{self.path}: more than {MAX_STEPS} replies; split the run")
        thought, marked = split_reply(said)
        calls = [_call(record(each)) for each in parsed] or (calls_in(said) if marked else [])
        thoughts = (text(record(each).get("thought")) for each in parsed)
        self.replies.append(
            Reply(
                said=said,
                thought=next(filter(None, thoughts), "") or thought,
                calls=calls,
                shown=self.last,
                is_parsed=bool(parsed),
                beside=beside,
            )
        )
        self.last = []


def _call(parsed: dict[str, Json]) -> Call:
    """A call that was taken apart already."""
    given = {name: _plain(held) for name, held in record(parsed.get("action_inputs")).items()}
    return Call(name=text(parsed.get("action_type")), given=given, raw=parsed)


def _plain(held: Json) -> str:
    if isinstance(held, list):
        return ",".join(str(each) for each in map(number, items(held)) if each is not None)
    return text(held)
