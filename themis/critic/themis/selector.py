"""The Selector: which changes of state the task cannot do without."""

from __future__ import annotations

from dataclasses import dataclass

from themis.critic.consult import Question
from themis.critic.contract import Text
from themis.critic.schema import number_upto
from themis.critic.themis.chain import chain_parts
from themis.critic.themis.hearing import PROMPTS, Hearing
from themis.critic.themis.replies import MILESTONES, SelectorReply
from themis.domain.evidence import Milestone, Round

ROLE = "selector"


@dataclass(frozen=True, slots=True)
class Selection:
    """The milestones chosen, and how many calls that took."""

    milestones: tuple[Milestone, ...]
    calls: int


async def select(hearing: Hearing, rounds: tuple[Round, ...], *, tries: int) -> Selection:
    """The first set of milestones, or a revised one that answers the last objections."""
    number = len(rounds) + 1
    n_steps = len(hearing.trajectory.steps)
    question = Question(
        key=f"{ROLE}/{number}",
        role=ROLE,
        round=number,
        system=PROMPTS.system,
        parts=(
            *hearing.whole(ROLE),
            *chain_parts(hearing.fence, rounds),
            Text(text=_question(hearing, rounds)),
        ),
        reply=SelectorReply,
        schema=PROMPTS.schema(ROLE),
        check=lambda reply: _problem(reply, n_steps),
        limits={"step": number_upto(n_steps)},
        tries=tries,
    )
    answer = await hearing.ask(question)
    return Selection(_milestones(answer.reply), answer.calls)


def _question(hearing: Hearing, rounds: tuple[Round, ...]) -> str:
    earlier = PROMPTS.text("selector_again") if rounds else "This is the first version."
    facts = {
        "n_steps": str(len(hearing.trajectory.steps)),
        "most": str(MILESTONES),
        "earlier": earlier,
    }
    return PROMPTS.question(ROLE, **facts)


def _problem(reply: SelectorReply, n_steps: int) -> str | None:
    if any(milestone.step > n_steps for milestone in reply.milestones):
        return f"a milestone's step is out of range: steps go from 1 to {n_steps}"
    return None


def _milestones(reply: SelectorReply) -> tuple[Milestone, ...]:
    # Numbered here: a model that numbers them itself may use a number twice.
    return tuple(
        Milestone(id=f"m{number}", step=each.step - 1, goal=each.goal, why=each.why)
        for number, each in enumerate(reply.milestones, start=1)
    )
