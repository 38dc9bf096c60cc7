"""The evidence chain while it grows: who adds to it publishes it, and roles read it as text."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from themis.critic.contract import Docket, Text
from themis.critic.fence import Fence
from themis.critic.wording import quoted, shorten
from themis.domain.evidence import Evidence, Milestone, Objection, Round, Verification

LINE_CHARS = 1_600  # more than any reply's longest text
SHORTER = (400, 100)  # where all rounds together would be longer than the next
CHAIN_CHARS = 50_000  # about 12,000 tokens


class Chain:
    """The rounds so far, shown on the docket at every change, in order."""

    def __init__(self, docket: Docket) -> None:
        self._docket = docket
        self._rounds: tuple[Round, ...] = ()
        # Verifications arrive side by side; an older state must not be shown after a newer one.
        self._showing = asyncio.Lock()

    @property
    def rounds(self) -> tuple[Round, ...]:
        """Every version of the milestones with what was found about it."""
        return self._rounds

    async def open(
        self, milestones: tuple[Milestone, ...], kept: tuple[Verification, ...]
    ) -> Round:
        """Begin a round, with the verifications that still hold from the one before."""
        number = len(self._rounds) + 1
        opened = Round(number=number, milestones=milestones, verifications=kept)
        self._rounds = (*self._rounds, opened)
        await self._show()
        return opened

    async def verified(self, verification: Verification) -> None:
        """Add a verification to the last round, in the order of its milestones."""
        last = self._rounds[-1]
        found = {each.milestone: each for each in (*last.verifications, verification)}
        in_order = tuple(found[m.id] for m in last.milestones if m.id in found)
        await self._replace_last(replace(last, verifications=in_order))

    async def reviewed(self, objections: tuple[Objection, ...]) -> None:
        """Close the last round with what the Reviewer holds against it."""
        await self._replace_last(replace(self._rounds[-1], objections=objections, reviewed=True))

    async def _replace_last(self, changed: Round) -> None:
        self._rounds = (*self._rounds[:-1], changed)
        await self._show()

    async def _show(self) -> None:
        async with self._showing:
            await self._docket.show(self._rounds)


def chain_parts(fence: Fence, rounds: tuple[Round, ...]) -> tuple[Text, ...]:
    """The chain as a part of a prompt; nothing where nobody has chosen yet.

    It stands before the question and grows at its end, so that a role's prompt begins with most
    of what the one before it read.
    """
    return (Text(text=fence.wrap("panel", chain_text(rounds))),) if rounds else ()


def chain_text(rounds: tuple[Round, ...]) -> str:
    """All rounds in words, numbers from 1; where they are very many, every text is shortened."""
    if not rounds:
        return "No milestone was chosen."
    told = ""
    for limit in (LINE_CHARS, *SHORTER):
        told = "\n\n".join(_round(each, limit) for each in rounds)
        if len(told) <= CHAIN_CHARS:
            break
    return shorten(told, CHAIN_CHARS)  # escapes may make any text six times as long


def _round(round_: Round, limit: int) -> str:
    lines = [f"version {round_.number}"]
    for milestone in round_.milestones:
        lines.append(milestone_text(milestone, limit))
        lines += _verification(round_.verification_of(milestone.id), limit)
    lines += [f"objection {objection_text(each, limit)}" for each in round_.objections]
    if not round_.objections:
        lines.append("the Reviewer is satisfied" if round_.reviewed else "not reviewed")
    return "\n".join(lines)


def milestone_text(milestone: Milestone, limit: int = LINE_CHARS) -> str:
    """A milestone on one line."""
    goal, why = quoted(milestone.goal, limit), quoted(milestone.why, limit)
    return f"{milestone.id} at step {milestone.step + 1}: goal {goal}, because {why}"


def objection_text(objection: Objection, limit: int = LINE_CHARS) -> str:
    """An objection on one line."""
    about = f" against {objection.milestone}" if objection.milestone else ""
    steps = f" at steps {_numbers(objection.steps)}" if objection.steps else ""
    return f"({objection.kind.value}{about}{steps}): {quoted(objection.text, limit)}"


def _verification(verification: Verification | None, limit: int) -> list[str]:
    if verification is None:
        return ["  not verified yet"]
    word = {True: "achieved", False: "not achieved", None: "cannot be told"}[verification.achieved]
    lines = [f"  {word}: {quoted(verification.feedback, limit)}"]
    return lines + [f"    {_evidence(each, limit)}" for each in verification.evidence]


def _evidence(evidence: Evidence, limit: int) -> str:
    where = f" (screen {_numbers(evidence.screens)})" if evidence.screens else ""
    quote = f", reads {quoted(evidence.quote, limit)}" if evidence.quote else ""
    return f"{evidence.stance.value}: {quoted(evidence.claim, limit)}{where}{quote}"


def _numbers(positions: tuple[int, ...]) -> str:
    return ", ".join(str(position + 1) for position in positions)
