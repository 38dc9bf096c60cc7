"""The universal verifier: criteria first, then the run, and what only words say is not believed.

Written from the published description (Universal Verifier, arXiv 2604.06240): the rubric is made
from the task before the run is seen, outcome and process are scored apart, failures the agent
could not help are told apart, a relevance matrix of criteria by screenshots picks the best
screenshots of each criterion, and the scores are taken once with and once without images. What a
failing or hallucinated criterion does to the outcome is our reading: `weighing` says it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pydantic import Field

from themis.critic.consult import Question
from themis.critic.contract import Case, Docket, Text, VisionModel
from themis.critic.examination import points
from themis.critic.examination.addressed import reports
from themis.critic.examination.findings import UNSURE, at_the_end, nothing_to_see, positions
from themis.critic.examination.frames import Frame, frames_of, spread
from themis.critic.examination.room import Room, room_for
from themis.critic.injection.detector import merged
from themis.critic.injection.reporting import reporting
from themis.critic.options import Asking
from themis.critic.promptfiles import PromptFiles
from themis.critic.universal.matrix import Matrix, most_relevant
from themis.critic.universal.replies import (
    BATCH,
    CRITERIA,
    CriterionReply,
    Kind,
    RubricReply,
    ScoresReply,
)
from themis.critic.universal.scoring import Scorer
from themis.critic.universal.weighing import Weighed, objections, outcome_of, tally, verification
from themis.domain.evidence import Milestone, Round
from themis.domain.jsontypes import Json
from themis.domain.verdict import Finding, Outcome

PROMPTS = PromptFiles(
    "themis.critic.universal.prompts",
    "rubric",
    "opening",
    "relevance",
    "scores",
    "by_screens",
    "by_words",
)


class UniversalOptions(Asking):
    """What can be set of `universal`."""

    rated: int = Field(default=40, ge=1, le=400, description="Screens that are rated, at most")
    batch: int = Field(default=5, ge=1, le=BATCH, description="Screens that are rated in one call")
    each: int = Field(
        default=3, ge=1, le=12, description="The best screens of a criterion that are shown"
    )
    shown: int = Field(
        default=12, ge=1, le=40, description="Screens that are shown altogether, at most"
    )


DEFAULTS = UniversalOptions()


@reporting
class UniversalVerifier:
    """Rates at most `rated` screens, `batch` in a call; shows `each` best of every criterion."""

    name = "universal"
    version = PROMPTS.version
    uses_model = True

    def __init__(self, options: UniversalOptions = DEFAULTS) -> None:
        self._options = options

    @property
    def settings(self) -> dict[str, Json]:
        """Everything besides the model that can change an outcome."""
        return self._options.settings

    async def judge(self, case: Case, model: VisionModel, docket: Docket) -> Finding:
        """The rubric, the matrix, then both scores side by side."""
        room = room_for(case, model, docket, self._options)
        frames = spread(frames_of(room.run), self._options.rated)
        if not frames:
            return nothing_to_see(room.run)
        criteria = await self._rubric(room)
        demands = _demands(room, criteria)
        await room.show(Round(number=1, milestones=demands))
        opening = _opening(room, demands)
        chosen = await self._best(room, opening, len(criteria), frames)
        scorer = Scorer(
            room=room,
            opening=opening,
            n_criteria=len(criteria),
            prompts=PROMPTS,
        )
        seen, told = await scorer.both(chosen)
        weighed = [
            Weighed(criterion=criterion, seen=by_screens, told=by_words)
            for criterion, by_screens, by_words in zip(
                criteria, seen.points, told.points, strict=True
            )
        ]
        rounds = await room.show(
            Round(
                number=1,
                milestones=demands,
                verifications=tuple(map(verification, demands, weighed)),
                objections=objections(demands, weighed),
                reviewed=True,
            )
        )
        shown = positions(chosen)
        found = merged(
            (
                *reports(seen.instructs, room.run, found_by="screens", screens=shown),
                *reports(told.instructs, room.run, found_by="words"),
            )
        )
        return replace(_finding(weighed, seen, chosen, rounds), injections=found)

    async def _rubric(self, room: Room) -> list[CriterionReply]:
        asked = PROMPTS.question("rubric", most=str(CRITERIA))
        reply = await room.ask(
            Question(
                key="rubric",
                role="rubric",
                round=1,
                system=PROMPTS.system,
                parts=(Text(text=room.task), Text(text=asked)),
                reply=RubricReply,
                schema=PROMPTS.schema("rubric"),
                check=_no_outcome,
            )
        )
        return reply.criteria

    async def _best(
        self, room: Room, opening: Text, n_criteria: int, frames: Sequence[Frame]
    ) -> tuple[Frame, ...]:
        if len(frames) <= min(self._options.each, self._options.shown):
            return tuple(frames)  # all of them would be chosen
        matrix = Matrix(
            room=room,
            opening=opening,
            n_criteria=n_criteria,
            prompts=PROMPTS,
        )
        rows = await matrix.rows(frames, batch=self._options.batch)
        return most_relevant(frames, rows, each=self._options.each, most=self._options.shown)


def _opening(room: Room, demands: Sequence[Milestone]) -> Text:
    """What every later question begins with: a server that keeps its work does it once."""
    told = room.fence.wrap("criteria", points.numbered([each.goal for each in demands]))
    return Text(text=PROMPTS.question("opening", task=room.task, criteria=told))


def _demands(room: Room, criteria: Sequence[CriterionReply]) -> tuple[Milestone, ...]:
    return tuple(
        at_the_end(
            room.run,
            goal=each.criterion,
            why=f"a criterion of {each.kind.value}, written from the task alone",
            number=number,
        )
        for number, each in enumerate(criteria, start=1)
    )


def _no_outcome(reply: RubricReply) -> str | None:
    if all(each.kind is not Kind.OUTCOME for each in reply.criteria):
        return "at least one criterion has to be an outcome"
    return None


def _finding(
    weighed: Sequence[Weighed],
    scores: ScoresReply,
    chosen: Sequence[Frame],
    rounds: tuple[Round, ...],
) -> Finding:
    outcome = outcome_of(weighed)
    counted = [tally(weighed, kind) for kind in Kind]
    only_told = sum(each.is_hallucinated for each in weighed)
    if only_told:
        counted.append(f"{only_told} told in words and shown by no screen")
    if any(each.is_excused for each in weighed):
        counted.append("something beyond the agent's control stood in the way")
    counted.append(f"screens {', '.join(str(each + 1) for each in positions(chosen))} looked at")
    summary = "; ".join(each for each in counted if each)
    return Finding(
        outcome=outcome,
        confidence=UNSURE if outcome is Outcome.UNDECIDED else scores.confidence,
        reason=f"{summary[:1].upper()}{summary[1:]}. {scores.reason}",
        rounds=rounds,
    )
