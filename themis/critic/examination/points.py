"""A verdict point by point: what is seen of each demand, and what follows of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from themis.critic.consult import Answer
from themis.critic.examination.addressed import Instructs, reports
from themis.critic.examination.findings import confidence_in, positions, stance
from themis.critic.examination.frames import Frame
from themis.critic.schema import array_of, hundredths, json_schema, narrowed, numbers_among
from themis.domain.evidence import Evidence, Milestone, Round, Verification
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Trajectory
from themis.domain.verdict import Finding, Outcome

POINTS = 16
CITED = 6

Number = Annotated[int, Field(ge=1)]


class PointReply(BaseModel):
    seen: Annotated[str, StringConstraints(min_length=1, max_length=400)]
    screens: Annotated[list[Number], Field(max_length=CITED)]
    met: bool | None


class PointsReply(BaseModel):
    instructs: Instructs = None
    points: Annotated[list[PointReply], Field(max_length=POINTS)]
    reason: Annotated[str, StringConstraints(min_length=1, max_length=1500)]
    outcome: Outcome
    confidence: Annotated[float, Field(ge=0, le=1)]


def numbered(demands: Sequence[str]) -> str:
    """The demands with their numbers, each on one line whatever stands in it."""
    return "\n".join(
        f"{number}. {' '.join(each.split())}" for number, each in enumerate(demands, start=1)
    )


def numbers(frames: Sequence[Frame]) -> list[int]:
    """The numbers of the screens that are shown, as a model may cite them."""
    return [frame.position + 1 for frame in frames]


def limits(n_points: int, frames: Sequence[Frame]) -> dict[str, Json]:
    """What one case allows: exactly so many points, and only the screens that are shown."""
    cited: dict[str, Json] = {"screens": numbers_among(numbers(frames), most=CITED)}
    point = narrowed(json_schema(PointReply), cited)
    return {
        "points": array_of(point, least=n_points, most=n_points),
        "confidence": hundredths(),
    }


def problem(reply: PointsReply, n_points: int, frames: Sequence[Frame]) -> str | None:
    """What is wrong with a reply of the right form."""
    if len(reply.points) != n_points:
        return f"there are {n_points} points, and `points` has one entry for each, in their order"
    if any(cited not in numbers(frames) for each in reply.points for cited in each.screens):
        return "a point cites a screen that is not shown"
    if reply.outcome is Outcome.PASSED and any(each.met is False for each in reply.points):
        return "outcome is passed, but a point is not met"
    return None


def chain(demands: Sequence[Milestone], reply: PointsReply, *, found_by: str) -> Round:
    """The round in which each demand is verified by its point."""
    return Round(
        number=1,
        milestones=tuple(demands),
        verifications=tuple(
            Verification(
                milestone=demand.id,
                achieved=point.met,
                feedback=point.seen,
                evidence=_evidence(point, found_by),
            )
            for demand, point in zip(demands, reply.points, strict=True)
        ),
        reviewed=True,
    )


def finding(
    answer: Answer[PointsReply],
    rounds: tuple[Round, ...],
    frames: Sequence[Frame],
    run: Trajectory,
    evidence: tuple[Evidence, ...] = (),
) -> Finding:
    """What the reply concludes of a run of which these frames were shown."""
    reply = answer.reply
    return Finding(
        outcome=reply.outcome,
        confidence=confidence_in(reply.outcome, reply.confidence, answer.chances),
        reason=reply.reason,
        rounds=rounds,
        evidence=evidence,
        injections=reports(reply.instructs, run, found_by="verdict", screens=positions(frames)),
    )


def _evidence(point: PointReply, found_by: str) -> tuple[Evidence, ...]:
    if point.met is None:
        return ()
    screens = tuple(dict.fromkeys(number - 1 for number in point.screens))
    return (
        Evidence(claim=point.seen, stance=stance(point.met), found_by=found_by, screens=screens),
    )
