"""A job's stream of server-sent events: reading lines, and where to go on after a break."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from themis.client.answers import Event, Json, event_of
from themis.client.errors import RewardError, Unreachable, Unreadable
from themis.client.patience import PASSING, Patience
from themis.client.wire import Got, problem_of

SILENCE = 90.0  # seconds without a line, heartbeats included, after which a stream is given up
RETRY = 2.0  # seconds before the stream is opened again, where the server does not say
MOST_DATA = 2**20  # characters of one event


@dataclass
class EventReader:
    """Lines in, events out; `last` is the number to go on behind.

    What was told before a break and is told again after it is passed over, and a gap is an error.
    """

    last: int = 0
    retry: float = RETRY
    _kind: str = ""
    _number: str = ""
    _data: list[str] = field(default_factory=list)

    @property
    def headers(self) -> dict[str, str]:
        """What a request for the rest of the stream says."""
        return {"Accept": "text/event-stream", "Last-Event-ID": str(self.last)}

    def line(self, text: str) -> Event | None:
        """Take a line; an event, where one is complete with it."""
        name, _, value = text.partition(":")
        value = value.removeprefix(" ")
        if not text:
            return self._complete()
        if name == "event":
            self._kind = value
        elif name == "id":
            self._number = value
        elif name == "retry" and value.isdigit():
            self.retry = int(value) / 1000
        elif name == "data":
            self._data.append(value)
            if sum(map(len, self._data)) > MOST_DATA:
                raise Unreadable("an event without an end")
        return None

    def begin_again(self) -> None:
        """Forget what came of an event whose end was lost with the connection."""
        self._kind, self._number, self._data = "", "", []

    def _complete(self) -> Event | None:
        kind, number, data = self._kind, self._number, "\n".join(self._data)
        self.begin_again()
        if not data or not number.isdigit() or int(number) <= self.last:
            return None
        event = event_of(int(number), kind, _object(data))
        self.last = event.number
        return event


@dataclass
class Hearing:
    """One who listens behind number `last`, and how long a stream that breaks is taken up again."""

    last: int
    deadline: float  # seconds that it may stay broken
    reader: EventReader = field(init=False)
    patience: Patience | None = None
    n_tries: int = 0

    def __post_init__(self) -> None:
        self.reader = EventReader(self.last)

    def line(self, text: str) -> Event | None:
        """Take a line; an event, where one is complete. All that went wrong before is forgotten."""
        self.patience, self.n_tries = None, 0
        return self.reader.line(text)

    def pause(self, broken: Unreachable) -> float:
        """Seconds until the stream is opened again; raises what broke it once too often."""
        self.patience = self.patience or Patience(self.deadline)
        pause = self.patience.pause(self.n_tries, self.reader.retry)
        if pause is None:
            raise broken
        self.n_tries += 1
        self.reader.begin_again()
        return pause.seconds


def refusal(answer: Got) -> RewardError:
    """What it means that a stream was not opened; Unreachable where that may pass."""
    if answer.status in PASSING:
        return Unreachable(f"HTTP {answer.status} {answer.said}")
    return problem_of(answer)


def _object(data: str) -> dict[str, Json]:
    try:
        held = json.loads(data)
    except ValueError as error:
        raise Unreadable(f"an event that is no JSON: {data:.80}") from error
    if not isinstance(held, dict):
        raise Unreadable(f"an event that is no object: {data:.80}")
    return held
