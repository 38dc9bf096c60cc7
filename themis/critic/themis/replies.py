"""The replies of the panel's roles, typed and bounded; reasons come before conclusions."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from themis.critic.examination.addressed import Instructs
from themis.domain.evidence import ObjectionKind, Stance
from themis.domain.verdict import ErrorClass, Outcome

MILESTONES = 8
OBJECTIONS = 8
SEEN = 4
CITED = 8
PLACES = 12
SHARED = 4  # milestones in one call

Id = Annotated[str, StringConstraints(max_length=4)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Goal = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Quote = Annotated[str, StringConstraints(max_length=200)]
Number = Annotated[int, Field(ge=1)]
Numbers = Annotated[list[Number], Field(max_length=PLACES)]


class MilestoneReply(BaseModel):
    step: Number
    why: Goal
    goal: Goal


class SelectorReply(BaseModel):
    milestones: Annotated[list[MilestoneReply], Field(min_length=1, max_length=MILESTONES)]


class SeenReply(BaseModel):
    claim: Line
    stance: Stance
    screen: Literal["before", "after"] | None
    quote: Quote | None


class VerifierReply(BaseModel):
    feedback: Annotated[str, StringConstraints(min_length=1, max_length=800)]
    evidence: Annotated[list[SeenReply], Field(max_length=SEEN)]
    instructs: Instructs = None
    achieved: bool | None


class CheckReply(BaseModel):
    milestone: Id
    found: VerifierReply


class SharedReply(BaseModel):
    checks: Annotated[list[CheckReply], Field(min_length=1, max_length=SHARED)]


class ObjectionReply(BaseModel):
    kind: ObjectionKind
    text: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    milestone: Id | None
    steps: Numbers


class ReviewerReply(BaseModel):
    reasoning: Annotated[str, StringConstraints(max_length=1500)]
    instructs: Instructs = None
    objections: Annotated[list[ObjectionReply], Field(max_length=OBJECTIONS)]


class CitedReply(BaseModel):
    claim: Line
    stance: Stance
    steps: Numbers
    screens: Numbers


class JudgeReply(BaseModel):
    reason: Annotated[str, StringConstraints(min_length=1, max_length=1500)]
    evidence: Annotated[list[CitedReply], Field(max_length=CITED)]
    instructs: Instructs = None
    error_class: ErrorClass | None = None
    outcome: Outcome
    confidence: Annotated[float, Field(ge=0, le=1)]


class ClassReply(BaseModel):
    reason: Line
    error_class: ErrorClass
