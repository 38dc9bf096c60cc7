"""Labelled runs with verdicts, many at once, and judges measured on them without a process."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from unittest import mock

from tests import stories
from themis.accounts.models import Team
from themis.critic.trust import measuring, metrics, writing
from themis.domain.jsontypes import Json
from themis.domain.verdict import Outcome
from themis.pipeline.measuring import heading_of
from themis.rewards import labelled, services
from themis.rewards.judges import Judge
from themis.rewards.models import Measurement
from themis.rewards.services import Found
from themis.trajectories.models import Trajectory
from themis.verdicts.models import Verdict

JUDGE = Judge("themis", "1", "0" * 64, "a-model")
OTHER = Judge("zerogui", "2", "1" * 64, "")
ME = "here/1/1"


@dataclass(frozen=True, kw_only=True)
class Told:
    """One run: its label, what a judge says of it, how sure, and its task."""

    label: str
    outcome: Outcome
    confidence: float = 0.9
    task: str = ""
    platform: str = "web"


def told(right: int, wrong: int, missed: int, refused: int, undecided: int = 0) -> list[Told]:
    """So many true and false passes, false and true failures, and undecided ones, half passed."""
    passed, failed, open_ = Outcome.PASSED, Outcome.FAILED, Outcome.UNDECIDED
    return [
        *[Told(label="passed", outcome=passed)] * right,
        *[Told(label="failed", outcome=passed, confidence=0.6)] * wrong,
        *[Told(label="passed", outcome=failed, confidence=0.6)] * missed,
        *[Told(label="failed", outcome=failed)] * refused,
        *[Told(label="passed" if n % 2 else "failed", outcome=open_) for n in range(undecided)],
    ]


def runs(team: Team, wanted: Sequence[Told]) -> list[Trajectory]:
    """Labelled runs that nobody judged."""
    rows = [
        Trajectory(
            team=team,
            digest=uuid.uuid4().hex * 2,
            source=f"labels/{number}",
            format="themis",
            platform=each.platform,
            instruction=each.task or f"Do task {number}",
            label=each.label,
            n_steps=1,
            n_actions=1,
            n_screens=0,
            payload={},
            created_at=stories.NOW,
        )
        for number, each in enumerate(wanted)
    ]
    return Trajectory.objects.bulk_create(rows)


def verdict(
    run: Trajectory,
    outcome: Outcome,
    confidence: float = 0.9,
    *,
    judge: Judge = JUDGE,
    at: datetime = stories.NOW,
    **more: object,
) -> Verdict:
    """A final verdict, not stored yet."""
    columns: dict[str, object] = {
        "critic": judge.critic,
        "critic_version": judge.critic_version,
        "settings_hash": judge.settings_hash,
        "model": judge.model,
        "status": "given",
        "calls": 3,
        "prompt_tokens": 90,
        "completion_tokens": 10,
        "seconds": 2.0,
    }
    return Verdict(
        trajectory=run,
        outcome=outcome,
        confidence=confidence,
        opened_at=at,
        closed_at=at + timedelta(seconds=1),
        **(columns | more),
    )


def judged(team: Team, wanted: Sequence[Told], judge: Judge = JUDGE) -> list[Trajectory]:
    """Labelled runs, each with a verdict."""
    made = runs(team, wanted)
    Verdict.objects.bulk_create(
        verdict(run, each.outcome, each.confidence, judge=judge)
        for run, each in zip(made, wanted, strict=True)
    )
    return made


def measured(
    team: Team,
    judge: Judge = JUDGE,
    *,
    together: Iterable[Judge] = (),
    at: datetime = stories.NOW + timedelta(hours=1),
) -> list[Measurement]:
    """What `measuring` keeps of one judge, or of several together, at a time."""
    several = list(together)
    judges = several or [judge]
    row = services.ask(team=team, by=None, together=several, critic=judge.critic, at=at)
    services.claim(measuring=row, owner=ME, at=at)
    lines = [writing.line(heading_of(judges, together=bool(several)))]
    lines += [writing.line(writing.row_json(each)) for each in labelled.rows(team, judges, at)]
    answers: list[dict[str, Json]] = []
    with mock.patch.object(metrics, "MOST_DRAWN", 5_000):  # intervals are not what is tested
        measuring.work(lines, answers.append)
    names = {each.name: each for each in judges}
    found = [
        Found(
            judge=names.get(str(section["name"])),
            name=str(section["name"]),
            platform=str(each["platform"]),
            digest=str(each["digest"]),
            report=section | ({} if several else {"cost": labelled.cost(team, judge)}),
        )
        for each in answers
        if isinstance(section := each.get("section"), dict)
    ]
    services.keep(measuring=row, owner=ME, found=found, at=at)
    return list(row.measurements.order_by("pk"))
