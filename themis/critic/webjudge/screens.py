"""Which screens of a run matter to its key points: each different picture is rated once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from themis.critic.consult import Question
from themis.critic.contract import Text
from themis.critic.examination.frames import Frame
from themis.critic.examination.room import Room
from themis.critic.examination.together import together
from themis.critic.promptfiles import PromptFiles
from themis.critic.webjudge.replies import RelevanceReply

ROLE = "relevance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """A frame with what it shows of the key points, and how much that helps (1 to 5)."""

    frame: Frame
    score: int
    reasoning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rater:
    """Rates the frames of one case, each in a call of its own."""

    room: Room
    opening: Text  # task and key points: what all questions begin with
    prompts: PromptFiles

    async def rate(self, frames: Sequence[Frame]) -> list[Rated]:
        """All frames rated, in their order."""
        different = {frame.digest: frame for frame in reversed(frames)}
        in_order = [frame for frame in frames if different[frame.digest] is frame]
        replies = await together(self._ask, in_order)
        told = dict(zip((frame.digest for frame in in_order), replies, strict=True))
        return [
            Rated(
                frame=frame,
                score=told[frame.digest].score,
                reasoning=told[frame.digest].reasoning,
            )
            for frame in frames
        ]

    async def _ask(self, frame: Frame) -> RelevanceReply:
        asked = Text(text=self.prompts.question(ROLE))
        return await self.room.ask(
            Question(
                key=f"{ROLE}/{frame.position + 1}",
                role=ROLE,
                round=1,
                system=self.prompts.system,
                parts=(self.opening, *self.room.pictures([frame]), asked),
                reply=RelevanceReply,
                schema=self.prompts.schema(ROLE),
            )
        )


def kept(rated: Sequence[Rated], *, least: int, most: int) -> list[Rated]:
    """The frames of at least that score, in order; of too many the best, of equals the latest."""
    worthy = [(each.score, number) for number, each in enumerate(rated) if each.score >= least]
    best = sorted(worthy, reverse=True)[:most]
    return [rated[number] for number in sorted(number for _, number in best)]
