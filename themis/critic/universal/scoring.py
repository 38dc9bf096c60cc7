"""Every criterion scored twice, with the same words: once with the screens, once without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from themis.critic.consult import Question
from themis.critic.contract import Text
from themis.critic.examination import points
from themis.critic.examination.frames import Frame
from themis.critic.examination.room import Room
from themis.critic.examination.together import together
from themis.critic.promptfiles import PromptFiles
from themis.critic.schema import array_of, hundredths, json_schema, narrowed, numbers_among
from themis.critic.transcript import transcript
from themis.critic.universal.replies import CITED, ScoreReply, ScoresReply
from themis.domain.jsontypes import Json

ROLE = "score"
SCREENS, WORDS = "screens", "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorer:
    """Asks for both scores of one case."""

    room: Room
    opening: Text  # task and criteria: what all questions begin with
    n_criteria: int
    prompts: PromptFiles

    async def both(self, frames: Sequence[Frame]) -> tuple[ScoresReply, ScoresReply]:
        """The score by these screens and the score by the words alone, asked side by side."""
        run = transcript(self.room.run)
        words = Text(text=f"{run.note}\n{self.room.fence.wrap('run', run.text)}".strip())

        async def ask(by: str) -> ScoresReply:
            return await self.room.ask(self._question(by, words, frames if by == SCREENS else ()))

        seen, told = await together(ask, (SCREENS, WORDS))
        return seen, told

    def _question(self, by: str, words: Text, frames: Sequence[Frame]) -> Question[ScoresReply]:
        asked = Text(text=self.prompts.question("scores", shown=self.prompts.question(f"by_{by}")))
        return Question(
            key=f"{ROLE}/{by}",
            role=ROLE,
            round=1,
            system=self.prompts.system,
            parts=(self.opening, words, *self.room.pictures(frames), asked),
            reply=ScoresReply,
            schema=self.prompts.schema("scores"),
            check=lambda reply: self._problem(reply, frames),
            limits=self._limits(frames),
        )

    def _limits(self, frames: Sequence[Frame]) -> dict[str, Json]:
        cited: dict[str, Json] = {"screens": numbers_among(points.numbers(frames), most=CITED)}
        point = narrowed(json_schema(ScoreReply), cited)
        return {
            "points": array_of(point, least=self.n_criteria, most=self.n_criteria),
            "confidence": hundredths(),
        }

    def _problem(self, reply: ScoresReply, frames: Sequence[Frame]) -> str | None:
        if len(reply.points) != self.n_criteria:
            return f"there are {self.n_criteria} criteria, and `points` has one entry for each"
        shown = points.numbers(frames)
        if any(cited not in shown for each in reply.points for cited in each.screens):
            return "a point cites a screen that is not shown"
        return None
