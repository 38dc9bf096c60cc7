"""What all adapters share: where to ask, and what an undecided run is worth to a trainer."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from themis.client import asking
from themis.client.answers import Answer, Settled
from themis.client.errors import Invalid, RewardError
from themis.client.references import trajectory_of

Undecided: TypeAlias = Literal["raise"] | float
"""Raise Doubtful, or train on this number, which is then somebody's choice."""

UndecidedOrNull: TypeAlias = Literal["raise", "null"] | float
"""As `Undecided`, or None, where the trainer leaves such rows out."""

FIRST = ("label", "labels", "ground_truth", "answer", "extra_info", "info", "metadata")
"""Names under which data sets keep what a reward function is to know."""

FROM_ENVIRONMENT = "THEMIS_UNDECIDED"


def undecided_of_environment() -> Undecided:
    """What THEMIS_UNDECIDED says, "raise" where it says nothing; raises Invalid."""
    said = os.environ.get(FROM_ENVIRONMENT, "raise")
    if said == "raise":
        return "raise"
    try:
        value = float(said)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise Invalid(f'{said!r:.40} is neither "raise" nor a number', field=FROM_ENVIRONMENT)
    return value


def worth(answer: Settled, undecided: Undecided) -> float:
    """The number to train on; raises Doubtful.

    What the job's policy says of undecided runs has come first: then `reward` is a number.
    """
    if answer.reward is None and undecided != "raise":
        return float(undecided)
    return asking.number_of(answer)


def worth_or_none(answer: Settled, undecided: UndecidedOrNull) -> float | None:
    """As `worth`, or None for a trainer that leaves such rows out."""
    if undecided == "null":
        return answer.reward
    return worth(answer, undecided)


def all_settled(answers: Sequence[Answer | RewardError], deadline: float) -> list[Settled]:
    """Every answer of a batch; raises the first error, so that no step trains on less."""
    return [asking.settled(answer, deadline) for answer in answers]


def trajectory_of_row(row: Mapping[str, object], completion: object) -> str:
    """The trajectory that a row of a data set names, or else the completion; raises Invalid."""
    named = [row[name] for name in FIRST if name in row]
    rest = [value for name, value in row.items() if name not in FIRST]
    return trajectory_of(*named, rest, completion, where="the row and the completion")


def rows_of(columns: Mapping[str, object], n: int) -> list[dict[str, object]]:
    """Rows from columns: every column that holds one value a completion."""
    held = {
        name: column
        for name, column in columns.items()
        if isinstance(column, Sequence) and not isinstance(column, str) and len(column) == n
    }
    return [{name: column[at] for name, column in held.items()} for at in range(n)]
