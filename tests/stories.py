"""Small runs and verdicts to test with, and how to store them."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

from PIL import Image

from themis.accounts.models import Team
from themis.critic.contract import Turn
from themis.domain.action import Action, ActionType, Point
from themis.domain.evidence import (
    Evidence,
    Injection,
    Milestone,
    Objection,
    ObjectionKind,
    Round,
    Stance,
    Verification,
)
from themis.domain.trajectory import Claim, Ending, Label, Platform, Step, Trajectory
from themis.domain.verdict import Finding, Outcome
from themis.formats.contract import Picture, Recording
from themis.trajectories import models, services
from themis.verdicts import services as verdicts
from themis.verdicts.models import Verdict

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def png(shade: int = 0, size: tuple[int, int] = (64, 48)) -> bytes:
    """A plain picture; another shade is another picture."""
    out = io.BytesIO()
    Image.new("RGB", size, (shade % 256, 120, 200)).save(out, "PNG")
    return out.getvalue()


def recording(
    instruction: str = "Create a note titled Groceries and save it", n_steps: int = 3
) -> Recording:
    """A run in which every step types at a point and sees a new screen."""
    steps = tuple(
        Step(
            thought=f"Thought {number}",
            actions=(
                Action(
                    type=ActionType.TYPE, point=Point(x=10.0, y=20.0), text="Groceries", name="type"
                ),
            ),
            before=number,
            after=number + 1,
            before_ui=f'textbox "Title" value="{number}"',
        )
        for number in range(n_steps)
    )
    return Recording(
        trajectory=Trajectory(
            instruction=instruction,
            platform=Platform.WEB,
            steps=steps,
            label=Label.FAILED,
            ending=Ending(claim=Claim.SUCCESS, answer="The note is saved."),
            format="themis",
        ),
        pictures=tuple(
            Picture(name=f"{shade}.png", content=png(shade)) for shade in range(n_steps + 1)
        ),
    )


def stored(team: Team, **how: object) -> models.Trajectory:
    """A run as a row."""
    row, _ = services.ingest(
        recording=recording(**how),  # type: ignore[arg-type]
        source="stories/run",
        team=team,
        by=None,
        at=NOW,
    )
    return row


BENCH = verdicts.Bench(critic="themis", critic_version="1", settings_hash="0" * 64, model="a-model")


def chain() -> tuple[Round, ...]:
    """One round with one milestone that was not reached."""
    return (
        Round(
            number=1,
            milestones=(
                Milestone(id="m1", step=1, goal="The note is in the list", why="It was asked for"),
            ),
            verifications=(
                Verification(
                    milestone="m1",
                    achieved=False,
                    feedback="The list is still empty.",
                    evidence=(
                        Evidence(
                            claim="No note is listed",
                            stance=Stance.CONTRADICTS,
                            found_by="verifier",
                            steps=(1,),
                            screens=(2,),
                            quote="No notes yet",
                        ),
                    ),
                ),
            ),
            objections=(
                Objection(
                    kind=ObjectionKind.UNCAUGHT_FAILURE, text="Save was never pressed.", steps=(2,)
                ),
            ),
            reviewed=True,
        ),
    )


def turn(key: str = "selector/1", **changes: object) -> Turn:
    """One recorded exchange."""
    fields: dict[str, object] = {
        "key": key,
        "role": key.split("/")[0],
        "round": 1,
        "prompt_hash": "a" * 64,
        "prompt": [{"role": "system", "content": "Judge."}],
        "screens": (0, 1),
        "reply": '{"milestones": []}',
        "parsed": {"milestones": []},
        "model": "a-model",
        "prompt_tokens": 100,
        "completion_tokens": 20,
        "seconds": 1.5,
    }
    return Turn(**(fields | changes))  # type: ignore[arg-type]


def opened(trajectory: models.Trajectory, at: datetime = NOW) -> Verdict:
    """A verdict still being worked at, with one turn and a chain."""
    verdict = verdicts.open_verdict(trajectory=trajectory, bench=BENCH, at=at)
    verdicts.record_turn(verdict=verdict, turn=turn(), seconds=1.5, at=at)
    verdicts.publish(verdict=verdict, rounds=chain())
    verdict.refresh_from_db()
    return verdict


def given(
    trajectory: models.Trajectory,
    outcome: Outcome = Outcome.FAILED,
    at: datetime = NOW,
    injections: tuple[Injection, ...] = (),
) -> Verdict:
    """A verdict with an outcome."""
    verdict = opened(trajectory, at)
    finding = Finding(
        outcome=outcome,
        confidence=0.8,
        reason="The note was never saved.",
        rounds=chain(),
        injections=injections,
    )
    verdicts.give(verdict=verdict, finding=finding, seconds=3.0, at=at + timedelta(seconds=3))
    verdict.refresh_from_db()
    return verdict


def broken(trajectory: models.Trajectory, cause: str = "the model is away") -> Verdict:
    """A verdict that came to nothing."""
    verdict = opened(trajectory)
    verdicts.break_off(verdict=verdict, cause=cause, at=NOW + timedelta(seconds=3))
    verdict.refresh_from_db()
    return verdict
