"""Which screens bear on which criterion: every different picture is rated once for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from themis.critic.consult import Question
from themis.critic.contract import Text
from themis.critic.examination.frames import Frame
from themis.critic.examination.room import Room
from themis.critic.examination.together import together
from themis.critic.promptfiles import PromptFiles
from themis.critic.schema import array_of, json_schema, narrowed
from themis.critic.universal.replies import BEST, RowReply, RowsReply
from themis.domain.jsontypes import Json

ROLE = "relevance"
NOTHING = 1  # of the scale: such a screen is never chosen

Row = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Asks for the rows of one case, some screens at a time."""

    room: Room
    opening: Text  # task and criteria: what all questions begin with
    n_criteria: int
    prompts: PromptFiles

    async def rows(self, frames: Sequence[Frame], *, batch: int) -> list[Row]:
        """For each frame its relevance to every criterion, from 1 to 5."""
        different = list({frame.digest: frame for frame in reversed(frames)}.values())[::-1]
        starts = range(0, len(different), batch)
        replies = await together(
            self._ask, [(at // batch + 1, different[at : at + batch]) for at in starts]
        )
        rows = [tuple(row.scores) for reply in replies for row in reply.rows]
        by_digest = dict(zip((frame.digest for frame in different), rows, strict=True))
        return [by_digest[frame.digest] for frame in frames]

    async def _ask(self, batch: tuple[int, Sequence[Frame]]) -> RowsReply:
        number, frames = batch
        n, m = len(frames), self.n_criteria
        asked = self.prompts.question(ROLE, n=str(n), m=str(m), example=", ".join(["1"] * m))
        return await self.room.ask(
            Question(
                key=f"{ROLE}/{number}",
                role=ROLE,
                round=1,
                system=self.prompts.system,
                parts=(self.opening, *self.room.pictures(frames), Text(text=asked)),
                reply=RowsReply,
                schema=self.prompts.schema(ROLE),
                check=lambda reply: _problem(reply, n, m),
                limits={"rows": _rows_of(n, m)},
            )
        )


def most_relevant(
    frames: Sequence[Frame], rows: Sequence[Row], *, each: int, most: int
) -> tuple[Frame, ...]:
    """The best frames of every criterion, at most so many altogether, and the last in any case.

    The best of each criterion come before the second best of any. Of equals the latest counts.
    """
    if not frames:
        return ()
    chosen = {len(frames) - 1}
    for rank in range(each):
        for ranking in _rankings(rows):
            if rank < len(ranking) and len(chosen) < most:
                chosen.add(ranking[rank])
    return tuple(frames[number] for number in sorted(chosen))


def _rankings(rows: Sequence[Row]) -> list[list[int]]:
    """For each criterion the frames that say anything of it, the best first."""
    rankings = []
    for scores in zip(*rows, strict=True):
        told = [(score, number) for number, score in enumerate(scores) if score > NOTHING]
        rankings.append([number for _, number in sorted(told, reverse=True)])
    return rankings


def _rows_of(n: int, m: int) -> dict[str, Json]:
    score: dict[str, Json] = {"type": "integer", "minimum": 1, "maximum": BEST}
    row = narrowed(json_schema(RowReply), {"scores": array_of(score, least=m, most=m)})
    return array_of(row, least=n, most=n)


def _problem(reply: RowsReply, n: int, m: int) -> str | None:
    if len(reply.rows) != n or any(len(row.scores) != m for row in reply.rows):
        return f"there have to be exactly {n} rows with exactly {m} scores each"
    return None
