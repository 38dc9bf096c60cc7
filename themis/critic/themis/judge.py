"""The Judge: the outcome, from the whole evidence chain. Conservative, and no plain AND."""

from __future__ import annotations

from themis.critic.consult import Question
from themis.critic.contract import Text
from themis.critic.examination.findings import confidence_in
from themis.critic.schema import hundredths, null_or_one_of, numbers_upto, one_of
from themis.critic.themis.chain import chain_parts
from themis.critic.themis.hearing import PROMPTS, Hearing
from themis.critic.themis.replies import PLACES, CitedReply, ClassReply, JudgeReply
from themis.domain.evidence import Evidence, Round
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Trajectory
from themis.domain.verdict import ErrorClass, Finding, Outcome

ROLE = "judge"
CLASS = "judge_class"


async def decide(hearing: Hearing, rounds: tuple[Round, ...], *, key: str = ROLE) -> Finding:
    """The finding of the panel; `key` tells one Judge's turn of a case from another."""
    trajectory = hearing.trajectory
    question = Question(
        key=key,
        role=ROLE,
        round=len(rounds),
        system=PROMPTS.system,
        parts=(
            *hearing.whole(ROLE),
            *(chain_parts(hearing.fence, rounds) or (Text(text="No milestone was chosen."),)),
            Text(text=PROMPTS.question(ROLE, ranges=_ranges(trajectory))),
        ),
        reply=JudgeReply,
        schema=PROMPTS.schema(ROLE),
        check=lambda reply: _problem(reply, trajectory),
        limits=_limits(trajectory),
        weighed="outcome",
    )
    answer = await hearing.ask(question)
    reply = answer.reply
    hearing.notice((len(rounds) + 1, key), reply.instructs, ROLE)
    return Finding(
        outcome=reply.outcome,
        confidence=confidence_in(reply.outcome, reply.confidence, answer.chances),
        reason=reply.reason,
        rounds=rounds,
        evidence=tuple(_evidence(each) for each in reply.evidence),
        error_class=await _class(hearing, question, reply),
        injections=hearing.notices.merged(),
    )


def _limits(trajectory: Trajectory) -> dict[str, Json]:
    return {
        "steps": numbers_upto(len(trajectory.steps), most=PLACES),
        "screens": numbers_upto(len(trajectory.screens), most=PLACES),
        "error_class": null_or_one_of([each.value for each in ErrorClass]),
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


async def _class(
    hearing: Hearing, question: Question[JudgeReply], reply: JudgeReply
) -> ErrorClass | None:
    """The class that fits the outcome; where a failed run was given none, the Judge is asked.

    Asking only for it spares the verdict: no form can say that two fields have to fit.
    """
    held = reply.error_class
    if reply.outcome is not Outcome.FAILED:
        fits = reply.outcome is Outcome.PASSED and held is not None and not held.is_failure
        return held if fits else None
    if held is not None and held.is_failure:
        return held
    failures = [each.value for each in ErrorClass if each.is_failure]
    said = hearing.fence.wrap("panel", reply.reason)
    asked = Question(
        key=f"{question.key}/class",
        role=ROLE,
        round=question.round,
        system=question.system,
        parts=(*question.parts[:-1], Text(text=PROMPTS.question(CLASS, reason=said))),
        reply=ClassReply,
        schema=PROMPTS.schema(CLASS),
        check=lambda found: None if found.error_class.is_failure else "that is no class of failure",
        limits={"error_class": one_of(failures)},
    )
    return (await hearing.ask(asked)).reply.error_class


def _evidence(cited: CitedReply) -> Evidence:
    return Evidence(
        claim=cited.claim,
        stance=cited.stance,
        found_by=ROLE,
        steps=tuple(step - 1 for step in cited.steps),
        screens=tuple(screen - 1 for screen in cited.screens),
    )
