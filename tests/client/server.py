"""A recorded Themis for the client's tests: it answers in order and keeps what it heard."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TypeVar, cast

import httpx

from themis.client import AsyncThemis, Place, Themis
from themis.client.answers import Json
from themis.client.patience import Patience
from themis.client.wire import Flow, Got, Lost, Pause, Send

PLACE = Place("http://themis.test", "thk_secret", job="gui", deadline=30.0)
RUN = "4f0k2mwq8r1c"
FINAL: dict[str, Json] = {
    "id": "rw_1",
    "trajectory": RUN,
    "job": "gui",
    "status": "final",
    "outcome": "passed",
    "reward": 1.0,
    "mask": False,
    "source": "verdict",
    "confidence": 0.9,
    "verdicts": [{"critic": "themis", "outcome": "passed", "verdict": 7, "confidence": 0.9}],
    "version": 1,
    "amended": False,
    "settled_at": "2026-11-26T10:00:00+00:00",
    "meta": {},
}
UNDECIDED: dict[str, Json] = {
    **FINAL,
    "status": "undecided",
    "outcome": "undecided",
    "reward": None,
    "mask": True,
}
RUNNING: dict[str, Json] = {
    "id": "rw_1",
    "trajectory": RUN,
    "job": "gui",
    "status": "running",
    "waits_for": "judge",
}
BROKEN: dict[str, Json] = {
    "id": "rw_1",
    "trajectory": RUN,
    "status": "broken",
    "code": "model_unavailable",
    "error": "the model did not answer",
}
Said = httpx.Response | Exception
T = TypeVar("T")


def says(status: int, body: Json = None, **headers: str) -> httpx.Response:
    """An answer in JSON."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json=body, headers=named)


@dataclass
class Recorded:
    """Gives its answers in order, the last one again and again."""

    answers: list[Said]
    heard: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """The next answer."""
        request.read()
        self.heard.append(request)
        said = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(said, Exception):
            raise said
        return httpx.Response(said.status_code, content=said.content, headers=said.headers)

    async def later(self, request: httpx.Request) -> httpx.Response:
        """The same for a client that waits asynchronously."""
        return self(request)

    @property
    def bodies(self) -> list[Json]:
        """What the requests said."""
        return [json.loads(request.content) for request in self.heard if request.content]

    @property
    def transport(self) -> httpx.MockTransport:
        """In a client's place of a network."""
        return httpx.MockTransport(self)

    def client(self, place: Place = PLACE) -> Themis:
        """One that asks here."""
        return Themis(place, transport=self.transport)

    def async_client(self, place: Place = PLACE) -> AsyncThemis:
        """One that asks here."""
        return AsyncThemis(place, transport=httpx.MockTransport(self.later))


@dataclass
class Clock:
    """Time that passes only where somebody pauses or an answer takes its time."""

    now: float = 1000.0
    pauses: list[float] = field(default_factory=list)
    sends: list[Send] = field(default_factory=list)

    def patience(self, seconds: float) -> Patience:
        """A deadline by this clock; every pause is as long as it may be."""
        return Patience(seconds, clock=lambda: self.now, chance=lambda: 1.0)

    def carry(self, flow: Flow[T], *answers: Got | Lost, taking: float = 0.0) -> T:
        """What comes of a call that gets these answers, the last again and again.

        An answer that was to be held back takes as long as it was to, or `taking`.
        """
        left, outcome = list(answers), None
        while True:
            try:
                step = flow.send(outcome)
            except StopIteration as done:
                return cast("T", done.value)
            outcome = None
            if isinstance(step, Pause):
                self.pauses.append(step.seconds)
                self.now += step.seconds
            else:
                self.sends.append(step)
                self.now += taking
                outcome = left.pop(0) if len(left) > 1 else left[0]


def got(status: int, body: dict[str, Json] | None = None, **headers: str) -> Got:
    """An answer, as a flow gets it."""
    return Got(status, {name.replace("_", "-"): said for name, said in headers.items()}, body, "…")
