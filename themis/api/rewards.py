"""The reward of one trajectory: 200 decided or undecided, 202 to come, 503 broken."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Router, Status
from ninja.params.functions import Query

from themis.accounts.models import Team
from themis.api.schemas import Pending, Problem, Reward, Submitted
from themis.critic import loader
from themis.domain.verdict import Outcome
from themis.pipeline import flow, intake, queries
from themis.pipeline.models import Run
from themis.pipeline.models import Status as RunStatus
from themis.rewards import queries as rewards
from themis.trajectories import queries as trajectories
from themis.trajectories.models import Trajectory

RETRY_AFTER = 2  # seconds

router = Router(tags=["rewards"])


@router.get(
    "/rewards/{trajectory_id}",
    response={200: Reward, 202: Pending, 401: Problem, 404: Problem, 503: Problem},
    summary="The reward of a trajectory",
    operation_id="get_reward",
)
def get_reward(
    request: HttpRequest,
    response: HttpResponse,
    trajectory_id: str,
    critic: str = Query("", description="only verdicts of this critic"),
) -> Status[Reward | Pending | Problem]:
    """What an RL job trains on. The newest run decides what is answered.

    It gave a verdict: 200. It waits or runs: 202 with Retry-After. It broke: 503 with the cause.
    An undecided verdict is a 200 whose reward is null.
    """
    trajectory = _trajectory(request, trajectory_id)
    if trajectory is None:
        return Status(404, _unknown(trajectory_id))
    run = queries.newest_run(trajectory, critic)
    page = request.build_absolute_uri(reverse("trajectories:detail", args=[trajectory.pk]))
    if run is not None and run.is_active:
        response["Retry-After"] = str(RETRY_AFTER)
        return Status(202, _pending(run, page))
    if run is not None and run.status == RunStatus.BROKEN:
        return Status(503, Problem(code="broken", error=run.cause, evidence=page))
    found = rewards.newest(trajectory, critic)
    if found is None:
        return Status(404, _not_judged(trajectory))
    return Status(200, _reward(found, f"{page}?verdict={found.verdict}"))


@router.post(
    "/trajectories/{trajectory_id}/runs",
    response={202: Submitted, 401: Problem, 404: Problem, 422: Problem},
    summary="Judge a trajectory",
    operation_id="start_run",
)
def start_run(
    request: HttpRequest,
    trajectory_id: str,
    critic: str = Query("", description="which critic; empty for the default"),
) -> Status[Submitted | Problem]:
    """Queue a trajectory for judging; a run of that critic that is active already is answered."""
    trajectory = _trajectory(request, trajectory_id)
    if trajectory is None:
        return Status(404, _unknown(trajectory_id))
    if critic and critic not in loader.CRITICS:
        known = ", ".join(loader.CRITICS)
        return Status(422, Problem(code="unknown_critic", error=f"no critic {critic!r}: {known}"))
    run = flow.submit(trajectory=trajectory, critic=critic, at=timezone.now())
    intake.queue(run)
    where = request.build_absolute_uri(reverse("api-v1:get_reward", args=[trajectory.pk]))
    return Status(
        202, Submitted(trajectory=trajectory.pk, run=run.pk, status=run.status, reward=where)
    )


def _trajectory(request: HttpRequest, trajectory_id: str) -> Trajectory | None:
    team: Team = request.auth  # type: ignore[attr-defined]
    return trajectories.of_team(team).filter(pk=trajectory_id).first()


def _reward(found: rewards.Reward, page: str) -> Reward:
    return Reward(
        trajectory=found.trajectory,
        outcome=Outcome(found.outcome),
        reward=found.reward,
        confidence=found.confidence,
        critic=found.critic,
        critic_version=found.critic_version,
        model=found.model or None,
        verdict=found.verdict,
        evidence=page,
    )


def _pending(run: Run, page: str) -> Pending:
    return Pending(
        trajectory=run.trajectory_id,
        status="waiting" if run.status == RunStatus.WAITING else "running",
        critic=run.critic or None,
        evidence=page,
    )


def _unknown(trajectory_id: str) -> Problem:
    return Problem(code="not_found", error=f"no trajectory {trajectory_id[:40]!r} in your team")


def _not_judged(trajectory: Trajectory) -> Problem:
    return Problem(
        code="not_judged",
        error=f"not judged yet; POST /api/v1/trajectories/{trajectory.pk}/runs queues it",
    )
