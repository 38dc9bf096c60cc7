"""The Verifier: whether milestones were reached, by what the recording shows around their steps.

One call a milestone, as published, or one for several whose screens overlap.
"""

from __future__ import annotations

from collections.abc import Sequence

from themis.critic.consult import Question
from themis.critic.contract import Image, Text
from themis.critic.schema import array_of, json_schema, narrowed, one_of, one_of_or_null
from themis.critic.sight import Sight
from themis.critic.themis.exhibits import ROLE
from themis.critic.themis.hearing import PROMPTS, Hearing
from themis.critic.themis.matters import Matter, facts_of
from themis.critic.themis.replies import CheckReply, SeenReply, SharedReply, VerifierReply
from themis.domain.evidence import Evidence, Milestone, Stance, Verification
from themis.domain.jsontypes import Json

SHARED = "verifier_shared"


async def verify(hearing: Hearing, number: int, matters: Sequence[Matter]) -> list[Verification]:
    """Check milestones of round `number` in one call."""
    if len(matters) == 1:
        return [await _verify_one(hearing, number, matters[0])]
    return await _verify_together(hearing, number, matters)


async def _verify_one(hearing: Hearing, number: int, matter: Matter) -> Verification:
    milestone = matter.check.milestone
    key = f"{ROLE}/{number}/{milestone.id}"
    names = matter.exhibit.names
    question = Question(
        key=key,
        role=ROLE,
        round=number,
        system=PROMPTS.system,
        parts=(
            *hearing.front(ROLE),
            *matter.parts,
            Text(text=PROMPTS.question(ROLE, **facts_of(hearing, matter))),
        ),
        reply=VerifierReply,
        schema=PROMPTS.schema(ROLE),
        check=lambda reply: _problem(reply, names),
        limits={"screen": one_of_or_null(names)},
    )
    reply = (await hearing.ask(question)).reply
    _notice(hearing, number, key, matter, reply)
    return _verification(matter, reply)


async def _verify_together(
    hearing: Hearing, number: int, matters: Sequence[Matter]
) -> list[Verification]:
    ids = [matter.check.milestone.id for matter in matters]
    key = f"{ROLE}/{number}/{'+'.join(ids)}"
    parts: list[Text | Image] = []
    for matter in matters:
        facts = facts_of(hearing, matter)
        lead = Text(text=f"About {matter.check.milestone.id}, at step {facts['step']}:")
        told = Text(text="\n".join((facts["evidence"], facts["milestone"], facts["objections"])))
        parts += [lead, *matter.parts, told]
    question = Question(
        key=key,
        role=ROLE,
        round=number,
        system=PROMPTS.system,
        parts=(
            *hearing.front(ROLE),
            *parts,
            Text(text=PROMPTS.question(SHARED, milestones=", ".join(ids))),
        ),
        reply=SharedReply,
        schema=PROMPTS.schema(SHARED),
        check=lambda reply: _shared_problem(reply, matters),
        limits={"checks": _shared_form(matters)},
    )
    checks = (await hearing.ask(question)).reply.checks
    for matter, each in zip(matters, checks, strict=True):
        _notice(hearing, number, f"{key} {each.milestone}", matter, each.found)
    return [_verification(matter, each.found) for matter, each in zip(matters, checks, strict=True)]


def _shared_form(matters: Sequence[Matter]) -> Json:
    """One entry for each milestone, and no more screens than are shown about any of them."""
    names = list(dict.fromkeys(name for each in matters for name in each.exhibit.names))
    entry = narrowed(
        json_schema(CheckReply),
        {
            "milestone": one_of([each.check.milestone.id for each in matters]),
            "screen": one_of_or_null(names),
        },
    )
    return array_of(entry, least=len(matters), most=len(matters))


def _shared_problem(reply: SharedReply, matters: Sequence[Matter]) -> str | None:
    ids = [matter.check.milestone.id for matter in matters]
    if [each.milestone for each in reply.checks] != ids:
        return f"`checks` has one entry for each of {', '.join(ids)}, in this order"
    problems = (
        _problem(each.found, matter.exhibit.names)
        for matter, each in zip(matters, reply.checks, strict=True)
    )
    return next((problem for problem in problems if problem), None)


def _problem(reply: VerifierReply, names: Sequence[str]) -> str | None:
    if any(seen.screen and seen.screen not in names for seen in reply.evidence):
        return "evidence cites a screen that is not shown"
    stances = {seen.stance for seen in reply.evidence}
    if reply.achieved and stances == {Stance.CONTRADICTS}:
        return "achieved is true, but every entry of evidence contradicts it"
    return None


def _notice(hearing: Hearing, number: int, key: str, matter: Matter, reply: VerifierReply) -> None:
    step, sight = matter.check.milestone.step, matter.sight
    around = [position for position in (sight.before, sight.after) if position is not None]
    hearing.notice((number, key), reply.instructs, ROLE, steps=(step,), screens=around)


def _verification(matter: Matter, reply: VerifierReply) -> Verification:
    milestone, sight = matter.check.milestone, matter.sight
    return Verification(
        milestone=milestone.id,
        achieved=reply.achieved,
        feedback=reply.feedback,
        evidence=tuple(_evidence(seen, milestone, sight) for seen in reply.evidence)
        or _in_feedback(reply, milestone, sight),
    )


def _in_feedback(reply: VerifierReply, milestone: Milestone, sight: Sight) -> tuple[Evidence, ...]:
    """The method asks for feedback alone: where a model lists nothing, that is its evidence."""
    if reply.achieved is None:
        return ()
    looked_at = dict.fromkeys((sight.before, sight.after))
    return (
        Evidence(
            claim=reply.feedback,
            stance=Stance.SUPPORTS if reply.achieved else Stance.CONTRADICTS,
            found_by=ROLE,
            steps=(milestone.step,),
            screens=tuple(position for position in looked_at if position is not None),
        ),
    )


def _evidence(seen: SeenReply, milestone: Milestone, sight: Sight) -> Evidence:
    position = {"before": sight.before, "after": sight.after, None: None}[seen.screen]
    return Evidence(
        claim=seen.claim,
        stance=seen.stance,
        found_by=ROLE,
        steps=(milestone.step,),
        screens=() if position is None else (position,),
        quote=seen.quote or None,
    )
