"""The Verifier: whether one milestone was reached, by what the recording shows around its step."""

from __future__ import annotations

from themis.critic.consult import Question
from themis.critic.contract import Image, Text
from themis.critic.schema import one_of_or_null
from themis.critic.sight import Sight, sight_of
from themis.critic.themis.chain import milestone_text, objection_text
from themis.critic.themis.hearing import PROMPTS, Hearing
from themis.critic.themis.replies import SeenReply, VerifierReply
from themis.critic.themis.uitext import ui_text
from themis.critic.transcript import actions, history
from themis.domain.evidence import Evidence, Milestone, Objection, Stance, Verification

ROLE = "verifier"
ACTION_CHARS = 1_000


async def verify(
    hearing: Hearing, milestone: Milestone, number: int, objections: tuple[Objection, ...]
) -> Verification:
    """Check one milestone of round `number`; `objections` are those it has to answer."""
    sight = sight_of(hearing.trajectory, milestone.step)
    question = Question(
        key=f"{ROLE}/{number}/{milestone.id}",
        role=ROLE,
        round=number,
        system=PROMPTS.system,
        parts=_parts(hearing, milestone, sight, objections),
        reply=VerifierReply,
        schema=PROMPTS.schema(ROLE),
        check=lambda reply: _problem(reply, sight),
        limits={"screen": one_of_or_null(_shown(sight))},
    )
    reply = (await hearing.ask(question)).reply
    return Verification(
        milestone=milestone.id,
        achieved=reply.achieved,
        feedback=reply.feedback,
        evidence=tuple(_evidence(seen, milestone, sight) for seen in reply.evidence)
        or _in_feedback(reply, milestone, sight),
    )


def _parts(
    hearing: Hearing, milestone: Milestone, sight: Sight, objections: tuple[Objection, ...]
) -> tuple[Text | Image, ...]:
    # What the checks of one run share comes first: a server reuses the work on an equal start.
    told = history(hearing.trajectory, milestone.step)
    question = Text(text=_question(hearing, milestone, sight, objections))
    opening = hearing.opening(told, "actions so far")
    return (opening, *_pictures(hearing, sight), question)


def _pictures(hearing: Hearing, sight: Sight) -> tuple[Text | Image, ...]:
    if _is_unchanged(hearing, sight):
        return _picture(hearing, "before and, identical to the pixel, after", sight.after)
    return (*_picture(hearing, "before", sight.before), *_picture(hearing, "after", sight.after))


def _is_unchanged(hearing: Hearing, sight: Sight) -> bool:
    if sight.before is None or sight.after is None:
        return False
    screens = hearing.trajectory.screens
    return screens[sight.before].digest == screens[sight.after].digest


def _picture(hearing: Hearing, name: str, position: int | None) -> tuple[Text | Image, ...]:
    if position is None:
        return (Text(text=f"No screen was recorded {name} the step."),)
    return (Text(text=f"The screen {name} the step:"), hearing.image(position))


def _question(
    hearing: Hearing, milestone: Milestone, sight: Sight, objections: tuple[Objection, ...]
) -> str:
    wrap = hearing.fence.wrap
    step = hearing.trajectory.steps[milestone.step]
    shown = [wrap("action", "\n".join(actions(step, ACTION_CHARS)))]
    ui = ui_text(sight)
    if ui:
        shown.append(wrap("UI text", ui))
    against = "\n".join(objection_text(each) for each in objections)
    facts = {
        "step": str(milestone.step + 1),
        "evidence": "\n".join(shown),
        "milestone": wrap("milestone", milestone_text(milestone)),
        "objections": _to_answer(wrap("objections", against)) if objections else "",
    }
    return PROMPTS.question(ROLE, **facts)


def _to_answer(objections: str) -> str:
    return f"The Reviewer objected to an earlier check; see whether it is right:\n{objections}\n"


def _shown(sight: Sight) -> list[str]:
    places = {"before": sight.before, "after": sight.after}
    return [name for name, position in places.items() if position is not None]


def _problem(reply: VerifierReply, sight: Sight) -> str | None:
    if any(seen.screen and seen.screen not in _shown(sight) for seen in reply.evidence):
        return "evidence cites a screen that is not shown"
    stances = {seen.stance for seen in reply.evidence}
    if reply.achieved and stances == {Stance.CONTRADICTS}:
        return "achieved is true, but every entry of evidence contradicts it"
    return None


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
