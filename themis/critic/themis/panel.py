"""The panel as a critic: select, verify and review until the case stands, then judge."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from themis.critic.consult import TRIES
from themis.critic.contract import Case, Docket, VisionModel
from themis.critic.themis.chain import Chain
from themis.critic.themis.hearing import PROMPTS, Hearing, open_hearing
from themis.critic.themis.judge import decide
from themis.critic.themis.reviewer import review
from themis.critic.themis.selector import select
from themis.critic.themis.standing import objections_to, standing
from themis.critic.themis.verifier import verify
from themis.domain.errors import CriticFailed
from themis.domain.evidence import Milestone, Round
from themis.domain.jsontypes import Json
from themis.domain.verdict import Finding

AUDITS = 2  # how often the Reviewer may look
SELECTIONS = 6  # calls of the Selector altogether, unreadable ones included


class ThemisPanel:
    """OS-Themis: Selector, Verifier, Reviewer and Judge, one model behind all of them."""

    name = "themis"
    version = PROMPTS.version
    uses_model = True

    @property
    def settings(self) -> dict[str, Json]:
        """The caps: what can change an outcome besides the model."""
        return {
            "audits": AUDITS,
            "selections": SELECTIONS,
            "tries": TRIES,
        }

    async def judge(self, case: Case, model: VisionModel, docket: Docket) -> Finding:
        """Take a case to its finding; a run without a step goes straight to the Judge."""
        hearing = open_hearing(case, model, docket)
        rounds = await _deliberate(hearing) if case.trajectory.steps else ()
        return await decide(hearing, rounds)


async def _deliberate(hearing: Hearing) -> tuple[Round, ...]:
    """Build the evidence chain.

    The objections of the last audit are answered too, by a last round that nobody reviews.
    """
    chain = Chain(hearing.docket)
    calls_left = SELECTIONS
    for audits in range(AUDITS + 1):
        selection = await select(hearing, chain.rounds, tries=min(TRIES, calls_left))
        calls_left -= selection.calls
        await _verify_round(hearing, chain, selection.milestones)
        if audits == AUDITS:
            break
        objections = await review(hearing, chain.rounds)
        await chain.reviewed(objections)
        if not objections or not calls_left:
            break
    return chain.rounds


async def _verify_round(hearing: Hearing, chain: Chain, milestones: tuple[Milestone, ...]) -> None:
    """Open a round and verify side by side what does not stand from the round before."""
    previous = chain.rounds[-1] if chain.rounds else None
    kept = {m.id: held for m in milestones if (held := standing(m, previous))}
    number = (await chain.open(milestones, tuple(kept.values()))).number
    failures: dict[str, CriticFailed] = {}

    async def check(milestone: Milestone) -> None:
        # A failure waits for its siblings: their calls are under way and paid for, and once
        # they are recorded, a second attempt at the case does not ask them again.
        try:
            against = objections_to(milestone, previous)
            await chain.verified(await verify(hearing, milestone, number, against))
        except CriticFailed as failure:
            failures[milestone.id] = failure

    await _side_by_side([check(each) for each in milestones if each.id not in kept])
    for failure in (failures[each.id] for each in milestones if each.id in failures):
        raise failure


async def _side_by_side(checks: list[Coroutine[None, None, None]]) -> None:
    try:
        async with asyncio.TaskGroup() as group:
            for check in checks:
                group.create_task(check)
    except BaseExceptionGroup as several:
        # Callers know errors by name, not by group.
        raise several.exceptions[0] from None
