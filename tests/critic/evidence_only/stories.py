"""Hand-made runs for the tests: screens as lists of elements, acts by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from themis.critic.contract import Case, Turn
from themis.critic.evidence_only.critic import EvidenceOnly
from themis.critic.evidence_only.reading import Reading
from themis.critic.models.absent import Absent
from themis.domain.action import Action, ActionType
from themis.domain.evidence import Round
from themis.domain.trajectory import Claim, Ending, Platform, Screen, Step, Trajectory
from themis.domain.verdict import Finding

NO_OCR = Reading(program="a-program-that-is-not-installed")


@dataclass
class Notebook:
    """A docket in memory."""

    turns: dict[str, Turn] = field(default_factory=dict)
    shown: list[tuple[Round, ...]] = field(default_factory=list)
    recorded: list[str] = field(default_factory=list)

    async def recall(self, key: str, prompt_hash: str) -> Turn | None:
        turn = self.turns.get(key)
        return turn if turn is not None and turn.prompt_hash == prompt_hash else None

    async def record(self, turn: Turn) -> None:
        self.recorded.append(turn.key)
        self.turns[turn.key] = turn

    async def show(self, rounds: tuple[Round, ...]) -> None:
        self.shown.append(rounds)


def click(name: str) -> Action:
    return Action(type=ActionType.CLICK, element=f'button "{name}"')


def typed(text: str, into: str = "") -> Action:
    return Action(type=ActionType.TYPE, text=text, element=f'textbox "{into}"' if into else None)


def chord(*keys: str) -> Action:
    return Action(type=ActionType.KEY, keys=keys)


def run(
    instruction: str,
    start: str,
    *moves: tuple[Action, str],
    claim: Claim | None = Claim.SUCCESS,
    answer: str | None = None,
) -> Trajectory:
    """A run told by its first UI tree and, move by move, the action and the tree after it."""
    steps: list[Step] = []
    before = start
    for action, after in moves:
        steps.append(Step(actions=(action,), before_ui=before, after_ui=after))
        before = after
    ending = Ending(claim=claim, answer=answer)
    return Trajectory(
        instruction=instruction, platform=Platform.WEB, steps=tuple(steps), ending=ending
    )


def unreadable(screen: Screen) -> bytes:
    raise OSError(f"{screen.digest} is not stored")


async def judged(
    trajectory: Trajectory,
    *,
    read: Callable[[Screen], bytes] = unreadable,
    reading: Reading = NO_OCR,
    docket: Notebook | None = None,
) -> Finding:
    case = Case(trajectory=trajectory, read_screen=read)
    return await EvidenceOnly(reading).judge(case, Absent(), docket or Notebook())
