"""Rewards asked for: one or many at a time, settled at once, waited for, or looked for later."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from ninja import Router

from themis.api import asking, bodies, cases, once, reward_schemas, telling, wishes
from themis.api.replies import Refused, Reply
from themis.api.schemas import NotPromised, Problem
from themis.domain.errors import UnreadableTrajectory
from themis.domain.jsontypes import Json
from themis.pipeline import intake
from themis.rewards import request_queries
from themis.rewards.models import Job, RewardRequest
from themis.rewards.policy import Policy
from themis.trajectories.models import Trajectory

LONGEST = 300  # seconds that an answer is held back
MOST = 256  # requests in one batch
_WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,6})", re.IGNORECASE)

router = Router(tags=["rewards"])


@router.post(
    "/rewards",
    response={
        200: reward_schemas.Settled,
        202: reward_schemas.Running,
        409: NotPromised,
        **dict.fromkeys((400, 401, 402, 403, 404, 413, 415, 422, 503), Problem),
    },
    summary="Ask for a reward",
    operation_id="ask_reward",
    openapi_extra=telling.REWARD,
)
def ask_reward(request: HttpRequest) -> HttpResponse:
    """The reward of one trajectory, by its id, as a document, or as files, under a policy.

    The same trajectory under the same policy is the same request: it joins whoever waits for it,
    and gets what they got. `Prefer: wait=N` holds the answer back for N seconds at most; then 202
    tells where it will be. A broken one is begun anew by asking again.
    """
    try:
        if bodies.kind(request) == bodies.MULTIPART:
            form = bodies.read_files(request)
            reply = once.replied(
                request, lambda: bodies.print_of_form(request, form), _by_form(request, form)
            )
        else:
            data, content = bodies.read_json(request)
            reply = once.replied(
                request,
                lambda: bodies.print_of_json(request, content),
                lambda asked: _by_json(request, data, asked),
            )
    except Refused as refused:
        return refused.reply.response()
    except UnreadableTrajectory as error:
        return _unreadable(error).reply.response()
    return _now(request, reply)


@router.post(
    "/rewards/batch",
    response={200: reward_schemas.Batch, **dict.fromkeys((400, 401, 413, 415, 422), Problem)},
    summary="Ask for many rewards",
    operation_id="ask_rewards",
    openapi_extra=telling.REWARDS,
)
def ask_rewards(request: HttpRequest) -> HttpResponse:
    """Each of `requests` is answered as if it had come alone, in their order, with its status.

    With `Prefer: wait=N` the answer comes once all of them are settled or broken.
    """
    try:
        data, _ = bodies.read_json(request)
        given = _listed(data)
        seconds = patience(request)
    except Refused as refused:
        return refused.reply.response()
    except UnreadableTrajectory as error:
        return _unreadable(error).reply.response()
    rows: list[RewardRequest] = []
    items = [_item(request, each, at, rows) for at, each in enumerate(given)]
    response = JsonResponse({"items": items})
    asking.hold_back(response, rows, seconds)
    return response


def shown(request: HttpRequest, pk: str) -> HttpResponse:
    """How one request stands, held back as long as is wished."""
    row = request_queries.request(cases.team_of(request), pk)
    own: Job | None = getattr(request, "job", None)
    if row is None or (own is not None and row.job_id != own.pk):
        error = f"no request {pk[:40]!r} in your team, or of the key's job"
        return Refused(404, "not_found", error).reply.response()
    try:
        seconds = patience(request)
    except Refused as refused:
        return refused.reply.response()
    response = asking.answered(request, row)
    if not row.is_over:
        asking.hold_back(response, [row], seconds)
        if seconds:
            response["Preference-Applied"] = f"wait={seconds}"
    return response


def patience(request: HttpRequest) -> int:
    """How many seconds somebody wants to wait: `Prefer: wait=N` or `?wait=N`; LONGEST at most."""
    said = _WAIT.search(request.headers.get("Prefer", ""))
    given = said.group(1) if said else request.GET.get("wait", "0")
    if not given.isascii() or not given.isdigit():
        raise Refused(422, "invalid", "wait: expected a number of seconds", field="wait")
    return min(int(given[:9]), LONGEST)


def _now(request: HttpRequest, reply: Reply) -> HttpResponse:
    """What is kept of an asked request is which it is; how it stands is told as of now."""
    if reply.status != 202:
        return reply.response()
    response = shown(request, str(reply.body["id"]))
    for name, value in reply.headers.items():
        response[name] = value
    if response.has_header(asking.WAITS):
        response[asking.AGAIN] = reverse("api-v1:get_reward", args=[str(reply.body["id"])])
    return response


def _by_json(request: HttpRequest, data: dict[str, Json], asked: once.Asked) -> once.Write:
    patience(request)
    job, policy, meta = wishes.terms_of(request, data)
    row = wishes.trajectory_of(request, data.get("trajectory"), asked)
    return _write(request, row, job, policy, meta)


def _by_form(request: HttpRequest, form: bodies.Form) -> once.Prepare:
    def prepare(asked: once.Asked) -> once.Write:
        patience(request)
        job, policy, meta = wishes.terms_of(request, wishes.fields_of(form))
        results = intake.store(
            form.files,
            team=cases.team_of(request),
            by=None,
            at=asked.at,
            task_files=form.tasks,
        )
        return _write(request, wishes.only_one(results), job, policy, meta)

    return prepare


def _write(
    request: HttpRequest,
    row: Trajectory,
    job: Job | None,
    policy: Policy,
    meta: dict[str, Json],
) -> once.Write:
    def write() -> Reply:
        return Reply(status=202, body={"id": asking.ask(request, row, job, policy, meta).pk})

    return write


def _unreadable(error: UnreadableTrajectory) -> Refused:
    return Refused(422, "invalid", str(error), field=str(error).partition(":")[0][:200])


def _listed(data: dict[str, Json]) -> list[Json]:
    given = data.get("requests")
    if not isinstance(given, list) or not 1 <= len(given) <= MOST or len(data) > 1:
        error = f"requests: expected a list of 1 to {MOST} requests, and nothing beside it"
        raise Refused(422, "invalid", error, field="requests")
    return given


def _item(request: HttpRequest, given: Json, at: int, rows: list[RewardRequest]) -> dict[str, Json]:
    """One of a batch, as it would be answered alone."""
    return _alone(lambda: _asked(request, given, rows), f"requests[{at}]")


def _asked(
    request: HttpRequest, given: Json, rows: list[RewardRequest]
) -> tuple[int, dict[str, Json]]:
    if not isinstance(given, dict):
        raise Refused(422, "invalid", "expected an object")
    asked = once.Asked.now()
    job, policy, meta = wishes.terms_of(request, given)
    trajectory = wishes.trajectory_of(request, given.get("trajectory"), asked)
    with transaction.atomic():
        row = asking.ask(request, trajectory, job, policy, meta)
    rows.append(row)
    return asking.told(request, row)


def _alone(tell: Callable[[], tuple[int, dict[str, Json]]], at: str) -> dict[str, Json]:
    try:
        status, body = tell()
    except Refused as refused:
        status, body = refused.reply.status, refused.reply.body
        body = {**body, "error": f"{at}: {body['error']}"}
    except UnreadableTrajectory as error:
        status, body = 422, {"code": "invalid", "error": f"{at}: {error}"}
    return {"http": status, "body": cast("Json", body)}
