"""OSReward's protocol: one call with the last screens and all the words of the run.

Written from the published description (OSReward and OS-Shepherd, arXiv 2607.28609): five last
screenshots beside thoughts and actions, one answer, and a taxonomy of what misleads judges: over-
acceptance by an incomplete task, a wrong action or a suppressed error, over-rejection by being
strict on the path, strict on a deviation, or by an ambiguous task. `undecided` and the confidence
are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from themis.critic.consult import Question
from themis.critic.contract import Case, Docket, Text, VisionModel
from themis.critic.examination.addressed import Instructs, reports
from themis.critic.examination.findings import at_the_end, confidence_in, positions
from themis.critic.examination.frames import Frame, frames_of
from themis.critic.examination.points import numbers
from themis.critic.examination.room import Room, room_for
from themis.critic.injection.reporting import reporting
from themis.critic.options import Asking
from themis.critic.promptfiles import PromptFiles
from themis.critic.schema import hundredths, null_or_one_of, numbers_among, numbers_upto
from themis.critic.sight import sight_of
from themis.critic.transcript import TRANSCRIPT_CHARS, transcript
from themis.critic.wording import shorten
from themis.domain.evidence import Evidence, Round, Stance, Verification
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Trajectory
from themis.domain.verdict import ErrorClass, Finding, Outcome

ROLE = "verdict"
CITED = 8
PLACES = 12
UI_CHARS = 6_000
PROMPTS = PromptFiles("themis.critic.single.prompts", "osreward")
GOAL = "The task is done"
WHY = "OSReward judges the run as a whole, in one go"

Place = Annotated[int, Field(ge=1)]
Places = Annotated[list[Place], Field(max_length=PLACES)]


class CitedReply(BaseModel):
    claim: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    stance: Stance
    steps: Places
    screens: Places


class OneReply(BaseModel):
    instructs: Instructs = None
    reason: Annotated[str, StringConstraints(min_length=1, max_length=1500)]
    evidence: Annotated[list[CitedReply], Field(max_length=CITED)]
    error_class: ErrorClass | None
    outcome: Outcome
    confidence: Annotated[float, Field(ge=0, le=1)]


class OsRewardOptions(Asking):
    """What can be set of `osreward`."""

    screens: int = Field(
        default=5, ge=1, le=40, description="How many of the last screens are shown"
    )
    words: int = Field(
        default=TRANSCRIPT_CHARS, ge=1_000, le=400_000, description="Characters of the run, at most"
    )


DEFAULTS = OsRewardOptions()


@reporting
class OsReward:
    """All words, the last `screens` different screens, one call."""

    name = "osreward"
    version = PROMPTS.version
    uses_model = True

    def __init__(self, options: OsRewardOptions = DEFAULTS) -> None:
        self._options = options

    @property
    def settings(self) -> dict[str, Json]:
        """Everything besides the model that can change an outcome."""
        return self._options.settings

    async def judge(self, case: Case, model: VisionModel, docket: Docket) -> Finding:
        """One question, one finding."""
        room = room_for(case, model, docket, self._options)
        frames = frames_of(room.run)[-self._options.screens :]
        answer = await room.answer(self._question(room, frames))
        reply = answer.reply
        told = _told(reply)
        demand = at_the_end(room.run, goal=GOAL, why=WHY)
        achieved = {Outcome.PASSED: True, Outcome.FAILED: False}.get(reply.outcome)
        found = Verification(
            milestone=demand.id,
            achieved=achieved,
            feedback=told,
            evidence=tuple(_evidence(each) for each in reply.evidence),
        )
        rounds = await room.show(
            Round(number=1, milestones=(demand,), verifications=(found,), reviewed=True)
        )
        return Finding(
            outcome=reply.outcome,
            confidence=confidence_in(reply.outcome, reply.confidence, answer.chances),
            reason=told,
            rounds=rounds,
            error_class=reply.error_class,
            injections=reports(reply.instructs, room.run, found_by=ROLE, screens=positions(frames)),
        )

    def _question(self, room: Room, frames: Sequence[Frame]) -> Question[OneReply]:
        n_steps = len(room.run.steps)
        told = transcript(room.run, limit=self._options.words)
        shown = numbers(frames)
        asked = PROMPTS.question(
            "osreward",
            ui=_last_ui(room),
            n_steps=str(n_steps),
            screens=", ".join(map(str, shown)) or "none, for none is shown",
        )
        words = f"{told.note}\n{room.fence.wrap('run', told.text)}".strip()
        opening = Text(text=f"{room.task}\n{words}")
        return Question(
            key=ROLE,
            role=ROLE,
            round=1,
            system=PROMPTS.system,
            parts=(opening, *room.pictures(frames), Text(text=asked)),
            reply=OneReply,
            schema=PROMPTS.schema("osreward"),
            weighed="outcome",
            check=lambda reply: _problem(reply, room.run, shown),
            limits={
                "steps": numbers_upto(n_steps, most=PLACES),
                "screens": numbers_among(shown, most=PLACES),
                "error_class": null_or_one_of([each.value for each in ErrorClass]),
                "confidence": hundredths(),
            },
        )


def _last_ui(room: Room) -> str:
    """The UI text at the end, where one was recorded: all there is to see of some runs."""
    steps = len(room.run.steps)
    text = sight_of(room.run, steps - 1).after_ui if steps else None
    return room.fence.wrap("UI text at the end", shorten(text, UI_CHARS)) if text else ""


def _problem(reply: OneReply, run: Trajectory, shown: Sequence[int]) -> str | None:
    for each in reply.evidence:
        if any(step > len(run.steps) for step in each.steps):
            return f"evidence cites a step that does not exist: there are {len(run.steps)}"
        if any(screen not in shown for screen in each.screens):
            return "evidence cites a screen that is not shown"
    is_failure = reply.error_class is not None and reply.error_class.is_failure
    if is_failure is not (reply.outcome is Outcome.FAILED):
        return (
            "error_class and outcome do not fit: task_incomplete, wrong_action and "
            "error_suppressed belong to failed, and failed needs one of them"
        )
    return None


def _told(reply: OneReply) -> str:
    if reply.error_class is None:
        return reply.reason
    return f"{reply.error_class.value.replace('_', ' ').capitalize()}: {reply.reason}"


def _evidence(cited: CitedReply) -> Evidence:
    return Evidence(
        claim=cited.claim,
        stance=cited.stance,
        found_by=ROLE,
        steps=tuple(step - 1 for step in cited.steps),
        screens=tuple(screen - 1 for screen in cited.screens),
    )
