"""What Themis answers, typed: settled or still running. All else is an error, see errors.py."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, Union, cast

from themis.client.errors import Unreadable

Json: TypeAlias = Union[bool, int, float, str, "list[Json]", "dict[str, Json]", None]
Status = Literal["final", "undecided"]


@dataclass(frozen=True)
class Opinion:
    """What one critic said."""

    critic: str
    outcome: str
    critic_version: str = ""
    model: str | None = None
    confidence: float | None = None
    verdict: int | None = None
    evidence: str | None = None


@dataclass(frozen=True)
class Settled:
    """A reward that will not change, unless a person's ruling amends it (`version` counts up).

    `reward` is a number whenever `status` is "final". Undecided it is None with `mask` true, or
    the number that the policy names for that.
    """

    id: str
    trajectory: str
    status: Status
    outcome: str | None
    reward: float | None
    mask: bool
    source: str
    confidence: float | None = None
    job: str | None = None
    verdicts: tuple[Opinion, ...] = ()
    step_rewards: tuple[float, ...] | None = None
    version: int = 1
    amended: bool = False
    settled_at: str | None = None
    meta: Mapping[str, Json] = field(default_factory=dict)
    body: Mapping[str, Json] = field(default_factory=dict, repr=False)
    """The whole answer, with what has no name above: promise, corrected, feedback, injections."""

    @property
    def evidence(self) -> str | None:
        """The address of the page that shows why, of the first critic."""
        return next((each.evidence for each in self.verdicts if each.evidence), None)

    @property
    def is_decided(self) -> bool:
        """Whether the run passed or failed for sure."""
        return self.status == "final"


@dataclass(frozen=True)
class Running:
    """No answer yet. Asking again waits for the same run."""

    id: str
    trajectory: str
    waits_for: str
    retry_after: float
    body: Mapping[str, Json] = field(default_factory=dict, repr=False)


Answer: TypeAlias = Settled | Running


@dataclass(frozen=True)
class Event:
    """Something that a job's stream tells; `number` is gapless within the job."""

    number: int
    kind: str  # final | undecided | broken | amended
    answer: Settled | None  # None of a broken one
    body: Mapping[str, Json] = field(default_factory=dict, repr=False)


def settled_of(body: Mapping[str, Json]) -> Settled:
    """A settled answer from its JSON; raises Unreadable where the reward would be a guess."""
    status = body.get("status")
    if status not in ("final", "undecided"):
        raise Unreadable(f"an answer that is neither settled nor running: {_short(body)}")
    reward = number_in(body, "reward")
    mask = body.get("mask", reward is None)
    if status == "final" and (reward is None or mask):
        raise Unreadable(f"a final answer without a reward: {_short(body)}")
    if not isinstance(mask, bool) or mask is not (reward is None):
        raise Unreadable(f"an answer whose mask and reward contradict each other: {_short(body)}")
    return Settled(
        id=_text(body, "id"),
        trajectory=_text(body, "trajectory"),
        status=cast(Status, status),
        outcome=_text(body, "outcome") or None,
        reward=reward,
        mask=mask,
        source=_text(body, "source"),
        confidence=number_in(body, "confidence"),
        job=_text(body, "job") or None,
        verdicts=_opinions(body.get("verdicts")),
        step_rewards=_numbers(body.get("step_rewards")),
        version=int(number_in(body, "version") or 1),
        amended=body.get("amended") is True,
        settled_at=_text(body, "settled_at") or None,
        meta=_object(body.get("meta")),
        body=body,
    )


def running_of(body: Mapping[str, Json], retry_after: float) -> Running:
    """An answer that says to ask again."""
    return Running(
        id=_text(body, "id"),
        trajectory=_text(body, "trajectory"),
        waits_for=_text(body, "waits_for") or "judge",
        retry_after=retry_after,
        body=body,
    )


def event_of(number: int, kind: str, body: Mapping[str, Json]) -> Event:
    """An event of a job's stream; raises Unreadable as `settled_of`."""
    return Event(number, kind, None if kind == "broken" else settled_of(body), body)


def number_in(body: Mapping[str, Json], name: str) -> float | None:
    """A finite number or None; raises Unreadable for all else, true and false included."""
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise Unreadable(f"{name}: {value!r:.80} is no number")
    return float(value)


def _text(body: Mapping[str, Json], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _object(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


def _numbers(value: Json) -> tuple[float, ...] | None:
    if not isinstance(value, list):
        return None
    held = [number_in({"step_rewards": each}, "step_rewards") for each in value]
    return tuple(each for each in held if each is not None) if None not in held else None


def _opinions(value: Json) -> tuple[Opinion, ...]:
    held = value if isinstance(value, list) else []
    return tuple(_opinion(each) for each in held if isinstance(each, dict))


def _opinion(body: Mapping[str, Json]) -> Opinion:
    verdict = number_in(body, "verdict")
    return Opinion(
        critic=_text(body, "critic"),
        outcome=_text(body, "outcome"),
        critic_version=_text(body, "critic_version"),
        model=_text(body, "model") or None,
        confidence=number_in(body, "confidence"),
        verdict=None if verdict is None else int(verdict),
        evidence=_text(body, "evidence") or None,
    )


def _short(body: Mapping[str, Json]) -> str:
    return f"{dict(body)!r:.200}"
