"""How long until a message is tried again, and how long its webhook is left alone."""

from __future__ import annotations

from datetime import timedelta

from themis.pipeline.posting import Answer

# After the first try, the second, and so on: 75 hours and a half in all.
SCHEDULE = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)
MAX_TRIES = len(SCHEDULE) + 1
LONGEST_ASKED = timedelta(hours=24)  # of a Retry-After
GONE = 410
THROTTLES = frozenset({429, 502, 503, 504})
STRIKES = 5  # failures of any kind in a row, after which a webhook is left alone, too
FIRST_QUIET, LONGEST_QUIET = timedelta(seconds=5), timedelta(minutes=5)
LONGEST_QUIET_ASKED = timedelta(hours=1)


def pause_after(tries: int, chance: float, asked: timedelta | None = None) -> timedelta | None:
    """How long until the next try, give or take a fifth by `chance` (0 to 1); None: no more.

    At least as long as the receiver asked for, a day at most.
    """
    if tries >= MAX_TRIES:
        return None
    pause = SCHEDULE[max(tries, 1) - 1] * (0.8 + 0.4 * chance)
    return max(pause, min(asked or timedelta(), LONGEST_ASKED))


def quiet_after(answer: Answer, failures: int, failing_for: timedelta) -> timedelta | None:
    """How long nothing is tried at a webhook whose last try failed, after `failures` others.

    As long as it has been failing already, within bounds, or as it asks for itself. None where the
    trouble may be the message's alone.
    """
    is_throttled = answer.status is None or answer.status in THROTTLES
    if is_throttled and answer.retry_after is not None:
        asked = timedelta(seconds=answer.retry_after)
        return max(FIRST_QUIET, min(asked, LONGEST_QUIET_ASKED))
    if not is_throttled and failures < STRIKES:
        return None
    return min(max(failing_for, FIRST_QUIET), LONGEST_QUIET)
