"""Small cases and a panel that speaks by script."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass, field

from PIL import Image

from themis.critic.contract import Case, Prompt, Text, Turn
from themis.critic.models.scripted import Line, Scripted
from themis.domain import wire
from themis.domain.action import Action, ActionType, Point
from themis.domain.evidence import Round
from themis.domain.jsontypes import Json
from themis.domain.trajectory import Claim, Ending, Platform, Screen, Step, Trajectory


def screen(name: str) -> Screen:
    digest = hashlib.sha256(name.encode()).hexdigest()
    return Screen(digest=digest, width=100, height=80, media_type="image/png")


def read(shown: Screen) -> bytes:
    """A plain picture of its size, in a colour that follows from its digest."""
    out = io.BytesIO()
    Image.new("RGB", (shown.width, shown.height), f"#{shown.digest[:6]}").save(out, "PNG")
    return out.getvalue()


def step(position: int, thought: str = "I click save.") -> Step:
    action = Action(type=ActionType.CLICK, point=Point(x=10, y=20 + position))
    return Step(thought=thought, actions=(action,), before=position, after=position + 1)


def trajectory(n_steps: int = 4, *, thought: str = "I click save.") -> Trajectory:
    return Trajectory(
        instruction="Save a note titled Groceries",
        platform=Platform.WEB,
        steps=tuple(step(position, thought) for position in range(n_steps)),
        screens=tuple(screen(f"screen {n}") for n in range(n_steps + 1)),
        ending=Ending(claim=Claim.SUCCESS, answer="The note is saved."),
    )


def case(run: Trajectory | None = None) -> Case:
    return Case(trajectory=run or trajectory(), read_screen=read)


def milestone(number: int, step: int, goal: str | None = None) -> dict[str, Json]:
    goal = goal or f"change {number} is there"
    return {"step": step, "why": "it is asked for", "goal": goal}


def selection(*milestones: dict[str, Json]) -> dict[str, Json]:
    return {"milestones": list(milestones)}


def verification(*, achieved: bool | None = True) -> dict[str, Json]:
    stance = "contradicts" if achieved is False else "supports"
    seen: Json = {"claim": "it is there", "stance": stance, "screen": "after", "quote": "Saved"}
    return {"feedback": "the list shows it", "evidence": [seen], "achieved": achieved}


def objection(about: str | None = None, *steps: int, text: str = "never saved") -> dict[str, Json]:
    kind = "missing_milestone" if about is None else "lenient_goal"
    return {"kind": kind, "text": text, "milestone": about, "steps": list(steps)}


def review(*objections: dict[str, Json]) -> dict[str, Json]:
    return {"reasoning": "looked at all", "objections": list(objections)}


def verdict(
    outcome: str = "passed", confidence: float = 0.9, *, at: int = 2, seen: int = 3
) -> dict[str, Json]:
    cited: Json = {"claim": "it is saved", "stance": "supports", "steps": [at], "screens": [seen]}
    return {
        "reason": "the list shows the note",
        "evidence": [cited],
        "error_class": "task_incomplete" if outcome == "failed" else None,
        "outcome": outcome,
        "confidence": confidence,
    }


def bench() -> Scripted:
    """A panel that disagrees once: three milestones, one objection, one milestone changed."""
    changed = milestone(2, 3, "the note is in the list, at the top")
    return Scripted.by_role(
        selector=[
            selection(milestone(1, 1), milestone(2, 3), milestone(3, 4)),
            selection(milestone(1, 1), changed, milestone(3, 4)),
        ],
        verifier=lambda prompt: verification(achieved="at the top" not in words(prompt)),
        reviewer=[review(objection("m2", 3)), review()],
        judge=verdict("failed", 0.8),
    )


def by_key(prompt: Prompt) -> Line:
    """Like `bench`, but what is answered follows from the prompt alone, whoever asks first."""
    text = words(prompt)
    match prompt.schema_name:
        case "selector":
            second = "the list, at the top" if "version 1" in text else "the list"
            goals = ("the form is open", second, "saved")
            return selection(*(milestone(n + 1, n + 1, goal) for n, goal in enumerate(goals)))
        case "verifier":
            return verification(achieved=None if "the list" in text else True)
        case "reviewer":
            return review() if "version 2" in text else review(objection("m2", 2))
        case _:
            return verdict("failed", 0.7)


def words(prompt: Prompt) -> str:
    return "\n".join(part.text for part in prompt.parts if isinstance(part, Text))


class Killed(Exception):
    """The process died."""


@dataclass
class Disk:
    """A docket that keeps turns as text, as a database does, and may die after so many."""

    rows: dict[str, str] = field(default_factory=dict)
    dies_after: int | None = None
    shown: list[tuple[Round, ...]] = field(default_factory=list)

    @property
    def is_dead(self) -> bool:
        return self.dies_after is not None and len(self.rows) >= self.dies_after

    async def recall(self, key: str, prompt_hash: str) -> Turn | None:
        if key not in self.rows:
            return None
        turn = wire.load(Turn, json.loads(self.rows[key]))
        return turn if turn.prompt_hash == prompt_hash else None

    async def record(self, turn: Turn) -> None:
        if self.is_dead:
            raise Killed
        assert turn.key not in self.rows
        self.rows[turn.key] = json.dumps(wire.dump(turn))
        if self.is_dead:
            raise Killed

    async def show(self, rounds: tuple[Round, ...]) -> None:
        self.shown.append(rounds)
