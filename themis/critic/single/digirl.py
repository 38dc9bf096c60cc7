"""The judge of DigiRL: one current screen, what should be seen, then the status.

Written from the published descriptions of DigiRL (Bai et al., arXiv 2406.11896) and of the
evaluator it took over, Agent-Eval-Refine (Pan et al., arXiv 2404.06474). There it is called after
every step, skips a screen that did not change, and ends the run at the first success; here the
last screen is asked about unless `after` is EVERY. The confidence is the model's own and no part
of the description.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from themis.critic.consult import Question
from themis.critic.contract import Case, Docket, Text, VisionModel
from themis.critic.examination.addressed import Instructs, reports
from themis.critic.examination.findings import nothing_to_see, outcome_of, stance
from themis.critic.examination.frames import Frame, frames_of, spread
from themis.critic.examination.room import Room, room_for
from themis.critic.injection.detector import merged
from themis.critic.injection.reporting import reporting
from themis.critic.options import Asking
from themis.critic.promptfiles import PromptFiles
from themis.critic.schema import hundredths
from themis.domain.evidence import Evidence, Milestone, Round, Verification
from themis.domain.jsontypes import Json
from themis.domain.verdict import Finding

ROLE = "status"
PROMPTS = PromptFiles("themis.critic.single.prompts", "digirl")

Words = Annotated[str, StringConstraints(min_length=1, max_length=600)]


class After(StrEnum):
    """After which steps the status is asked for."""

    LAST = "last"
    EVERY = "every"


class StatusReply(BaseModel):
    instructs: Instructs = None
    expected: Words
    seen: Words
    done: bool
    confidence: Annotated[float, Field(ge=0, le=1)]


class DigiRlOptions(Asking):
    """What can be set of `digirl`."""

    after: After = Field(
        default=After.LAST,
        description="Ask after the last step, or after every one until a success",
    )
    calls: int = Field(
        default=60, ge=1, le=400, description="Screens that are asked about, at most"
    )


DEFAULTS = DigiRlOptions()


@reporting
class DigiRl:
    """One screen at a time. At most `calls` screens are asked about, spread over the run."""

    name = "digirl"
    version = PROMPTS.version
    uses_model = True

    def __init__(self, options: DigiRlOptions = DEFAULTS) -> None:
        self._options = options

    @property
    def settings(self) -> dict[str, Json]:
        """Everything besides the model that can change an outcome."""
        return self._options.settings

    async def judge(self, case: Case, model: VisionModel, docket: Docket) -> Finding:
        """Ask screen by screen until one shows success; the last answer decides."""
        room = room_for(case, model, docket, self._options)
        frames = self._chosen(frames_of(room.run))
        if not frames:
            return nothing_to_see(room.run)
        asked: list[tuple[Frame, StatusReply]] = []
        for frame in frames:
            asked.append((frame, await self._status(room, frame)))
            rounds = await room.show(_round(asked))
            if asked[-1][1].done:
                break
        frame, status = asked[-1]
        return Finding(
            outcome=outcome_of(status.done),
            confidence=status.confidence,
            reason=f"{frame.name}. Expected: {status.expected} Seen: {status.seen}",
            rounds=rounds,
            injections=merged(
                found
                for seen, each in asked
                for found in reports(
                    each.instructs, room.run, found_by=ROLE, screens=(seen.position,)
                )
            ),
        )

    def _chosen(self, frames: Sequence[Frame]) -> tuple[Frame, ...]:
        if self._options.after is After.LAST:
            return tuple(frames[-1:])
        # Called after a step, never before the first one; a lone first screen is all there is.
        after_a_step = [frame for frame in frames if frame.until]
        return spread(after_a_step or frames[-1:], self._options.calls)

    async def _status(self, room: Room, frame: Frame) -> StatusReply:
        question = Text(text=PROMPTS.question("digirl"))
        return await room.ask(
            Question(
                key=f"{ROLE}/{frame.since}/{frame.position + 1}",
                role=ROLE,
                round=1,
                system=PROMPTS.system,
                parts=(Text(text=room.task), *room.pictures([frame]), question),
                reply=StatusReply,
                schema=PROMPTS.schema("digirl"),
                limits={"confidence": hundredths()},
            )
        )


def _round(asked: Sequence[tuple[Frame, StatusReply]]) -> Round:
    numbered = [(f"m{number}", *each) for number, each in enumerate(asked, start=1)]
    return Round(
        number=1,
        milestones=tuple(
            Milestone(
                id=name,
                step=frame.until - 1 if frame.until else 0,
                goal=status.expected,
                why=f"{frame.name}: the status was asked for here",
            )
            for name, frame, status in numbered
        ),
        verifications=tuple(
            Verification(
                milestone=name,
                achieved=status.done,
                feedback=status.seen,
                evidence=(
                    Evidence(
                        claim=status.seen,
                        stance=stance(status.done),
                        found_by=ROLE,
                        screens=(frame.position,),
                    ),
                ),
            )
            for name, frame, status in numbered
        ),
        reviewed=True,
    )
