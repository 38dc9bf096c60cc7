"""A circuit breaker: an endpoint that fails again and again is left alone for a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

FAILURES = 5  # in a row
LASTING = 10.0  # seconds over which they have to come: a short fault fails many calls at once
FIRST_REST = 30.0  # seconds
LONGEST_REST = 300.0
LOOK_AGAIN = 1.0  # seconds until somebody asks how the probe went


@dataclass
class Breaker:
    """Closed while calls pass. It opens after failures in a row; later one call probes.

    A probe that fails opens it for twice as long, one that passes closes it.
    """

    failures: int = FAILURES
    lasting: float = LASTING
    clock: Callable[[], float] = field(default=time.monotonic, repr=False)
    cause: str = ""  # of the last failure

    def __post_init__(self) -> None:
        self._in_a_row = 0
        self._since = 0.0  # the first of them
        self._rest = FIRST_REST
        self._until: float | None = None  # None: closed
        self._probing = False

    @property
    def is_open(self) -> bool:
        """Whether calls are held back."""
        return self._until is not None

    def rest(self) -> float:
        """Seconds until a call may go; 0.0: now."""
        if self._until is None:
            return 0.0
        if self._probing:
            return LOOK_AGAIN
        return max(self._until - self.clock(), 0.0)

    def admits(self) -> bool:
        """Whether this call may go. Say afterwards how it went: it may be the probe."""
        if self._until is None:
            return True
        if self.rest() > 0:
            return False
        self._probing = True
        return True

    def passed(self) -> None:
        """The endpoint answered."""
        self._in_a_row, self._until, self._probing, self._rest = 0, None, False, FIRST_REST

    def failed(self, cause: str) -> bool:
        """The endpoint failed; whether that opened the circuit."""
        now, self.cause = self.clock(), cause
        if self._until is not None:
            return self._reopen(now)
        if not self._in_a_row:
            self._since = now
        self._in_a_row += 1
        if self._in_a_row < self.failures or now - self._since < self.lasting:
            return False
        self._until = now + self._rest
        return True

    def _reopen(self, now: float) -> bool:
        """Calls that were under way when it opened say nothing new; a probe does."""
        if not self._probing:
            return False
        self._probing = False
        self._rest = min(self._rest * 2, LONGEST_REST)
        self._until = now + self._rest
        return True

    def given_up(self) -> None:
        """The call ended without an answer, for a reason of the asker's own."""
        self._probing = False
