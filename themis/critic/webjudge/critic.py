"""WebJudge: key points of the task, the screens that bear on them, then the verdict.

Written from the published description (Xue et al., "An Illusion of Progress?", arXiv 2504.01382):
key points are read from the task alone, every screenshot is rated from 1 to 5 with a reason, those
of at least 3 are kept, and the verdict sees the task, the key points, the kept screenshots with
their reasons, and the actions without the agent's own thoughts and claims. The published program
keeps up to 50 screenshots. `undecided`, the account of every point and the confidence are ours.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from themis.critic.consult import Answer, Question
from themis.critic.contract import Case, Docket, Text, VisionModel
from themis.critic.examination import points
from themis.critic.examination.findings import at_the_end, stance
from themis.critic.examination.frames import frames_of, spread
from themis.critic.examination.points import PointsReply
from themis.critic.examination.room import Room, room_for
from themis.critic.examination.silence import acts
from themis.critic.injection.reporting import reporting
from themis.critic.options import Asking
from themis.critic.promptfiles import PromptFiles
from themis.critic.webjudge.replies import BEST, KEY_POINTS, KeyPointsReply
from themis.critic.webjudge.screens import Rated, Rater, kept
from themis.critic.wording import quoted
from themis.domain.evidence import Evidence, Milestone, Round
from themis.domain.jsontypes import Json
from themis.domain.verdict import Finding, Outcome

PROMPTS = PromptFiles(
    "themis.critic.webjudge.prompts", "key_points", "opening", "relevance", "verdict"
)
WHY = "a key point of the task"


class WebJudgeOptions(Asking):
    """What can be set of `webjudge`."""

    relevance: int = Field(
        default=3, ge=1, le=BEST, description="The least score of a screen that is kept"
    )
    kept: int = Field(default=10, ge=1, le=50, description="Screens that are kept, at most")
    rated: int = Field(default=50, ge=1, le=400, description="Screens that are rated, at most")


DEFAULTS = WebJudgeOptions()


@reporting
class WebJudge:
    """Rates at most `rated` screens, keeps at most `kept` of those that score `relevance`."""

    name = "webjudge"
    version = PROMPTS.version
    uses_model = True

    def __init__(self, options: WebJudgeOptions = DEFAULTS) -> None:
        self._options = options

    @property
    def settings(self) -> dict[str, Json]:
        """Everything besides the model that can change an outcome."""
        return self._options.settings

    async def judge(self, case: Case, model: VisionModel, docket: Docket) -> Finding:
        """Key points, then relevance side by side, then the verdict."""
        room = room_for(case, model, docket, self._options)
        demands = await self._key_points(room)
        await room.show(Round(number=1, milestones=demands))
        opening = _opening(room, demands)
        rater = Rater(room=room, opening=opening, prompts=PROMPTS)
        rated = await rater.rate(spread(frames_of(room.run), self._options.rated))
        chosen = kept(rated, least=self._options.relevance, most=self._options.kept)
        answer = await self._verdict(room, opening, len(demands), chosen)
        rounds = await room.show(points.chain(demands, answer.reply, found_by="verdict"))
        return points.finding(
            answer,
            rounds,
            [each.frame for each in chosen],
            room.run,
            _looked_at(chosen, answer.reply.outcome),
        )

    async def _key_points(self, room: Room) -> tuple[Milestone, ...]:
        asked = PROMPTS.question("key_points", most=str(KEY_POINTS))
        reply = await room.ask(
            Question(
                key="key_points",
                role="key_points",
                round=1,
                system=PROMPTS.system,
                parts=(Text(text=room.task), Text(text=asked)),
                reply=KeyPointsReply,
                schema=PROMPTS.schema("key_points"),
            )
        )
        return tuple(
            at_the_end(room.run, goal=point, why=WHY, number=number)
            for number, point in enumerate(reply.points, start=1)
        )

    async def _verdict(
        self, room: Room, opening: Text, n_points: int, chosen: Sequence[Rated]
    ) -> Answer[PointsReply]:
        frames = [each.frame for each in chosen]
        done = acts(room.run)
        wrap = room.fence.wrap
        asked = PROMPTS.question(
            "verdict",
            acts=f"{wrap('actions', done.text or 'none')}\n{done.note}".strip(),
            notes=wrap("notes", _notes(chosen)),
            example=str(frames[0].position + 1) if frames else "",
        )
        return await room.answer(
            Question(
                key="verdict",
                role="verdict",
                round=1,
                system=PROMPTS.system,
                parts=(opening, *room.pictures(frames), Text(text=asked)),
                reply=PointsReply,
                schema=PROMPTS.schema("verdict"),
                weighed="outcome",
                check=lambda reply: points.problem(reply, n_points, frames),
                limits=points.limits(n_points, frames),
            )
        )


def _opening(room: Room, demands: Sequence[Milestone]) -> Text:
    """What every later question begins with: a server that keeps its work does it once."""
    told = room.fence.wrap("key points", points.numbered([each.goal for each in demands]))
    return Text(text=PROMPTS.question("opening", task=room.task, points=told))


def _notes(chosen: Sequence[Rated]) -> str:
    lines = [
        f"screen {each.frame.position + 1}, relevance {each.score}: {quoted(each.reasoning, 500)}"
        for each in chosen
    ]
    return "\n".join(lines) or "No screen was found to bear on the key points."


def _looked_at(chosen: Sequence[Rated], outcome: Outcome) -> tuple[Evidence, ...]:
    """The key screens, on the side of the outcome that was read from them."""
    return tuple(
        Evidence(
            claim=f"Relevance {each.score} of {BEST}: {each.reasoning}",
            stance=stance(outcome is Outcome.PASSED),
            found_by="relevance",
            screens=(each.frame.position,),
        )
        for each in chosen
    )
