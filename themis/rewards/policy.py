"""What an RL job is paid: by whom it is judged, how surely, and what becomes of doubt."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Literal, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from themis.domain.errors import UnfitPolicy
from themis.domain.jsontypes import Json

ALPHA = 0.05
MOST_CRITICS = 8
LONGEST = 30 * 24 * 3600  # seconds that a deadline may be away


class Policy(BaseModel):
    """The policy of an RL job. Two requests for one trajectory under one policy are one request."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    critics: tuple[Annotated[str, StringConstraints(min_length=1, max_length=40)], ...] = Field(
        default=(),
        max_length=MOST_CRITICS,
        description="Who judges; none: the team's default. Several judge each for themselves",
    )
    quorum: int | None = Field(
        default=None,
        ge=1,
        le=MOST_CRITICS,
        description="How many of several have to agree, more than half; none: all of them",
    )
    floor: float | None = Field(
        default=None, gt=0, lt=1, description="Precision that must be promised of what passes"
    )
    alpha: float = Field(
        default=ALPHA, gt=0, le=0.5, description="Chance that the promise of a floor is false"
    )
    undecided: Literal["null", "value", "review"] = Field(
        default="null",
        description="What becomes of an undecided run: no reward and a mask, a value, "
        "or a person decides first",
    )
    undecided_value: float | None = Field(
        default=None, allow_inf_nan=False, description='The value, where undecided is "value"'
    )
    dense: bool = Field(default=False, description="With feedback on every milestone and step")
    corrected: bool = Field(
        default=False,
        description="The reward without the judge's bias, where the judge was measured",
    )
    redeliver: bool = Field(
        default=True, description="Whether a person's ruling afterwards amends the reward"
    )
    deadline: float | None = Field(
        default=None, gt=0, le=LONGEST, description="Seconds after which there has to be an answer"
    )
    at_deadline: Literal["null", "value", "broken"] = Field(
        default="null", description="The answer at the deadline"
    )
    deadline_value: float | None = Field(
        default=None, allow_inf_nan=False, description='The value, where at_deadline is "value"'
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Policy:
        if len(set(self.critics)) < len(self.critics):
            raise _unfit("critics", "each critic is named once")
        n = len(self.critics)
        if self.quorum is not None and not n / 2 < self.quorum <= max(n, 1):
            raise _unfit("quorum", "more than half of the critics, and not more than there are")
        if self.floor is not None and n > 1:
            raise _unfit("floor", "is promised of one critic; name one, or leave the floor out")
        if self.floor is not None and self.corrected:
            raise _unfit("corrected", "a floor pays 1 or nothing; leave one of the two out")
        if self.corrected and n > 1:
            raise _unfit("corrected", "is known of one critic; name one")
        if (self.undecided == "value") != (self.undecided_value is not None):
            raise _unfit("undecided_value", 'goes with undecided "value", and with nothing else')
        if (self.at_deadline == "value") != (self.deadline_value is not None):
            raise _unfit("deadline_value", 'goes with at_deadline "value", and with nothing else')
        return self

    @property
    def needed(self) -> int:
        """How many critics have to agree."""
        return self.quorum or max(1, len(self.critics))

    @property
    def columns(self) -> dict[str, Json]:
        """As a row keeps it: only what differs from the default."""
        return cast("dict[str, Json]", self.model_dump(mode="json", exclude_defaults=True))

    def digest(self, job: int | None) -> str:
        """What makes two requests for a trajectory the same."""
        said = json.dumps([job, self.columns], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(said.encode()).hexdigest()


def read_policy(given: Mapping[str, Json]) -> Policy:
    """The policy that is given; raises UnfitPolicy with what is wrong of each field."""
    try:
        return Policy.model_validate(given)
    except ValidationError as error:
        fields = {_field(each["loc"], each["type"]): _said(each["msg"]) for each in error.errors()}
        raise UnfitPolicy(fields) from None


def _unfit(field: str, said: str) -> PydanticCustomError:
    return PydanticCustomError(field, said)


def _field(loc: tuple[int | str, ...], kind: str) -> str:
    return ".".join(str(part) for part in loc) or kind


def _said(message: str) -> str:
    return message[:1].lower() + message[1:]
