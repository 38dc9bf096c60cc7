"""The Reviewer: a strict critic who looks for what the case so far overlooks."""

from __future__ import annotations

from themis.critic.consult import Question
from themis.critic.contract import Text
from themis.critic.schema import numbers_upto, one_of_or_null
from themis.critic.themis.chain import chain_parts
from themis.critic.themis.hearing import PROMPTS, Hearing
from themis.critic.themis.replies import PLACES, ReviewerReply
from themis.domain.evidence import Objection, Round

ROLE = "reviewer"


async def review(hearing: Hearing, rounds: tuple[Round, ...]) -> tuple[Objection, ...]:
    """What is held against the last round; nothing when the Reviewer is satisfied."""
    last = rounds[-1]
    n_steps = len(hearing.trajectory.steps)
    key = f"{ROLE}/{last.number}"
    question = Question(
        key=key,
        role=ROLE,
        round=last.number,
        system=PROMPTS.system,
        parts=(
            *hearing.whole(ROLE),
            *chain_parts(hearing.fence, rounds),
            Text(text=PROMPTS.question(ROLE, n_steps=str(n_steps))),
        ),
        reply=ReviewerReply,
        schema=PROMPTS.schema(ROLE),
        check=lambda reply: _problem(reply, last, n_steps),
        limits={
            "milestone": one_of_or_null([milestone.id for milestone in last.milestones]),
            "steps": numbers_upto(n_steps, most=PLACES),
        },
    )
    reply = (await hearing.ask(question)).reply
    hearing.notice((last.number, key), reply.instructs, ROLE)
    return _objections(reply)


def _problem(reply: ReviewerReply, last: Round, n_steps: int) -> str | None:
    ids = [milestone.id for milestone in last.milestones]
    for objection in reply.objections:
        if objection.milestone is not None and objection.milestone not in ids:
            return f"an objection's milestone must be null or one of {', '.join(ids)}"
        if any(step > n_steps for step in objection.steps):
            return f"an objection's step is out of range: steps go from 1 to {n_steps}"
    return None


def _objections(reply: ReviewerReply) -> tuple[Objection, ...]:
    return tuple(
        Objection(
            kind=each.kind,
            text=each.text,
            milestone=each.milestone,
            steps=tuple(step - 1 for step in each.steps),
        )
        for each in reply.objections
    )
