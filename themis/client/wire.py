"""What goes over the wire and what comes back, as values: nothing here sends anything."""

from __future__ import annotations

import json
import uuid
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias, TypeVar

from themis.client.answers import Json
from themis.client.errors import (
    Broken,
    BudgetSpent,
    Invalid,
    NotPromised,
    Refused,
    RewardError,
    Unreadable,
)

T = TypeVar("T")
NOT_PROMISED = ("not_promised", "not_measured")
KEY_HEADER = "Idempotency-Key"


@dataclass(frozen=True)
class Send:
    """A request; `seconds` is how long its answer is waited for."""

    method: str
    path: str
    json: Json = None
    fields: Mapping[str, str] = field(default_factory=dict)
    files: tuple[tuple[str, Path], ...] = ()  # name and where it lies
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 30.0


@dataclass(frozen=True)
class Pause:
    """Nothing to send for so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Got:
    """An answer; `body` is None where it is no JSON object."""

    status: int
    headers: Mapping[str, str]
    body: dict[str, Json] | None
    said: str = ""  # its beginning, for messages

    @property
    def retry_after(self) -> float | None:
        """The seconds that the server asks for; None where it does not say, or says a date."""
        said = self.headers.get("retry-after", "")
        return float(said) if said.isdigit() else None


@dataclass(frozen=True)
class Lost:
    """No answer: the connection was refused, broke, or took too long."""

    said: str


Flow: TypeAlias = Generator[Send | Pause, Got | Lost | None, T]
"""What a call does, step by step; `Themis` carries it out, and `AsyncThemis` the same one."""


def new_key() -> str:
    """An idempotency key of one question."""
    return uuid.uuid4().hex


def problem_of(got: Got) -> RewardError:
    """What an answer means that is none of 200, 201 and 202."""
    if got.body is None or not isinstance(got.body.get("error"), str):
        return Unreadable(f"HTTP {got.status}, and not from Themis: {got.said!r}")
    return told(got.body, status=got.status)


def told(body: Mapping[str, Json], *, status: int) -> RewardError:
    """The error that a JSON object tells of."""
    code, said = str(body.get("code", "")), str(body.get("error", ""))
    named = body.get("field")
    if status == 402 or code == "budget_spent":
        return BudgetSpent(said, code=code)
    if status in (401, 403):
        return Refused(said, code=code)
    if code in NOT_PROMISED:
        return NotPromised(said, code=code)
    if body.get("status") == "broken" or status >= 500:
        return Broken(said, code=code, trajectory=str(body.get("trajectory") or "") or None)
    return Invalid(said, code=code, field=named if isinstance(named, str) else None)


def as_field(value: Json) -> str:
    """A value as a form holds it: text as it is, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value)
