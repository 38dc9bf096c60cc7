"""The Judge: the outcome, from the whole evidence chain. Conservative, and no plain AND."""

from __future__ import annotations

from themis.critic.consult import Question
from themis.critic.contract import Text
from themis.critic.schema import hundredths, numbers_upto
from themis.critic.themis.chain import chain_text
from themis.critic.themis.hearing import PROMPTS, Hearing
from themis.critic.themis.replies import PLACES, CitedReply, JudgeReply
from themis.domain.evidence import Evidence, Round
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Trajectory
from themis.domain.verdict import Finding

ROLE = "judge"


async def decide(hearing: Hearing, rounds: tuple[Round, ...]) -> Finding:
    """The finding of the panel."""
    trajectory = hearing.trajectory
    facts = {
        "chain": hearing.fence.wrap("panel", chain_text(rounds)),
        "ranges": _ranges(trajectory),
    }
    question = Question(
        key=ROLE,
        role=ROLE,
        round=len(rounds),
        system=PROMPTS.system,
        parts=(hearing.run, Text(text=PROMPTS.question(ROLE, **facts))),
        reply=JudgeReply,
        schema=PROMPTS.schema(ROLE),
        check=lambda reply: _problem(reply, trajectory),
        limits=_limits(trajectory),
    )
    reply = (await hearing.ask(question)).reply
    return Finding(
        outcome=reply.outcome,
        confidence=reply.confidence,
        reason=reply.reason,
        rounds=rounds,
        evidence=tuple(_evidence(each) for each in reply.evidence),
    )


def _limits(trajectory: Trajectory) -> dict[str, Json]:
    return {
        "steps": numbers_upto(len(trajectory.steps), most=PLACES),
        "screens": numbers_upto(len(trajectory.screens), most=PLACES),
        "confidence": hundredths(),
    }


def _ranges(trajectory: Trajectory) -> str:
    return f"{_range('Steps', len(trajectory.steps))} {_range('Screens', len(trajectory.screens))}"


def _range(things: str, n: int) -> str:
    return f"{things} go from 1 to {n}." if n else f"{things}: none were recorded; cite none."


def _problem(reply: JudgeReply, trajectory: Trajectory) -> str | None:
    n_steps, n_screens = len(trajectory.steps), len(trajectory.screens)
    for each in reply.evidence:
        if any(step > n_steps for step in each.steps):
            return f"evidence cites a step that does not exist. {_range('Steps', n_steps)}"
        if any(screen > n_screens for screen in each.screens):
            return f"evidence cites a screen that does not exist. {_range('Screens', n_screens)}"
    return None


def _evidence(cited: CitedReply) -> Evidence:
    return Evidence(
        claim=cited.claim,
        stance=cited.stance,
        found_by=ROLE,
        steps=tuple(step - 1 for step in cited.steps),
        screens=tuple(screen - 1 for screen in cited.screens),
    )
