"""The replies that WebJudge asks for before its verdict."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

KEY_POINTS = 12
BEST = 5  # of the scale of relevance

Point = Annotated[str, StringConstraints(min_length=1, max_length=300)]


class KeyPointsReply(BaseModel):
    points: Annotated[list[Point], Field(min_length=1, max_length=KEY_POINTS)]


class RelevanceReply(BaseModel):
    reasoning: Annotated[str, StringConstraints(max_length=500)]
    score: Annotated[int, Field(ge=1, le=BEST)]
