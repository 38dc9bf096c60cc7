"""What programs are told of runs, verdicts and rewards, by webhook.

All of it is put down in the transaction of what it tells of: who is killed loses both or neither.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Protocol

from django.conf import settings
from django.utils import timezone

from themis.accounts.models import Team
from themis.domain.jsontypes import Json
from themis.notices import announcing
from themis.notices import services as notices
from themis.notices.models import Event
from themis.pipeline import hints, pushing
from themis.pipeline.models import Run, Status
from themis.trajectories.models import Trajectory
from themis.verdicts.models import CHAIN, Verdict
from themis.verdicts.models import Status as VerdictStatus

NAME = 80  # characters of a run's instruction
REASON = 1_000  # of what a critic says


class Settled(Protocol):
    """A reward that was asked for and is settled, as far as it is told."""

    @property
    def team(self) -> Team:
        """Whose."""

    @property
    def trajectory_id(self) -> str:
        """Of which run."""

    @property
    def reward(self) -> float | None:
        """The number; None where nothing is to be trained on."""

    @property
    def meta(self) -> dict[str, Json]:
        """What the asker wanted back, with the ids of who is pushed to."""

    @property
    def body(self) -> dict[str, Json]:
        """The answer, as it is served; it names the job."""


def announce(team: Team, event: Event, each: Sequence[dict[str, Json]]) -> None:
    """Put events down for whoever wants them, and have them sent."""
    hooks = announcing.wanting(team, event)
    if hooks and announcing.announce(hooks=hooks, event=event, each=each, at=timezone.now()):
        hints.queue_messages()


def links(href: str) -> dict[str, Json]:
    """A path of this installation, and the whole address where it is known."""
    whole: dict[str, Json] = {"url": settings.PUBLIC_URL + href} if settings.PUBLIC_URL else {}
    return {"href": href, **whole}


def ingested(rows: Sequence[Trajectory]) -> None:
    """Runs are stored whole, many at once perhaps."""
    by_team = defaultdict(list)
    for row in rows:
        if not row.is_open:
            by_team[row.team_id].append(row)
    for some in by_team.values():
        announce(some[0].team, Event.INGESTED, [_of_trajectory(row) for row in some])


def run_ended(run: Run, status: Status, cause: str) -> None:
    """A critic gave its verdict on a run, or could not."""
    team = run.trajectory.team
    event = Event.JUDGED if status == Status.DONE else Event.JUDGING_BROKE
    if not announcing.wanting(team, event):
        return
    given = Verdict.objects.filter(run=run).defer(*CHAIN).first()
    announce(team, event, [_of_run(run, given, cause)])


def became_final(given: Verdict) -> None:
    """A verdict on an open run is the one on the whole of it, for nothing more came."""
    run = Run.objects.filter(verdict=given, status=Status.DONE).select_related("job").first()
    if run is not None and given.status == VerdictStatus.GIVEN:
        announce(given.trajectory.team, Event.JUDGED, [_of_run(run, given, "")])


def reward_settled(row: Settled) -> None:
    """A reward is settled, or amended: it is told, and pushed to whom its ids name."""
    at, job = timezone.now(), str(row.body.get("job") or "")
    announce(row.team, Event.REWARD, [{**row.body, "trajectory": row.trajectory_id}])
    pushes = [
        announcing.pushed(hook, push, row.trajectory_id, at)
        for hook in announcing.pushing(row.team, job)
        if (push := pushing.push_of(hook.kind, row.reward, row.meta, row.body)) is not None
    ]
    if announcing.put(pushes):
        hints.queue_messages()


def _of_trajectory(row: Trajectory) -> dict[str, Json]:
    return {
        "trajectory": row.pk,
        "instruction": notices.bounded(row.instruction, NAME),
        "format": row.format,
        "platform": row.platform,
        "app": row.app,
        "agent": row.agent,
        "label": row.label,
        "steps": row.n_steps,
        "screens": row.n_screens,
        "warnings": len(row.warnings),
        **links(f"/trajectories/{row.pk}/"),
    }


def _of_run(run: Run, given: Verdict | None, cause: str) -> dict[str, Json]:
    told: dict[str, Json] = {
        "trajectory": run.trajectory_id,
        "run": run.pk,
        "job": run.job.name if run.job else None,
        "critic": run.critic,
    }
    if given is not None:
        told |= _of_verdict(given)
    if cause:
        told |= {"error": notices.bounded(cause, REASON)}
    return told | links(f"/trajectories/{run.trajectory_id}/")


def _of_verdict(given: Verdict) -> dict[str, Json]:
    return {
        "verdict": given.pk,
        "critic": given.critic,
        "critic_version": given.critic_version,
        "model": given.model,
        "outcome": given.outcome or None,
        "reward": given.reward,
        "confidence": given.confidence,
        "reason": notices.bounded(given.reason, REASON),
        "error_class": given.error_class,
        "provisional": given.provisional,
        "calls": given.calls,
        "tokens": {
            "read": given.prompt_tokens,
            "cached": given.cached_tokens,
            "written": given.completion_tokens,
        },
        "seconds": round(given.seconds, 3),
    }
