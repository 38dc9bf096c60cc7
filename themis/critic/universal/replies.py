"""The replies that the universal verifier asks for."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from themis.critic.examination.addressed import Instructs

CRITERIA = 8
BATCH = 16  # more screens than are rated in one call
BEST = 5
CITED = 6

Score = Annotated[int, Field(ge=1, le=BEST)]
Number = Annotated[int, Field(ge=1)]


class Kind(StrEnum):
    """What a criterion speaks of."""

    OUTCOME = "outcome"
    PROCESS = "process"


class CriterionReply(BaseModel):
    criterion: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    kind: Kind
    visible: bool


class RubricReply(BaseModel):
    criteria: Annotated[list[CriterionReply], Field(min_length=1, max_length=CRITERIA)]


class RowReply(BaseModel):
    note: Annotated[str, StringConstraints(max_length=200)]
    scores: Annotated[list[Score], Field(max_length=CRITERIA)]


class RowsReply(BaseModel):
    rows: Annotated[list[RowReply], Field(max_length=BATCH)]


class ScoreReply(BaseModel):
    seen: Annotated[str, StringConstraints(min_length=1, max_length=400)]
    screens: Annotated[list[Number], Field(max_length=CITED)]
    met: bool | None
    cause: Literal["agent", "environment"] | None


class ScoresReply(BaseModel):
    instructs: Instructs = None
    points: Annotated[list[ScoreReply], Field(max_length=CRITERIA)]
    reason: Annotated[str, StringConstraints(min_length=1, max_length=1200)]
    confidence: Annotated[float, Field(ge=0, le=1)]
