"""Every way in which a reward is not to be had, by name.

RewardError
├── Invalid        a request that cannot be answered as it is; `field` names what is wrong
├── Refused        a key that does not open this, or has expired
├── NotPromised    a precision that the labels do not promise, or that was never measured
├── BudgetSpent    the job has used what it may use
├── Broken         the judging broke; asked again later it may do better
├── Unreachable    no answer of Themis' in the time there was
├── Unreadable     an answer that this client does not understand
├── StillRunning   no settled answer in the time there was; asking again goes on waiting
└── Doubtful       an undecided run, where the caller wanted a number and has named none

None of them is a TimeoutError or an OSError: several training frameworks take those for a reward
of 0. The text of each is meant for the person who can act on it.
"""

from __future__ import annotations


class RewardError(Exception):
    """The root. `code` is what Themis calls the problem, where Themis told of it."""

    def __init__(self, said: str, *, code: str = "") -> None:
        super().__init__(said)
        self.code = code


class Invalid(RewardError):
    """A request that cannot be answered as it is: sent again unchanged it is refused again."""

    def __init__(self, said: str, *, code: str = "invalid", field: str | None = None) -> None:
        super().__init__(said if field is None or field in said else f"{field}: {said}", code=code)
        self.field = field


class Refused(RewardError):
    """A key that is missing, unknown, expired or not allowed to do this."""


class NotPromised(RewardError):
    """A floor that cannot be kept: the labels do not support it, or there are none."""


class BudgetSpent(RewardError):
    """The job's calls, tokens or money are used up."""


class Broken(RewardError):
    """The judging broke, and did again as often as there was time to ask."""

    def __init__(self, said: str, *, code: str = "broken", trajectory: str | None = None) -> None:
        super().__init__(said, code=code)
        self.trajectory = trajectory


class Unreachable(RewardError):
    """Themis did not answer, or was too busy to, for as long as there was time to ask."""


class Unreadable(RewardError):
    """What was answered is not what Themis answers; nothing is made of it."""


class StillRunning(RewardError):
    """There was not time enough. What runs goes on, and asking again waits for the same run."""


class Doubtful(RewardError):
    """The run is undecided, and what an undecided run is worth was not said."""
