"""A client for rewards: `Themis` waits, `AsyncThemis` does other things meanwhile.

It needs httpx, and nothing else of Themis: programs that train install it alone.
"""

from __future__ import annotations

from themis.client.aio import AsyncThemis
from themis.client.answers import Answer, Event, Opinion, Running, Settled
from themis.client.asking import Ask
from themis.client.errors import (
    Broken,
    BudgetSpent,
    Doubtful,
    Invalid,
    NotPromised,
    Refused,
    RewardError,
    StillRunning,
    Unreachable,
    Unreadable,
)
from themis.client.place import Place
from themis.client.references import trajectory_in
from themis.client.submitting import Submission
from themis.client.sync import Themis

__all__ = [
    "Answer",
    "Ask",
    "AsyncThemis",
    "Broken",
    "BudgetSpent",
    "Doubtful",
    "Event",
    "Invalid",
    "NotPromised",
    "Opinion",
    "Place",
    "Refused",
    "RewardError",
    "Running",
    "Settled",
    "StillRunning",
    "Submission",
    "Themis",
    "Unreachable",
    "Unreadable",
    "trajectory_in",
]
