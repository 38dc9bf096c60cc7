"""A docket in memory, for tests and for whoever embeds a critic without a database."""

from __future__ import annotations

from dataclasses import dataclass, field

from themis.critic.contract import Turn
from themis.domain.evidence import Round


@dataclass(slots=True)
class MemoryDocket:
    """Turns by key in the order they ended, and every state of the chain that was shown."""

    turns: dict[str, Turn] = field(default_factory=dict)
    shown: list[tuple[Round, ...]] = field(default_factory=list)

    async def recall(self, key: str, prompt_hash: str) -> Turn | None:
        """The recorded turn, if its prompt was the same."""
        turn = self.turns.get(key)
        return turn if turn and turn.prompt_hash == prompt_hash else None

    async def record(self, turn: Turn) -> None:
        """Keep the turn; a second one of the same key takes its place."""
        self.turns[turn.key] = turn

    async def show(self, rounds: tuple[Round, ...]) -> None:
        """Keep how far the chain has come."""
        self.shown.append(rounds)
