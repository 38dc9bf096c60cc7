"""How long a call goes on: one deadline for all it does, and pauses between tries."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from themis.client.errors import Unreachable
from themis.client.wire import Flow, Got, Lost, Pause, Send

PASSING = (429, 502, 503, 504)  # trouble that may be over when asked again
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 20.0  # seconds
SOONEST = 0.05  # seconds that are worth a request


@dataclass
class Patience:
    """What is left of a deadline. `clock` and `chance` are passed in by tests."""

    seconds: float
    clock: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random
    until: float = field(init=False)

    def __post_init__(self) -> None:
        self.until = self.clock() + self.seconds

    @property
    def left(self) -> float:
        """Seconds until the deadline; less than 0 behind it."""
        return self.until - self.clock()

    def pause(self, n_tries: int, wished: float | None) -> Pause | None:
        """How long to wait after a try in vain; None where the deadline comes first.

        Twice as long each time, but never less than the server wished, and no two callers alike.
        """
        grown = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(n_tries, 10))
        seconds = max(grown * (0.5 + self.chance() / 2), (wished or 0.0) * (1 + self.chance() / 4))
        return Pause(seconds) if seconds + SOONEST < self.left else None


def is_passing(got: Got) -> bool:
    """Whether the same request may do better later: trouble on the way, or a twin of it."""
    if got.status == 409:
        return got.body is not None and got.body.get("code") == "in_progress"
    return got.status in PASSING and not is_broken(got)


def is_broken(got: Got) -> bool:
    """Whether the judging broke, rather than the way to Themis."""
    return got.status == 503 and got.body is not None and got.body.get("status") == "broken"


def answered(send: Send, patience: Patience) -> Flow[Got]:
    """What Themis answers, tried again while that may help.

    Raises Unreachable where the deadline comes first. A judging that broke is an answer.
    """
    n_tries = 0
    while True:
        got = yield replace(send, seconds=max(SOONEST, min(send.seconds, patience.left)))
        if isinstance(got, Got) and not is_passing(got):
            return got
        pause = patience.pause(n_tries, got.retry_after if isinstance(got, Got) else None)
        if pause is None:
            raise Unreachable(_said(got, n_tries + 1, patience))
        yield pause
        n_tries += 1


def _said(got: Got | Lost | None, n_tries: int, patience: Patience) -> str:
    last = f"HTTP {got.status} {got.said}" if isinstance(got, Got) else got and got.said
    return f"no answer in {patience.seconds:g} s and {n_tries} tries; the last one: {last:.300}"
