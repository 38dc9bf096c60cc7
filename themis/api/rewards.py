"""The reward of one trajectory: 200 decided or undecided, 202 to come, 503 broken."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Query as Queried
from ninja import Router, Status
from ninja.params.functions import Query

from themis.api import bodies, cases, feedback, once, reward_requests, telling, trust
from themis.api.replies import Refused, Reply
from themis.api.reward_schemas import Running, Settled
from themis.api.schemas import (
    Instruction,
    NotPromised,
    Pending,
    Problem,
    Provisional,
    Reward,
    Submitted,
)
from themis.domain.evidence import Injection
from themis.domain.verdict import Outcome
from themis.pipeline import flow, intake, queries
from themis.pipeline.models import Run
from themis.pipeline.models import Status as RunStatus
from themis.rewards import queries as rewards
from themis.trajectories.models import Trajectory
from themis.verdicts import queries as verdicts

RETRY_AFTER = 2  # seconds
REQUEST = "rw_"  # how ids of requests begin
_NAME = re.compile(r"[\w-]{0,40}", re.ASCII)

router = Router(tags=["rewards"])


@router.get(
    "/rewards/{trajectory_id}",
    response={
        200: Reward | Settled,
        202: Pending | Running,
        **dict.fromkeys((401, 402, 404, 422, 503), Problem),
        409: NotPromised,
    },
    summary="A reward: one that was asked for, or of a trajectory",
    operation_id="get_reward",
    openapi_extra={"parameters": [telling.PREFER]},
)
def get_reward(
    request: HttpRequest,
    response: HttpResponse,
    trajectory_id: str,
    asked: Queried[trust.Asked],
) -> Status[Reward | Pending | Problem] | HttpResponse:
    """By the id of a request (rw_…): how it stands; what it is settled to stays as it is.

    By the id of a trajectory: what its newest run says, whichever job asked for it.

    It gave a verdict: 200. It waits or runs: 202 with Retry-After. It broke: 503 with the cause.
    An undecided verdict is a 200 whose reward is null. A run that still goes on is a 202, too:
    what was judged of it so far is only under `provisional`.

    With a floor, what the newest measurement of the judge promises is passed and all else is
    undecided, whatever the verdict; a floor that the labels cannot support is a 409.
    """
    if trajectory_id.startswith(REQUEST):
        return reward_requests.shown(request, trajectory_id)
    trajectory = cases.find(request, trajectory_id)
    if trajectory is None:
        return Status(404, _unknown(trajectory_id))
    critic = asked.critic
    if not _NAME.fullmatch(critic):
        return Status(404, _not_judged(trajectory))
    page = request.build_absolute_uri(reverse("trajectories:detail", args=[trajectory.pk]))
    if trajectory.is_open:
        response["Retry-After"] = str(RETRY_AFTER)
        return Status(202, _open(trajectory, critic, page))
    run = queries.newest_run(trajectory, critic)
    if run is not None and run.is_active:
        response["Retry-After"] = str(RETRY_AFTER)
        return Status(202, _pending(run, page))
    if run is not None and run.status == RunStatus.BROKEN:
        return Status(503, Problem(code="broken", error=run.cause, evidence=page))
    found = rewards.newest(trajectory, critic)
    if found is None:
        return Status(404, _not_judged(trajectory))
    try:
        return Status(200, _reward(request, found, asked, f"{page}?verdict={found.verdict}"))
    except Refused as refused:
        return refused.reply.response()


@router.post(
    "/trajectories/{trajectory_id}/runs",
    response={202: Submitted, **dict.fromkeys((400, 401, 404, 409, 422), Problem)},
    summary="Judge a trajectory",
    operation_id="start_run",
    openapi_extra=telling.RUNS,
)
def start_run(
    request: HttpRequest,
    trajectory_id: str,
    critic: str = Query("", description="which critic; empty for the default"),
) -> HttpResponse:
    """Queue a trajectory for judging; a run of that critic that is active already is answered.

    Of a run that still goes on, the steps that are there are judged. That verdict is provisional.
    """
    try:
        trajectory = cases.get(request, trajectory_id)
    except Refused as refused:
        return refused.reply.response()
    return once.answer(
        request,
        lambda: bodies.print_of_json(request, b""),  # what a body says here changes nothing
        lambda asked: _submission(request, trajectory, critic, asked),
    )


def _submission(
    request: HttpRequest, trajectory: Trajectory, critic: str, asked: once.Asked
) -> once.Write:
    which = cases.critic_of(critic)
    if trajectory.is_open and not trajectory.n_steps:
        raise Refused(409, "no_steps", "nothing to judge yet; append a step")
    where = request.build_absolute_uri(reverse("api-v1:get_reward", args=[trajectory.pk]))

    def write() -> Reply:
        run = flow.submit(trajectory=trajectory, critic=which, at=asked.at)
        intake.queue(run)
        submitted = Submitted(trajectory=trajectory.pk, run=run.pk, status=run.status, reward=where)
        return Reply(status=202, body=submitted.model_dump())

    return write


def _reward(request: HttpRequest, found: rewards.Reward, asked: trust.Asked, page: str) -> Reward:
    demand = asked.demand
    known = trust.known_of(cases.team_of(request), found, asked)
    promise = trust.promised(found, known, demand) if demand else None
    is_withheld = promise is not None and not trust.keeps(found, promise)
    return Reward(
        trajectory=found.trajectory,
        outcome=Outcome.UNDECIDED if is_withheld else Outcome(found.outcome),
        reward=None if is_withheld else found.reward,
        confidence=found.confidence,
        critic=found.judge.critic,
        critic_version=found.judge.critic_version,
        model=found.judge.model or None,
        verdict=found.verdict,
        evidence=page,
        injections=[_instruction(each) for each in found.injections],
        promise=promise,
        calibrated=trust.calibrated(found, known),
        corrected=trust.corrected(found, known),
        feedback=_feedback(found) if asked.dense else None,
    )


def _feedback(found: rewards.Reward) -> feedback.Feedback | None:
    dense = rewards.feedback_on(found)
    return feedback.told(dense) if dense else None


def _instruction(found: Injection) -> Instruction:
    return Instruction(
        source=found.source,
        quote=found.quote,
        found_by=found.found_by,
        steps=list(found.steps),
        screens=list(found.screens),
    )


def _pending(run: Run, page: str) -> Pending:
    return Pending(
        trajectory=run.trajectory_id,
        status="waiting" if run.status == RunStatus.WAITING else "running",
        critic=run.critic or None,
        evidence=page,
        provisional=None,
    )


def _open(trajectory: Trajectory, critic: str, page: str) -> Pending:
    found = verdicts.newest_provisional(trajectory, critic, with_chain=False)
    said = (
        None
        if found is None or found.confidence is None
        else Provisional(
            outcome=Outcome(found.outcome),
            confidence=found.confidence,
            n_steps=found.n_steps,
            critic=found.critic,
            critic_version=found.critic_version,
            verdict=found.pk,
            evidence=f"{page}?verdict={found.pk}",
        )
    )
    return Pending(
        trajectory=trajectory.pk,
        status="open",
        critic=critic or None,
        evidence=page,
        provisional=said,
    )


def _unknown(trajectory_id: str) -> Problem:
    return Problem(code="not_found", error=cases.unknown(trajectory_id))


def _not_judged(trajectory: Trajectory) -> Problem:
    return Problem(
        code="not_judged",
        error=f"not judged yet; POST /api/v1/trajectories/{trajectory.pk}/runs queues it",
    )
