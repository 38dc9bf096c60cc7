"""How a view says that it has no answer yet, and how long its asker may be held back for one.

No view waits. The front in front of Django reads `Themis-Wait` off such an answer, holds it back
and puts the same request again once the rewards are there, or sends it when the time is over.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse

from themis.api.replies import Refused
from themis.rewards.models import RequestStatus, RewardRequest

HEADER = "Themis-Wait"
RETRY_AFTER = 2  # seconds
LONGEST = 3600  # seconds that anybody is held back
_WAIT = re.compile(r"(?:^|[,;])\s*wait\s*=\s*\"?(\d{1,6})\"?\s*(?=$|[,;])", re.IGNORECASE)


def still_running(
    response: HttpResponse, rows: Sequence[RewardRequest], patience: int
) -> HttpResponse:
    """The answer that some rewards are still to come, as it may be held back for so many seconds.

    Of `rows`, those that are over already are not waited for.
    """
    response["Retry-After"] = str(RETRY_AFTER)
    awaited = sorted({row.pk for row in rows if not row.is_over})
    if patience > 0 and awaited:
        response[HEADER] = f"{patience}; {' '.join(awaited)}"
    return response


class StillRunning(Refused):
    """Rewards that are asked for and not there yet: 503, and how long the asker may be held."""

    def __init__(self, rows: Sequence[RewardRequest], patience: int) -> None:
        n_open = len({row.pk for row in rows if not row.is_over})
        which = "the reward is" if n_open == 1 else f"{n_open} rewards are"
        before = "before people" if _before_people(rows) else "still being worked out"
        super().__init__(503, "running", f"{which} {before}; ask again, it is one request")
        bare = still_running(HttpResponse(), rows, patience)
        for name in ("Retry-After", HEADER):
            if name in bare:
                self.reply.headers[name] = bare[name]


def patience_of(request: HttpRequest, usual: int) -> int:
    """Seconds that an asker may be held back: `Prefer: wait=N` if they say so, else the usual."""
    said = _WAIT.search(request.headers.get("Prefer", ""))
    return min(int(said[1]), LONGEST) if said else usual


def _before_people(rows: Sequence[RewardRequest]) -> bool:
    return all(row.is_over or row.status == RequestStatus.REVIEW for row in rows)
