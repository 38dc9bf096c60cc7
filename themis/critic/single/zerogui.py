"""ZeroGUI's judge: the last screens alone, several votes.

Written from the description and the published program of ZeroGUI (Yang et al., arXiv 2505.23762,
github.com/OpenGVLab/ZeroGUI): no word of the agent is shown, each vote restates the requirement,
describes every screen and judges the final state. By majority a run passes only with more than
half of the votes, so that a tie fails; unanimously, one dissent fails it.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from themis.critic.consult import Question
from themis.critic.contract import Case, Docket, Text, VisionModel
from themis.critic.examination.addressed import Instructs, reports
from themis.critic.examination.findings import (
    at_the_end,
    nothing_to_see,
    outcome_of,
    positions,
    stance,
)
from themis.critic.examination.frames import Frame, frames_of
from themis.critic.examination.room import Room, room_for
from themis.critic.examination.together import together
from themis.critic.injection.detector import merged
from themis.critic.injection.reporting import reporting
from themis.critic.options import Asking
from themis.critic.promptfiles import PromptFiles
from themis.domain.evidence import Evidence, Injection, Round, Verification
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Trajectory
from themis.domain.verdict import Finding

ROLE = "vote"
SEEN = 40  # lines that a reply may hold; more screens than these are not worth sending
PROMPTS = PromptFiles("themis.critic.single.prompts", "zerogui")
GOAL = "The last screens show that the task is done and still done at the end"
WHY = "ZeroGUI judges by the final state alone"


class Rule(StrEnum):
    """How votes become an outcome."""

    MAJORITY = "majority"
    UNANIMOUS = "unanimous"


class VoteReply(BaseModel):
    instructs: Instructs = None
    requirement: Annotated[str, StringConstraints(min_length=1, max_length=600)]
    seen: Annotated[list[Annotated[str, StringConstraints(max_length=300)]], Field(max_length=SEEN)]
    final_state: Annotated[str, StringConstraints(min_length=1, max_length=900)]
    done: bool


class ZeroGuiOptions(Asking):
    """What can be set of `zerogui`."""

    temperature: float = Field(
        default=1.0, ge=0, le=2, description="Votes need some: at 0 they would all be one"
    )
    screens: int = Field(
        default=10, ge=1, le=SEEN, description="How many of the last screens are shown"
    )
    votes: int = Field(default=4, ge=1, le=32, description="How often the same question is asked")
    rule: Rule = Field(
        default=Rule.MAJORITY, description="More than half of the votes pass a run, or all of them"
    )


DEFAULTS = ZeroGuiOptions()


@reporting
class ZeroGui:
    """Screens without words, voted on. `screens` is how many of the last ones are shown."""

    name = "zerogui"
    version = PROMPTS.version
    uses_model = True

    def __init__(self, options: ZeroGuiOptions = DEFAULTS) -> None:
        self._options = options

    @property
    def settings(self) -> dict[str, Json]:
        """Everything besides the model that can change an outcome."""
        return self._options.settings

    async def judge(self, case: Case, model: VisionModel, docket: Docket) -> Finding:
        """Take the votes side by side; a run without a screen is undecided."""
        room = room_for(case, model, docket, self._options)
        frames = frames_of(room.run)[-self._options.screens :]
        if not frames:
            return nothing_to_see(room.run)
        demand = at_the_end(room.run, goal=GOAL, why=WHY)
        await room.show(Round(number=1, milestones=(demand,)))
        votes = await together(
            lambda number: self._vote(room, frames, number), range(1, self._options.votes + 1)
        )
        is_done = carried([vote.done for vote in votes], self._options.rule)
        agreeing = [vote for vote in votes if vote.done is is_done]
        told = f"{_count(votes)} ({self._options.rule.value}). {(agreeing or votes)[0].final_state}"
        found = Verification(
            milestone=demand.id,
            achieved=is_done,
            feedback=told,
            evidence=_evidence(votes, frames),
        )
        rounds = await room.show(
            Round(number=1, milestones=(demand,), verifications=(found,), reviewed=True)
        )
        return Finding(
            outcome=outcome_of(is_done),
            confidence=len(agreeing) / len(votes),
            reason=told,
            rounds=rounds,
            injections=_reports(votes, frames, room.run),
        )

    async def _vote(self, room: Room, frames: Sequence[Frame], number: int) -> VoteReply:
        asked = PROMPTS.question("zerogui", most=str(min(len(frames), SEEN)))
        # Every vote is asked the same: a server that keeps its work does most of it once.
        return await room.ask(
            Question(
                key=f"{ROLE}/{number}",
                role=ROLE,
                round=1,
                system=PROMPTS.system,
                parts=(Text(text=room.task), *room.pictures(frames), Text(text=asked)),
                reply=VoteReply,
                schema=PROMPTS.schema("zerogui"),
            )
        )


def carried(votes: Sequence[bool], rule: Rule) -> bool:
    """Whether the votes pass a run: more than half of them, or all."""
    needed = len(votes) if rule is Rule.UNANIMOUS else len(votes) // 2 + 1
    return sum(votes) >= needed


def _count(votes: Sequence[VoteReply]) -> str:
    return f"{sum(vote.done for vote in votes)} of {len(votes)} votes find the task done"


def _reports(
    votes: Sequence[VoteReply], frames: Sequence[Frame], run: Trajectory
) -> tuple[Injection, ...]:
    shown = positions(frames)
    return merged(
        found
        for number, vote in enumerate(votes, start=1)
        for found in reports(vote.instructs, run, found_by=f"{ROLE} {number}", screens=shown)
    )


def _evidence(votes: Sequence[VoteReply], frames: Sequence[Frame]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(
            claim=vote.final_state,
            stance=stance(vote.done),
            found_by=f"{ROLE} {number}",
            screens=positions(frames),
        )
        for number, vote in enumerate(votes, start=1)
    )
